"""Questions made from headings: those that make good ones, in both languages, and no others."""

from __future__ import annotations

import pytest

from app.sample_questions import MOST, question_of, questions_of
from app.storage import Storage
from tests.fakes import OpenServices, WordEmbedder, a_document
from vectorstore.outline import Outlined


def outlined(*headings: tuple[str, ...], title: str, document: str = "d.pdf") -> Outlined:
    return Outlined(document=document, title=title, headings=headings)


@pytest.mark.parametrize(
    ("heading", "title", "expected"),
    [
        ("3.2 Sick leave", "Handbook", "What does “Handbook” say about sick leave?"),
        ("Chapter 4: Hot work", "Safety", "What does “Safety” say about hot work?"),
        ("IV. Rail Travel", "Policy", "What does “Policy” say about Rail Travel?"),
        ("VAT and customs", "Prices", "What does “Prices” say about VAT and customs?"),
        ("X-200 pumps", "Prices", "What does “Prices” say about X-200 pumps?"),
        ("How to return an unused pump", "Terms", "How do I return an unused pump?"),
        ("Where to store hazardous waste", "Safety", "Where should I store hazardous waste?"),
        ("Who may sign?", "Rules", "Who may sign?"),
        ("第三章 年休假", "考勤办法", "《考勤办法》里关于年休假是怎么说的？"),
        ("（二）住宿", "差旅制度", "《差旅制度》里关于住宿是怎么说的？"),
        ("4、 退换货", "保修条款", "《保修条款》里关于退换货是怎么说的？"),
        ("如何申请年假", "考勤办法", "如何申请年假？"),
        ("谁可以签字？", "规定", "谁可以签字？"),
    ],
)
def test_a_section_is_asked_about(heading: str, title: str, expected: str) -> None:
    assert question_of(heading, title) == expected


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "  ",
        "1",
        "1 Introduction",
        "Table of contents",
        "About this handbook",
        "Your first day",
        "How to update",
        "12 May 2025",
        "3.3.1 – 20 January 2025",
        "- a list",
        "第一章 总则",
        "2.6 版（2025 年 6 月 3 日）",
        "附录",
        "目的与职责",
        "a heading that goes on and on until nobody would ever call it a heading any more",
        "这是一个长得没有人会再把它当成标题来看待的标题而且还没有结束",
        "![x](http://example.com/x.png)",
        "<b>bold</b>",
        "`code` here",
        "$x$ in a formula",
        "see https example",
        "two\nlines",
    ],
)
def test_what_makes_no_good_question_is_left_out(heading: str) -> None:
    assert question_of(heading, "A title") is None


@pytest.mark.parametrize("title", ["", "t" * 80, "[t](http://example.com)", "*t*"])
def test_a_title_that_cannot_be_named_makes_no_question(title: str) -> None:
    assert question_of("Sick leave", title) is None


def test_a_document_is_called_by_the_heading_over_all_others() -> None:
    made = questions_of(
        outlined(
            ("Warranty terms",),
            ("Warranty terms", "1 Periods"),
            ("Warranty terms", "2 Claims", "2.1 Deadlines"),
            title="Warranty terms – Intranet",
        )
    )
    assert made == [
        "What does “Warranty terms” say about periods?",
        "What does “Warranty terms” say about deadlines?",
    ]


def test_a_document_without_headings_is_called_by_its_title_or_name() -> None:
    assert questions_of(outlined(title="Minutes of March – Intranet")) == [
        "What is “Minutes of March” about?"
    ]
    assert questions_of(outlined(title="", document="会议/三月纪要.txt")) == [
        "《三月纪要》主要讲了什么？"
    ]
    assert questions_of(outlined(title="<script>")) == []


def test_numbered_chapters_are_no_title() -> None:
    made = questions_of(outlined(("2 Leave", "2.1 Sick leave"), title="Handbook"))
    assert made == ["What does “Handbook” say about sick leave?"]


def ask_about(opened: Storage, names: list[str], language: str) -> list[str]:
    return opened.sample_questions.about(opened.record.chosen(names), language)


def test_documents_take_turns_and_the_readers_language_comes_first(
    services: OpenServices,
) -> None:
    opened = services(embedder=WordEmbedder())
    documents = [
        a_document(f"{name}.txt", "pump 泵") for name in ("One", "Two", "甲", "乙", "Three")
    ]
    opened.ingestion.add_documents(documents, "c")
    english, chinese = (ask_about(opened, ["c"], language) for language in ("en", "zh"))
    assert len(english) == len(chinese) == MOST
    assert english[0] == "What is “Three” about?"
    assert chinese[:2] == ["《乙》主要讲了什么？", "《甲》主要讲了什么？"]


def test_a_changed_collection_is_asked_anew(services: OpenServices) -> None:
    opened = services(embedder=WordEmbedder())
    opened.ingestion.add_documents([a_document("One.txt", "pump")], "c")
    before = ask_about(opened, ["c"], "en")
    opened.ingestion.add_documents([a_document("Two.txt", "valve")], "c")
    assert before == ["What is “One” about?"]
    assert ask_about(opened, ["c"], "en") == ["What is “Two” about?", "What is “One” about?"]
    opened.ingestion.remove("c", ["Two.txt"])
    assert ask_about(opened, ["c"], "en") == before
    assert ask_about(opened, [], "en") == []
