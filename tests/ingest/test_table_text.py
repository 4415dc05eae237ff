from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.table_text import cell_ends, header_over, is_row, units, whole_rows

SHEET = (
    "Balance sheet\n"
    "In millions | 2023 | 2024\n"
    "Current assets\n"
    "Cash | 12 | 13\n"
    "Inventories\n"
    "Raw materials | 3 | 4\n"
    "\n"
    "Part | Price\n"
    "Seal | 9"
)
SHORT = st.sampled_from(
    ["a | b", "One. Two. | x", "Prose. More!", "\n", "\n\n", "中文。另一句", " "]
)


def over(line: str, text: str = SHEET) -> str:
    return header_over(text, text.index(line))


@pytest.mark.parametrize(
    ("line", "header"),
    [
        ("Balance sheet", ""),
        ("In millions", ""),
        ("Current assets", "In millions | 2023 | 2024"),
        ("Cash", "In millions | 2023 | 2024"),
        ("Raw materials", "In millions | 2023 | 2024"),
        ("Part", ""),
        ("Seal", "Part | Price"),
    ],
)
def test_the_header_of_the_table_that_a_place_is_in(line: str, header: str) -> None:
    assert over(line) == header


def test_rows_that_say_their_names_and_tables_without_names_have_none() -> None:
    assert (
        over("Region: 南", "Region | Sales\nRegion: North | Sales: 1\nRegion: 南 | Sales: 2") == ""
    )
    assert over("5 | 6", "1 | 2\n3 | 4\n5 | 6") == ""
    assert over("x | y", f"{'long ' * 80} | name\nx | y") == ""
    assert over("南方", "地区 | 销售额\n北方 | 12\n南方 | 14") == "地区 | 销售额"


def test_prose_parts_tables() -> None:
    prose = (
        "This is a whole sentence that has nothing to do with the table that stood above it here."
    )
    assert over("b | 2", f"Name | Count\na | 1\n{prose}\nb | 2") == ""
    assert over("After", "Name | Count\na | 1\nAfter it prose goes on.\nAnd on.") == ""


def test_rows_are_one_piece_and_sentences_another() -> None:
    assert whole_rows("One. Two.\na. b. | c. d.\n三。四。") == [
        "One. ", "Two.\n", "a. b. | c. d.\n", "三。", "四。"
    ]  # fmt: skip
    assert whole_rows("") == []
    assert is_row("a | b")
    assert not is_row("a|b")


@given(st.lists(SHORT, max_size=12).map("".join))
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(whole_rows(text)) == text


def test_a_row_that_does_not_fit_is_cut_at_its_cells() -> None:
    text = "One. Two.\na | b | \nlong | row"
    assert units(text, lambda _: True) == ["One. ", "Two.\n", "a | b | \n", "long | row"]
    assert units(text, lambda piece: len(piece) < 8) == [
        "One. ", "Two.\n", "a | ", "b | ", "\n", "long | ", "row"
    ]  # fmt: skip
    assert units("a | ", lambda _: False) == ["a | "]


def test_cell_ends() -> None:
    assert cell_ends("ab | c | d", 0, 10) == [5, 9]
    assert cell_ends("ab | c | d", 4, 8) == []
