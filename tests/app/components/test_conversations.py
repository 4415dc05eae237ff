"""The list of conversations beside the page Ask."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from app.conversations import LOCAL_USER
from app.wiring import Services
from tests.app.conftest import components
from tests.app.pages.test_ask import HOTEL, HOURS, ask, conversation, open_page


def listed(at: AppTest) -> dict[str, Any]:
    found = components(at, "conversations")
    return found[0] if found else {}


def titles(at: AppTest) -> list[str]:
    return [row["title"] for row in listed(at)["rows"]]


def test_there_is_no_list_before_the_first_question(library: Services) -> None:
    at = open_page(library)
    assert listed(at) == {}
    at = ask(at, HOURS)
    at.run()
    assert titles(at) == [HOURS]
    assert listed(at)["current"] == conversation(at)
    assert listed(at)["words"]["remove"] == "Delete"


def test_another_page_lists_what_was_asked_before_in_its_language(library: Services) -> None:
    ask(open_page(library), HOURS)
    at = ask(open_page(library, "zh"), HOTEL)
    at.run()
    assert titles(at) == [HOTEL, HOURS]
    assert listed(at)["words"]["pin"] == "置顶"


def test_many_can_be_searched(library: Services) -> None:
    for number in range(6):
        ask(open_page(library), f"{HOURS} {number}")
    at = open_page(library)
    [field] = [one for one in at.text_input if one.key == "wanted-conversation"]
    field.set_value("replaced? 4").run()
    assert titles(at) == [f"{HOURS} 4"]
    field.set_value("nowhere").run()
    assert listed(at) == {}
    assert any("No conversation" in str(one.value) for one in at.caption)
    assert library.conversation_list.count(LOCAL_USER) == 6
