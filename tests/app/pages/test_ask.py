from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import asking
from app.wiring import Services
from tests.app.conftest import PUMP, TRAVEL, AddText, components, texts
from tests.fakes import OpenServices

HOURS = "How often must the diaphragm be replaced?"
HOTEL = "普通员工在上海出差的住宿标准是多少？"


def ask_page(services: "Any", language: str) -> None:
    import streamlit as st

    from app.i18n import Translator
    from app.pages import ask

    def open_library() -> None:
        st.text("LIBRARY")

    ask.show(services, Translator(language), open_library=open_library)


def open_page(services: Services, language: str = "en", **query: str) -> AppTest:
    at = AppTest.from_function(ask_page, args=(services, language), default_timeout=30)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def ask(at: AppTest, question: str) -> AppTest:
    at.chat_input[0].set_value(question).run()
    assert not at.exception
    return at


def conversation(at: AppTest) -> str:
    """The conversation of the page's address."""
    value = at.query_params["c"]
    return value if isinstance(value, str) else value[0]


def test_an_answer_is_cited_and_its_source_opens(library: Services) -> None:
    at = ask(open_page(library), HOURS)
    [answer] = components(at, "answer")
    first = answer["sentences"][0]
    assert "8,000 hours" in first["text"]
    assert all(sentence["chips"] for sentence in answer["sentences"])
    assert first["chips"] == [{"number": 1, "label": "Source 1: pump.md"}]
    [kept] = library.conversations.turns(conversation(at))
    at.session_state["open"] = asking.Opened(kept.id, 1, 1)
    at.run()
    [sources] = components(at, "sources")
    assert sources["chosen"] == 1
    source = sources["sources"][0]
    assert source["document"] == "pump.md"
    assert source["marked"] == "The diaphragm must be replaced every 8,000 hours."
    assert "strainer" in source["after"]
    assert source["headings"] == ["Pump manual", "Maintenance"]


def test_chinese_is_asked_and_answered(library: Services) -> None:
    at = ask(open_page(library, "zh"), HOTEL)
    [answer] = components(at, "answer")
    assert "550" in answer["sentences"][0]["text"]
    assert answer["sentences"][0]["chips"][0]["label"] == "出处 1：差旅.md"


def test_a_reload_shows_the_conversation_again(library: Services) -> None:
    at = ask(ask(open_page(library), HOURS), HOTEL)
    again = open_page(library, c=conversation(at))
    assert components(again, "answer") == components(at, "answer")
    assert [one.value for one in again.text][:2] == [HOURS, HOTEL]


def test_citations_stay_on_the_version_they_were_made_from(
    library: Services, add_text: AddText
) -> None:
    at = ask(open_page(library), HOURS)
    add_text(library, "manuals", "pump.md", "# Pump manual\n\nEverything is different now.\n")
    again = open_page(library, c=conversation(at))
    [sources] = components(again, "sources")
    source = sources["sources"][0]
    assert source["missing"] or "strainer" in source["after"]
    assert source["marked"] == "The diaphragm must be replaced every 8,000 hours."


def test_only_the_chosen_collections_are_searched(library: Services) -> None:
    at = open_page(library)
    at.multiselect(key="collections").set_value(["制度"]).run()
    ask(at, HOURS)
    assert "The documents do not say." in texts(at)
    [sources] = components(at, "sources")
    assert {source["document"] for source in sources["sources"]} == {"差旅.md"}
    assert all(source["number"] is None for source in sources["sources"])


def test_what_is_not_there_is_said_with_the_nearest_passages(library: Services) -> None:
    at = ask(open_page(library), "Who won the football world cup in 1998?")
    assert "The documents do not say." in texts(at)
    assert components(at, "answer") == []
    [sources] = components(at, "sources")
    assert sources["title"] == "Nearest passages"
    assert 1 <= len(sources["sources"]) <= 3


def test_a_new_conversation_begins_empty(library: Services) -> None:
    at = ask(open_page(library), HOURS)
    at.button(key="new").click().run()
    assert components(at, "answer") == []
    assert "c" not in at.query_params
    assert "Ask your documents" in texts(at)


def test_a_question_is_asked_again_compared_and_another_answer_kept(library: Services) -> None:
    at = ask(open_page(library), HOURS)
    (turn,) = library.conversations.turns(conversation(at))
    at.button(key=f"again-{turn.id}").click().run()
    at.button(key="again-go").click().run()
    at.run()
    (kept,) = library.conversations.turns(conversation(at))
    (other,) = kept.others
    assert len(components(at, "answer")) == 2
    assert "Says the same · " in texts(at)
    at.button(key=f"prefer-{other.id}").click().run()
    (kept,) = library.conversations.turns(conversation(at))
    assert (kept.id, [one.id for one in kept.others]) == (other.id, [turn.id])
    assert len(components(at, "answer")) == 2, "both are still compared"
    at.button(key=f"forget-{turn.id}").click().run()
    assert len(components(at, "answer")) == 1
    at.button(key=f"done-{other.id}").click().run()
    assert not at.exception
    assert len(components(at, "answer")) == 1


def test_an_empty_library_says_what_to_do(services: OpenServices) -> None:
    at = open_page(services())
    assert "There are no documents yet." in texts(at)
    assert not at.chat_input
    at.button(key="go-library").click().run()
    assert "LIBRARY" in texts(at)


def test_samples_are_offered_in_both_languages_the_readers_first(
    services: OpenServices, add_text: AddText
) -> None:
    opened = services()
    add_text(opened, "samples", "pump.md", "The diaphragm of an X-200 lasts 8,000 hours.")
    labels = [one.label for one in open_page(opened).button if "sample" in str(one.key)]
    chinese = [one.label for one in open_page(opened, "zh").button if "sample" in str(one.key)]
    assert len(labels) == 6
    assert labels == chinese[3:] + chinese[:3]
    at = open_page(opened)
    at.button(key="sample-1").click().run()
    assert not at.exception
    assert at.text[0].value == labels[1]


def test_other_collections_are_asked_about_by_their_headings(library: Services) -> None:
    at = open_page(library, "zh")
    labels = [one.label for one in at.button if "sample" in str(one.key)]
    assert labels[0] == "《差旅制度》里关于住宿标准是怎么说的？"
    assert "What does “Pump manual” say about maintenance?" in labels
    at.button(key="sample-0").click().run()
    assert not at.exception
    assert at.text[0].value == labels[0]


def test_a_second_click_asks_nothing_twice(library: Services) -> None:
    at = open_page(library)
    at.session_state["pending"] = asking.Pending("turn-1", HOURS)
    at.query_params["c"] = "conversation-1"
    at.run()
    at.session_state["pending"] = asking.Pending("turn-1", HOURS)
    at.run()
    assert len(components(at, "answer")) == 1
    assert "pending" not in at.session_state


def test_markup_in_a_question_stays_text(library: Services) -> None:
    question = "![x](http://evil.example/a.png) {{7*7}} {source} %s `a` <b>"
    at = ask(open_page(library), question)
    assert at.text[0].value == question
    assert all(question not in str(one.value) for one in at.markdown)


def test_an_error_is_said_with_what_to_do(services: OpenServices, add_text: AddText) -> None:
    opened = services(max_question_chars=10)
    add_text(opened, "a", "a.md", "Alpha is one.")
    at = open_page(opened)
    at.session_state["pending"] = asking.Pending("turn-1", "x" * 50)
    at.run()
    assert "The question has 50 characters; the limit is 10." in texts(at)
    assert "Ask for one thing at a time" in texts(at)


def test_what_nobody_foresaw_is_said_with_a_number(library: Services) -> None:
    at = open_page(library)
    library.__dict__["index"] = None
    ask(at, HOURS)
    assert "Something went wrong that nobody foresaw (error " in texts(at)
    assert "Traceback" not in texts(at)


def test_a_failing_model_is_named_and_sentences_come_instead(
    services: OpenServices, add_text: AddText
) -> None:
    opened = services(openai_base_url="http://127.0.0.1:9/v1")
    add_text(opened, "manuals", "pump.md", "The diaphragm must be replaced every 8,000 hours.")
    at = ask(open_page(opened), HOURS)
    assert "gpt-4o-mini · 127.0.0.1:9 could not answer: the service cannot be reached." in texts(at)
    [answer] = components(at, "answer")
    assert "8,000" in answer["sentences"][0]["text"]
    assert answer["footer"] == "Answered by: Sentences of the documents"


@pytest.mark.parametrize(
    "case",
    [
        ("en", HOURS, "Local: 没有 could not answer: it could not be loaded on this", "8,000"),
        ("zh", HOTEL, "本机：没有 未能回答：无法在这台机器上加载。", "550"),
    ],
    ids=["English", "Chinese"],
)
def test_a_local_model_that_cannot_be_loaded_leaves_no_blank_page(
    services: OpenServices, add_text: AddText, tmp_path: Path, case: tuple[str, str, str, str]
) -> None:
    language, question, said, found = case
    opened = services(local_model=str(tmp_path / "没有"))
    add_text(opened, "c", "pump.md", PUMP)
    add_text(opened, "c", "差旅.md", TRAVEL)
    at = ask(open_page(opened, language), question)
    assert said in texts(at)
    [answer] = components(at, "answer")
    assert found in answer["sentences"][0]["text"]
