"""Sections that can be asked about, and how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evaluation.dataset import Place
from evaluation.datasets.sections import asked, sections_of
from rag.types import Passage
from tests.fakes import a_passage

BODY = (
    "The diaphragm is replaced every year. The strainer is cleaned every month, and the seals too."
)
BODY_ZH = "员工每年享有十五天带薪年假。未休完的年假可以顺延到次年三月底，逾期作废。"


def under(
    *headings: str,
    title: str = "Pump Manual",
    document: str = "pump.pdf",
    page: int = 1,
    **values: Any,
) -> Passage:
    body = str(values.get("text", BODY))
    passage = a_passage(body, document=document, page=page)
    return replace(
        passage,
        title=title,
        paginated=document.endswith(".pdf"),
        chunk=replace(passage.chunk, heading_path=headings),
    )


@pytest.mark.parametrize(
    ("headings", "title", "heading"),
    [
        (("Pump Manual", "6 Maintenance"), "Pump Manual", "Maintenance"),
        (
            ("Pump Manual", "6 Maintenance", "6.1 Intervals"),
            "Pump Manual",
            "Maintenance › Intervals",
        ),
        (("3 Transport", "3.1 Rail and air"), "Travel Policy", "Transport › Rail and air"),
        (("价目表", "一、水泵价格"), "价目表 - 内网", "水泵价格"),
        (("第四章 病假与事假",), "休假办法", "病假与事假"),
        (("更新日志", "2.6 版（2025 年）"), "更新日志", "2.6 版（2025 年）"),
        (("Notes", "4.0.0 – 12 May", "Known issues"), "Notes", "4.0.0 – 12 May › Known issues"),
    ],
)
def test_a_heading_is_named_without_number_and_title(
    headings: tuple[str, ...], title: str, heading: str
) -> None:
    [section] = sections_of([under(*headings, title=title)])
    assert (section.title, section.heading) == (title, heading)


def test_the_gold_places_are_the_pages_of_the_section() -> None:
    passages = [
        under("Pump Manual", "Storage", page=2),
        under("Pump Manual", "Storage", page=3),
        under("Pump Manual", "Storage", page=3),
        under("Pump Manual", "Disposal", page=4),
    ]
    storage, disposal = sections_of(passages)
    assert storage.places == (
        Place(document="pump.pdf", page=2),
        Place(document="pump.pdf", page=3),
    )
    assert disposal.places == (Place(document="pump.pdf", page=4),)
    [guide] = sections_of([under("Guide", "Storage", title="Guide", document="guide.md")])
    assert guide.places == (Place(document="guide.md"),)


def test_what_title_and_heading_do_not_tell_apart_is_not_asked() -> None:
    twins = [under("Pump Manual", "Storage", document=name) for name in ("a.pdf", "b.pdf")]
    assert sections_of(twins) == []


@pytest.mark.parametrize(
    "passage",
    [
        under("Pump Manual"),
        under(),
        under("Pump Manual", "Storage", text="Keep dry."),
        under("Pump Manual", "7"),
        under("Pump Manual", "x" * 90),
    ],
)
def test_other_headings_are_not_asked_about(passage: Passage) -> None:
    assert sections_of([passage]) == []


def test_the_question_is_in_the_language_of_the_heading() -> None:
    [section] = sections_of([under("年假", title="《休假》办法", text=BODY_ZH)])
    assert (
        asked(section.title, section.heading, section.language)
        == "《〈休假〉办法》中“年假”一节说了什么？"
    )
    assert asked("Guide", "Storage", "en") == "What does “Guide” say under “Storage”?"
