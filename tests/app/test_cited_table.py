"""The rows around a cited place become a table, with what is cited in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cited_table import ROWS_AROUND, CitedTable, cited_table
from ingest.loaders import read_document
from rag.types import Span

PRICES = """Prices

Part | Price | Weight
Part: K-204 | Price: 12 | Weight: 3
Part: K-208 | Weight: 4
Total
Part: 隔膜 | Price: 15"""
PLAN = """Interval | Work | Part
Every week | Check for leaks | –
Every 3 months | Clean the strainer | K-204"""


def table_at(text: str, quote: str, label: str | None = None) -> CitedTable | None:
    start = text.index(quote)
    return cited_table(text, Span(start=start, end=start + len(quote)), label)


def shown(text: str, quote: str, label: str | None = None) -> CitedTable:
    table = table_at(text, quote, label)
    assert table is not None
    return table


def cited_cells(table: CitedTable) -> list[tuple[int | None, list[str]]]:
    """The number of each cited row, and what is cited in it."""
    return [
        (row.number, [cell for cell, cited in zip(row.cells, row.cited, strict=True) if cited])
        for row in table.rows
        if any(row.cited)
    ]


def test_cells_stand_under_the_names_that_they_carry() -> None:
    table = shown(PRICES, "Part: K-208 | Weight: 4", "Prices!A1:C5")
    assert table.columns == ("Part", "Price", "Weight")
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("K-204", "12", "3")),
        (3, ("K-208", "", "4")),
        (4, ("Total", "", "")),
        (5, ("隔膜", "15", "")),
    ]
    assert cited_cells(table) == [(3, ["K-208", "4"])]


def test_one_cell_of_a_row_can_be_cited() -> None:
    assert cited_cells(shown(PRICES, "Price: 15", "Prices!A1:C5")) == [(5, ["15"])]


def test_rows_that_go_on_from_an_earlier_page_have_the_names_they_carry() -> None:
    table = shown("Region: N | Sales: 2\nRegion: S | Sales: 4 | more", "Sales: 4", "A201:B202")
    assert table.columns == ("Region", "Sales", "")
    assert [(row.number, row.cells) for row in table.rows] == [
        (201, ("N", "2", "")),
        (202, ("S", "4", "more")),
    ]


def test_other_tables_have_their_first_row_as_names() -> None:
    table = shown(f"Care\n\n{PLAN}\nThe end.", "Every 3 months | Clean the strainer | K-204")
    assert table.columns == ("Interval", "Work", "Part")
    assert cited_cells(table) == [(None, ["Every 3 months", "Clean the strainer", "K-204"])]
    assert len(table.rows) == 2


def test_rows_of_figures_have_no_names() -> None:
    table = shown("1 | 2\n3 | 4", "3 | 4")
    assert table.columns == ("", "")
    assert [row.cells for row in table.rows] == [("1", "2"), ("3", "4")]


def test_a_long_table_is_shown_around_the_cited_row() -> None:
    text = "Name | Value\n" + "\n".join(f"Name: n{n} | Value: {n}" for n in range(2, 202))
    table = shown(text, "Value: 100", "A1:B201")
    assert len(table.rows) == 2 * ROWS_AROUND + 1
    assert table.rows[ROWS_AROUND].number == 100


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The valve weighs 4 kg.", "4 kg"),
        (f"{PLAN}\n\nClean it well.", "Clean it well."),
        ("One | line", "One"),
        ("", ""),
    ],
)
def test_what_stands_in_no_table_has_none(text: str, quote: str) -> None:
    if quote:
        assert table_at(text, quote) is None
    else:
        assert cited_table(text, Span(start=0, end=1), None) is None


def test_a_real_file_gives_its_own_cells(tmp_path: Path) -> None:
    path = tmp_path / "parts.csv"
    path.write_text("Part,Price\nK-204,12\nK-208,15\n膜片,9\n", "utf-8")
    (page,) = read_document(path, name="parts.csv", max_bytes=10_000).pages
    table = shown(page.text, "Part: 膜片 | Price: 9", page.label)
    assert table.columns == ("Part", "Price")
    assert cited_cells(table) == [(4, ["膜片", "9"])]
