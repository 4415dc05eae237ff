"""The chooser in the sidebar: what is chosen shows, holds, and reaches the search."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.wiring import Services
from rag.filter import EVERYTHING, Filter
from tests.app.conftest import AddText, components, texts

HOURS = "How often must the diaphragm be replaced?"
HOTEL = "普通员工在上海出差的住宿标准是多少？"


def ask_page(services: "Any", language: str) -> None:
    import streamlit as st

    from app.i18n import Translator
    from app.pages import ask

    if st.session_state.get("elsewhere"):
        st.text("ANOTHER PAGE")
        return
    ask.show(services, Translator(language), open_library=lambda: None)


def open_page(services: Services, language: str = "en") -> AppTest:
    at = AppTest.from_function(ask_page, args=(services, language), default_timeout=30)
    return run(at)


def run(at: AppTest, *_changed: object) -> AppTest:
    """Run the page with the widgets that were changed."""
    at.run()
    assert not at.exception
    assert not at.warning
    return at


def ask(at: AppTest, question: str) -> AppTest:
    at.chat_input[0].set_value(question)
    return run(at)


def label(at: AppTest) -> str:
    return str(at.sidebar.expander[0].label)


def documents_shown(at: AppTest) -> set[str]:
    return {one["document"] for sources in components(at, "sources") for one in sources["sources"]}


def kept(services: Services, at: AppTest) -> Filter:
    value = at.query_params["c"]
    turns = services.conversations.turns(value if isinstance(value, str) else value[0])
    return turns[-1].where


def test_nothing_is_narrowed_at_first(library: Services) -> None:
    at = open_page(library)
    assert label(at) == "Narrow down"
    assert at.multiselect(key="filter-documents").options == ["pump.md", "差旅.md"]
    assert at.button_group(key="filter-types").options == ["Markdown"]
    assert at.button(key="filter-reset").disabled
    ask(at, HOURS)
    assert kept(library, at) == EVERYTHING
    assert "Narrowed" not in texts(at)


def test_a_chosen_document_is_all_that_is_searched(library: Services) -> None:
    at = open_page(library)
    run(at, at.multiselect(key="filter-documents").set_value(["差旅.md"]))
    assert label(at) == "Narrow down (1)"
    ask(at, HOURS)
    assert "The documents do not say." in texts(at)
    assert documents_shown(at) == {"差旅.md"}
    assert "Narrowed down to: 差旅.md" in texts(at)
    assert kept(library, at) == Filter(documents=("差旅.md",))


def test_everything_chosen_holds_together_and_is_counted(library: Services) -> None:
    at = open_page(library, "zh")
    at.text_input(key="filter-heading").set_value(" 住宿 ")
    at.button_group(key="filter-types").set_value(["markdown"])
    at.date_input(key="filter-added_from").set_value(date(2020, 1, 2))
    run(at, at.date_input(key="filter-added_until").set_value(date(2031, 12, 31)))
    assert label(at) == "缩小范围（4）"
    ask(at, HOTEL)
    assert "550" in components(at, "answer")[0]["sentences"][0]["text"]
    said = "仅限：Markdown · 2020-01-02 起 · 2031-12-31 止 · 标题含“住宿”"
    assert said in texts(at)
    assert documents_shown(at) == {"差旅.md"}


def test_where_nothing_fits_that_is_said(library: Services) -> None:
    at = open_page(library)
    run(at, at.text_input(key="filter-heading").set_value("no such heading"))
    ask(at, HOURS)
    assert "Narrow it down less" in texts(at)
    assert components(at, "sources") == []


def test_one_click_looks_everywhere_again(library: Services) -> None:
    at = open_page(library)
    at.multiselect(key="filter-documents").set_value(["差旅.md"])
    run(at, at.date_input(key="filter-added_from").set_value(date(2020, 1, 2)))
    at.button(key="filter-reset").click()
    run(at)
    assert label(at) == "Narrow down"
    assert at.multiselect(key="filter-documents").value == []
    assert at.date_input(key="filter-added_from").value is None
    ask(at, HOURS)
    assert "8,000" in components(at, "answer")[0]["sentences"][0]["text"]


def test_another_page_does_not_widen_the_search(library: Services) -> None:
    at = open_page(library)
    at.text_input(key="filter-heading").set_value("storage")
    run(at, at.multiselect(key="filter-documents").set_value(["pump.md"]))
    at.session_state["elsewhere"] = True
    run(at)
    assert "ANOTHER PAGE" in texts(at)
    at.session_state["elsewhere"] = False
    run(at)
    assert label(at) == "Narrow down (2)"
    assert at.text_input(key="filter-heading").value == "storage"


def test_a_document_that_is_gone_is_not_silently_dropped(
    library: Services, add_text: AddText
) -> None:
    add_text(library, "manuals", "old.md", "# Old\n\nThe diaphragm lasts a year.\n")
    at = open_page(library)
    run(at, at.multiselect(key="filter-documents").set_value(["old.md"]))
    library.ingestion.remove("manuals", ["old.md"])
    ask(at, HOURS)
    assert label(at) == "Narrow down (1)"
    assert "There is no document 'old.md' in manuals, 制度; there are:" in texts(at)
    assert "c" in at.query_params
    assert components(at, "answer") == []


def test_other_collections_offer_other_documents(library: Services) -> None:
    at = open_page(library)
    run(at, at.multiselect(key="filter-documents").set_value(["pump.md"]))
    run(at, at.multiselect(key="collections").set_value(["制度"]))
    assert at.multiselect(key="filter-documents").options == ["差旅.md", "pump.md"]
    ask(at, HOTEL)
    assert "There is no document 'pump.md' in 制度; there are: 差旅.md." in texts(at)


def test_reversed_days_are_said_in_words(library: Services) -> None:
    at = open_page(library, "zh")
    at.date_input(key="filter-added_from").set_value(date(2026, 5, 2))
    run(at, at.date_input(key="filter-added_until").set_value(date(2026, 5, 1)))
    ask(at, HOTEL)
    assert "从 2026-05-02 到 2026-05-01 之间没有任何一天" in texts(at)


@pytest.mark.parametrize(
    "name", ["**bold**.md", "<b>x</b>.md", "![x](http://evil.example/x.png).md"]
)
def test_names_are_never_markup(library: Services, add_text: AddText, name: str) -> None:
    add_text(library, "manuals", name, "# Odd\n\nThe odd valve opens at noon.\n")
    at = open_page(library)
    run(at, at.multiselect(key="filter-documents").set_value([name]))
    ask(at, "When does the odd valve open?")
    assert f"Narrowed down to: {name}" in [one.value for one in at.text]
    assert all(name not in str(one.value) for one in [*at.markdown, *at.caption])


def test_the_library_has_a_filter_of_its_own(library: Services) -> None:
    at = open_page(library)
    run(at, at.text_input(key="filter-heading").set_value("storage"))
    at.session_state["filter"] = "pump"
    run(at)
    assert label(at) == "Narrow down (1)"
    assert at.session_state["filter"] == "pump"
