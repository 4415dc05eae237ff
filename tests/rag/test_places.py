from __future__ import annotations

import pytest

from rag.places import cell_range, column_letters, narrowed, position_of

ROWS = "Sheet1\n\nRegion | Sales\nRegion: North | Sales: 12\n\nRegion: 南 | Sales: 14"
"""Rows 3 and 4, an empty row 5, and row 6."""
LABEL = "Sheet1!A3:B6"


def told(label: str | None, quote: str) -> str | None:
    start = ROWS.index(quote)
    return narrowed(label, ROWS, start, start + len(quote))


@pytest.mark.parametrize(
    ("quote", "cells"),
    [
        ("Region | Sales", "Sheet1!A3:B3"),
        ("Sales: 12", "Sheet1!A4:B4"),
        ("Region: 南 | Sales: 14", "Sheet1!A6:B6"),
        ("Region: North | Sales: 12\n\nRegion: 南", "Sheet1!A4:B6"),
        ("Region: North | Sales: 12\n", "Sheet1!A4:B4"),
        ("Sheet1\n\nRegion | Sales", "Sheet1!A3:B3"),
        (ROWS, LABEL),
    ],
)
def test_lines_are_rows(quote: str, cells: str) -> None:
    assert told(LABEL, quote) == cells


def test_cells_without_a_sheet_and_of_a_quoted_one() -> None:
    assert told("A3:B6", "Sales: 12") == "A4:B4"
    assert told("'2024 年!A1:B2'!A3:B6", "Sales: 12") == "'2024 年!A1:B2'!A4:B4"


@pytest.mark.parametrize(
    "label", [None, "", "iv", "slide 4", "chapter A3:B6 of it", "A-3", "B3:C6"]
)
def test_other_labels_stay(label: str | None) -> None:
    assert told(label, "Sales: 12") == label


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 5), (0, len(ROWS) + 1)])
def test_offsets_that_are_not_on_the_page_narrow_nothing(start: int, end: int) -> None:
    assert narrowed(LABEL, ROWS, start, end) == LABEL


@pytest.mark.parametrize(
    ("label", "number", "kind", "name"),
    [
        (None, 7, "page", "7"),
        ("", 7, "page", "7"),
        ("iv", 4, "page", "iv"),
        ("slide 4", 4, "slide", "4"),
        ("chapter 序言", 1, "chapter", "序言"),
        ("Sheet1!A7:F7", 1, "cells", "Sheet1!A7:F7"),
        ("A7:F7", 1, "cells", "A7:F7"),
        ("slides", 2, "page", "slides"),
    ],
)
def test_positions(label: str | None, number: int, kind: str, name: str) -> None:
    position = position_of(label, number)
    assert (position.kind, position.name) == (kind, name)


def test_column_letters() -> None:
    numbers = [1, 2, 26, 27, 52, 702, 703, 16384]
    assert [column_letters(number) for number in numbers] == [
        "A", "B", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"
    ]  # fmt: skip


def test_a_sheets_name_is_quoted_as_in_excel() -> None:
    def cells(sheet: str) -> str:
        return cell_range(sheet=sheet, first_row=2, last_row=9, columns=6)

    assert cells("Sales") == "Sales!A2:F9"
    assert cells("销售") == "销售!A2:F9"
    assert cells("Bob's sales") == "'Bob''s sales'!A2:F9"
    assert cells("") == "A2:F9"
