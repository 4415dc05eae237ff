"""What was searched in place of a follow-up shows under it, and can be put right."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from app.wiring import Services
from rag.answer import Answer
from tests.app.conftest import AddText, components, texts
from tests.app.pages.test_ask import HOTEL, HOURS, ask, conversation, open_page
from tests.fakes import OpenServices
from tests.openai_server import ServeScript

STRAINER = "How often must the strainer be replaced?"
MANAGER = "经理在上海出差的住宿标准是多少？"


def answers(services: Services, at: AppTest) -> list[Answer]:
    return [turn.answer for turn in services.conversations.turns(conversation(at))]


def reword(at: AppTest, wording: str) -> AppTest:
    """Ask the follow-up's question in other words."""
    at.text_area[0].set_value(wording)
    [button] = [one for one in at.button if str(one.key).startswith("reask-")]
    button.click().run()
    assert not at.exception
    return at


@dataclass(frozen=True)
class Talk:
    """A question and a follow-up, with what the page shows and says to it."""

    language: str
    question: str
    follow_up: str
    shown: str
    said: str


TALKS = (
    Talk("en", HOURS, "And the strainer?", f"Searched for: {STRAINER}", "three months"),
    Talk("zh", HOTEL, "那经理呢？", f"实际查找：{MANAGER}", "每晚"),
)


@pytest.mark.parametrize("talk", TALKS, ids=["English", "Chinese"])
def test_a_follow_up_shows_what_was_searched(library: Services, talk: Talk) -> None:
    at = ask(open_page(library, talk.language), talk.question)
    assert len(at.text_area) == 0
    assert talk.shown not in texts(at)
    at = ask(at, talk.follow_up)
    lines = [str(one.value) for one in at.text]
    assert lines[lines.index(talk.follow_up) + 1] == talk.shown
    assert talk.said in components(at, "answer")[1]["sentences"][0]["text"]
    again = open_page(library, talk.language, c=conversation(at))
    assert talk.shown in texts(again)


def test_it_is_edited_and_asked_as_it_stands(library: Services) -> None:
    at = ask(ask(open_page(library), HOURS), "And the strainer?")
    assert at.text_area[0].value == STRAINER
    assert at.text_area[0].label == "What should be searched for"
    at = reword(at, "  What about storage? ")
    asked = [(one.question, one.standalone) for one in answers(library, at)]
    assert asked == [
        (HOURS, None),
        ("And the strainer?", STRAINER),
        ("What about storage?", None),
    ], "an edited question hangs on nothing, though it reads like a follow-up"


def test_nothing_is_asked_for_an_empty_wording(library: Services) -> None:
    at = reword(ask(ask(open_page(library), HOURS), "And the strainer?"), "  ")
    assert len(answers(library, at)) == 2


def test_a_change_of_topic_shows_nothing(library: Services) -> None:
    at = ask(ask(open_page(library), HOURS), HOTEL)
    assert [one.standalone for one in answers(library, at)] == [None, None]
    assert "Searched for" not in texts(at)


def test_markup_in_what_was_searched_stays_text(library: Services) -> None:
    at = ask(
        open_page(library), "How heavy is the ![x](http://evil.example/a.png) X-1 `a` <b> pump?"
    )
    at = ask(at, "And the X-2?")
    [shown] = [str(one.value) for one in at.text if str(one.value).startswith("Searched for")]
    assert shown.endswith("![x](http://evil.example/a.png) X-2 `a` <b> pump?")
    assert all("evil.example" not in str(one.value) for one in [*at.markdown, *at.caption])


@pytest.mark.parametrize("behaviour", ["no_citation", "fails"])
def test_a_chat_model_condenses_and_its_failure_costs_nothing(
    services: OpenServices, add_text: AddText, scripted_server: ServeScript, behaviour: str
) -> None:
    written = "How often is the strainer cleaned?"
    said = {"behaviour": "right", "answer": "It is cleaned every three months."}
    first = {"behaviour": "right", "answer": "It must be replaced every 8,000 hours."}
    condensed = {"behaviour": behaviour, "answer": written}
    server = scripted_server(
        {HOURS: first, "And the strainer?": condensed, written: said, STRAINER: said}
    )
    opened = services(openai_base_url=server.url("scripted"), openai_model="scripted")
    text = "The diaphragm must be replaced every 8,000 hours. The strainer is cleaned."
    add_text(opened, "manuals", "pump.md", text)
    at = ask(ask(open_page(opened), HOURS), "And the strainer?")
    [_, kept] = answers(opened, at)
    assert kept.standalone == (written if behaviour == "no_citation" else STRAINER)
    assert kept.text == said["answer"]
