from __future__ import annotations

from datetime import date, datetime, time

import pytest

from ingest.loaders.table_rows import (
    ROWS_A_PAGE,
    Row,
    RowPage,
    cell_text,
    column_names,
    named,
    row_of,
    row_pages,
)
from rag.places import narrowed


def pages(*rows: tuple[int, str], sheet: str = "") -> list[RowPage]:
    made = [Row(number=number, cells=tuple(line.split(","))) for number, line in rows]
    return list(row_pages(made, sheet=sheet))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  two\n lines ", "two lines"),
        (12, "12"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (1234567.5, "1234567.5"),
        (float("nan"), ""),
        (float("inf"), ""),
        (True, "TRUE"),
        (datetime(2024, 3, 1), "2024-03-01"),
        (datetime(2024, 3, 1, 9, 30), "2024-03-01 09:30:00"),
        (date(2024, 3, 1), "2024-03-01"),
        (time(9, 30), "09:30:00"),
        ("零件\u200b", "零件"),
    ],
)
def test_cell_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_a_row_ends_with_its_last_filled_cell() -> None:
    assert row_of(3, [None, "a", None, "b", None, " "]) == Row(number=3, cells=("", "a", "", "b"))
    assert row_of(3, [None, "", "\u200b"]) is None
    assert row_of(3, []) is None


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (("Region", "Sales"), ("Region", "Sales")),
        (("", "2023", "2024"), ()),
        (("Item", "2023", "2024"), ("Item", "2023", "2024")),
        (("地区", "销售额"), ("地区", "销售额")),
        (("Region", "12.5"), ()),
        (("a", "a"), ()),
        (("a", "b" * 81), ()),
        (("only a title",), None),
        (("", "title"), None),
    ],
)
def test_column_names(cells: tuple[str, ...], names: tuple[str, ...] | None) -> None:
    assert column_names(cells) == names


def test_a_cell_stands_under_its_name() -> None:
    assert named(("Region", "", "Sales"), ("North", "x", "12", "13")) == (
        "Region: North | x | Sales: 12 | 13"
    )
    assert named(("Region", "Sales"), ("", "12")) == "Sales: 12"
    assert named((), ("a", "", "b")) == "a | b"


def test_rows_are_lines_under_the_sheets_name() -> None:
    [page] = pages((1, "Region,Sales"), (2, "North,12"), (3, "南方,14"), sheet="Q1")
    assert page.text == "Q1\n\nRegion | Sales\nRegion: North | Sales: 12\nRegion: 南方 | Sales: 14"
    assert page.label == "Q1!A1:B3"
    assert [(h.level, h.title, h.span.start) for h in page.headings] == [(1, "Q1", 0)]


def test_a_title_above_the_names() -> None:
    [page] = pages((1, "Sales by region"), (2, "Region,Sales"), (3, "North,12"))
    assert page.text == "Sales by region\nRegion | Sales\nRegion: North | Sales: 12"
    assert (page.headings, page.label) == ((), "A1:B3")


def test_one_empty_row_begins_a_table_and_two_begin_a_page() -> None:
    found = pages(
        (1, "Region,Sales"), (2, "North,12"), (4, "Part,Price"), (5, "Seal,3"), (8, "x,9")
    )
    assert [(page.text, page.label) for page in found] == [
        (
            "Region | Sales\nRegion: North | Sales: 12\n\nPart | Price\nPart: Seal | Price: 3",
            "A1:B5",
        ),
        ("x | 9", "A8:B8"),
    ]


def test_rows_of_data_have_no_names() -> None:
    [page] = pages((1, "3,4"), (2, "5,6"))
    assert page.text == "3 | 4\n5 | 6"


def test_long_tables_go_on_under_the_same_names_and_every_line_gives_its_row() -> None:
    body = [(number, f"n{number},{number}") for number in range(2, 2 * ROWS_A_PAGE + 3)]
    found = pages((1, "Name,Count"), *body, sheet="S")
    assert [page.label for page in found] == ["S!A1:B200", "S!A201:B400", "S!A401:B402"]
    for number, _ in body:
        page = found[(number - 1) // ROWS_A_PAGE]
        line = f"Name: n{number} | Count: {number}"
        start = f"{page.text}\n".index(f"{line}\n")
        cells = narrowed(page.label, page.text, start, start + len(line))
        assert cells == f"S!A{number}:B{number}"


def test_no_rows_no_pages() -> None:
    assert pages() == []
