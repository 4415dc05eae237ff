"""Boxes around quotations: they hold the quotation's characters, and no others."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfWriter

from ingest.loaders import read_document
from ingest.loaders.pdf_boxes import Box, boxes_of, seen, text_in
from ingest.loaders.pdf_engines import PDFIUM_LOCK
from rag.types import Span
from tests.ingest.made_files import make_pdf, make_scan_pdf
from tests.ingest.test_pdf_layout import LEFT, RIGHT, drawn

TERMS = [
    "The warranty is 24 months. It covers parts and the hours that an engi-",
    "neer needs to put them in, but not the way to the place.",
    "",
    "The warranty is 24 months. 保修期为二十四个月，不包括运费。",
]


def boxed(path: Path, quote: str, *, number: int = 0, page: int = 0) -> tuple[list[Box], str]:
    """The boxes of the ``number``-th ``quote`` on the page, and what can be seen in them."""
    text = read_document(path, name=path.name, max_bytes=10_000_000).pages[page].text
    at = -1
    for _ in range(number + 1):
        at = text.index(quote, at + 1)
    with (
        PDFIUM_LOCK,
        closing(pypdfium2.PdfDocument(path.read_bytes())) as document,
        closing(document[page]) as drawn_page,
    ):
        found = boxes_of(drawn_page, text, Span(start=at, end=at + len(quote)))
        return list(found), text_in(drawn_page, found)


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    return make_pdf(tmp_path / "terms.pdf", [["Another page."], TERMS])


@pytest.mark.parametrize(
    ("quote", "lines"),
    [
        ("The warranty is 24 months.", 1),
        ("保修期为二十四个月，不包括运费。", 1),
        ("24", 1),
        ("It covers parts and the hours that an engineer needs to put them in", 2),
    ],
)
def test_a_quotation_is_boxed_line_by_line(terms: Path, quote: str, lines: int) -> None:
    boxes, inside = boxed(terms, quote, page=1)
    assert inside == seen(quote)
    assert len(boxes) == lines


def test_boxes_stand_where_the_words_are_drawn(terms: Path) -> None:
    [box], _ = boxed(terms, "The warranty is 24 months.", page=1)
    assert 0.08 < box.left < 0.09  # 50 of 595 points
    assert 0.03 < box.top < box.bottom < 0.06  # the base line is 800 of 842 points up
    assert 0.2 < box.right < 0.4


def test_the_same_words_again_are_boxed_where_they_are_cited(terms: Path) -> None:
    [first], _ = boxed(terms, "The warranty is 24 months.", page=1)
    [second], inside = boxed(terms, "The warranty is 24 months.", number=1, page=1)
    assert second.top > first.bottom
    assert inside == "Thewarrantyis24months."


def test_a_sentence_in_a_column_is_boxed_in_that_column(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    drawn(path, [[(50.0, a), (320.0, b)] for a, b in zip(LEFT, RIGHT, strict=True)])
    boxes, inside = boxed(path, "\n".join(LEFT[:3]))
    assert inside == seen("".join(LEFT[:3]))
    assert len(boxes) == 3
    assert all(box.right < 0.5 for box in boxes)
    boxes, inside = boxed(path, RIGHT[1])
    assert inside == seen(RIGHT[1])
    assert all(box.left > 0.5 for box in boxes)


def test_the_cells_of_a_row_are_boxed(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    rows = [
        [(50.0, "In millions"), (250.0, "2023"), (350.0, "2024")],
        [(50.0, "Net sales"), (250.0, "12.5"), (350.0, "13")],
        [(50.0, "Costs"), (250.0, "12.5"), (350.0, "14")],
    ]
    drawn(path, rows)
    boxes, inside = boxed(path, "Costs | 12.5 | 14")
    assert inside == "Costs12.514"
    assert len(boxes) == 3
    assert {round(box.bottom, 2) for box in boxes} == {round(boxes[0].bottom, 2)}


@pytest.mark.parametrize(
    ("angle", "corner"), [(90, "top right"), (180, "bottom right"), (270, "bottom left")]
)
def test_a_turned_page_is_boxed_as_it_is_drawn(tmp_path: Path, angle: int, corner: str) -> None:
    upright = make_pdf(tmp_path / "upright.pdf", [["The warranty is 24 months."]])
    writer = PdfWriter(clone_from=upright)
    writer.pages[0].rotate(angle)
    writer.write(tmp_path / "turned.pdf")
    boxes, inside = boxed(tmp_path / "turned.pdf", "The warranty is 24 months.")
    assert sorted(set(inside)) == sorted(set("Thewarrantyis24months."))
    down = "top" if boxes[0].top < 0.5 else "bottom"
    assert f"{down} {'left' if boxes[0].left < 0.5 else 'right'}" == corner


def test_what_is_not_drawn_as_text_has_no_boxes(tmp_path: Path) -> None:
    path = make_scan_pdf(tmp_path / "scan.pdf", [["Still here"]])
    assert boxed(path, "Still here") == ([], "")


def test_blanks_alone_have_no_boxes(terms: Path) -> None:
    assert boxed(terms, " ", page=1) == ([], "")
