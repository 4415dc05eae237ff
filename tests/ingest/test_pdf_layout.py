from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.loaders.pdf_engines import PDFIUM_LOCK
from ingest.loaders.pdf_layout import arranged
from tests.ingest.made_files import CHINESE_FONT, make_pdf

LEFT = [
    "The pump stands in the cellar",
    "and is looked after by one person",
    "who has a key to the door.",
    "Every morning the oil is checked",
    "and the log book is signed there.",
    "At night it rests.",
]
RIGHT = [
    "A second pump stands outside and",
    "runs only when the first one fails.",
    "It is older than that one.",
    "Its seals are changed each spring",
    "by a firm that has a contract for",
    "all of the work.",
]


def drawn(path: Path, lines: Sequence[Sequence[tuple[float, str]]], *, size: int = 10) -> str:
    """The arranged text of a page whose lines are texts, each at its distance from the left."""
    make_pdf(path, [[""]])  # registers the Chinese font
    canvas = Canvas(str(path))
    for number, line in enumerate(lines):
        for left, text in line:
            canvas.setFont("Helvetica" if text.isascii() else CHINESE_FONT, size)
            canvas.drawString(left, 800 - 15 * number, text)
    canvas.showPage()
    canvas.save()
    return arranged_text(path)


def arranged_text(path: Path) -> str:
    with (
        PDFIUM_LOCK,
        closing(pypdfium2.PdfDocument(path.read_bytes())) as document,
        closing(document[0]) as page,
        closing(page.get_textpage()) as textpage,
    ):
        return arranged(textpage, textpage.get_text_range()).replace("\r\n", "\n")


def test_cells_of_rows_are_set_apart_and_signs_stay_with_their_figures(tmp_path: Path) -> None:
    text = drawn(
        tmp_path / "a.pdf",
        [
            [(50, "Year ended 31 December")],
            [(50, "In millions"), (250, "2023"), (350, "2024")],
            [(50, "Net sales"), (230, "$"), (250, "12.5"), (330, "$"), (350, "13")],
            [(50, "Share of it"), (250, "40.1"), (285, "%"), (350, "—")],
            [(50, "地区"), (250, "销售额"), (350, "人数")],
            [(50, "南方"), (250, "300"), (350, "12")],
        ],
    )
    assert text == (
        "Year ended 31 December\nIn millions | 2023 | 2024\nNet sales | $ 12.5 | $ 13\n"
        "Share of it | 40.1 % | —\n地区 | 销售额 | 人数\n南方 | 300 | 12"
    )


def test_a_gap_in_a_line_of_words_makes_no_row(tmp_path: Path) -> None:
    text = drawn(tmp_path / "a.pdf", [[(50, "Signed by the owner"), (300, "Witness to this")]])
    assert text == "Signed by the owner Witness to this"
    assert drawn(tmp_path / "b.pdf", [[(50, "Costs 12 a day, 3 a night.")]]) == (
        "Costs 12 a day, 3 a night."
    )


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    lines = [
        [(50.0, "Two pumps")],
        *([(50.0, a), (320.0, b)] for a, b in zip(LEFT, RIGHT, strict=True)),
    ]
    text = drawn(tmp_path / "a.pdf", lines)
    assert text.split("\n") == ["Two pumps", *LEFT, *RIGHT]


def test_a_line_across_both_columns_parts_them(tmp_path: Path) -> None:
    rows = [[(50.0, a), (320.0, b)] for a, b in zip(LEFT, RIGHT, strict=True)]
    across = "This line of words goes across the whole page from the left to the right of it."
    text = drawn(tmp_path / "a.pdf", [*rows[:3], [(50.0, across)], *rows[3:]])
    assert text.split("\n") == [*LEFT[:3], *RIGHT[:3], across, *LEFT[3:], *RIGHT[3:]]


@pytest.mark.parametrize("lines", [[""], ["alone"], ["two words"], ["水泵压力为三百千帕。"]])
def test_short_pages_stay(tmp_path: Path, lines: list[str]) -> None:
    assert arranged_text(make_pdf(tmp_path / "a.pdf", [lines])) == "\n".join(filter(None, lines))


def test_characters_that_cannot_be_placed_leave_the_text_alone(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf", [["some words"]])
    with (
        PDFIUM_LOCK,
        closing(pypdfium2.PdfDocument((tmp_path / "a.pdf").read_bytes())) as document,
        closing(document[0]) as page,
        closing(page.get_textpage()) as textpage,
    ):
        assert arranged(textpage, "another text   12") == "another text   12"
