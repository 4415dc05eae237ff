from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders.reflow import Hyphens, is_hard_wrapped, reflow, usual_width, width

NO_HYPHENS = Hyphens([])
PROSE = (
    "The pump must be inspected once a day by a trained person, and the pressure in the line may "
    "not exceed three hundred kilopascals while the valve on the outlet side is closed, since the "
    "seal would then run dry and have to be replaced before the next shift begins its work there"
)


def joined(*lines: str) -> list[str]:
    return reflow(lines, hyphens=NO_HYPHENS)


def test_widths_are_columns() -> None:
    assert width("abc") == 3
    assert width("水泵，a") == 7
    assert usual_width(["", "a" * 10] + ["b" * 50] * 9) == 50
    assert usual_width([]) == 0


@given(st.integers(40, 110))
def test_wrapped_prose_becomes_one_line(columns: int) -> None:
    assert reflow(textwrap.wrap(PROSE, columns), hyphens=NO_HYPHENS) == [PROSE]


def test_chinese_lines_join_without_a_blank() -> None:
    text = "水泵每天应由受过培训的人员检查一次，管路压力不得超过三百千帕，出口阀关闭时不得运行" * 3
    lines = [text[i : i + 30] for i in range(0, len(text), 30)]
    assert reflow(lines, hyphens=NO_HYPHENS) == [text]


def test_mixed_lines() -> None:
    first, second = "请在控制面板上按下启动按钮，等待指示灯变绿，然后打开", "Outlet 阀门。"
    assert joined(first, second) == [first + second]


@pytest.mark.parametrize(
    "following",
    [
        "• a bullet",
        "- a dash item",
        "2. Turn off the pump",
        "(b) the second case",
        "3.2 Maintenance of the seal",
        "第三章 维护",
        "（二）检查",
        "五、其他",
        "Total assets 12,345 23,456",
        "Name   Value   Unit",
        "part | price | unit",
    ],
)
def test_items_and_rows_begin_a_line(following: str) -> None:
    full = "This line is as wide as the lines of this page are, and goes on without an end to"
    assert joined(full, following) == [full, following]


def test_short_line_ends_its_paragraph() -> None:
    heading, full = (
        "Inspection",
        "The pump must be inspected once a day by a trained person and then be",
    )
    assert joined(heading, full, "switched on.") == [heading, f"{full} switched on."]


def test_sentence_end_and_colon_end_a_line_but_abbreviations_do_not() -> None:
    sentence = "The pump must be inspected once a day by a trained person of the company."
    assert joined(sentence, "The valve is closed.") == [sentence, "The valve is closed."]
    abbreviated = "The pump must be inspected once a day by a person who was trained by Dr."
    assert joined(abbreviated, "Smith.") == [f"{abbreviated} Smith."]
    continued = "The pump must be inspected once a day by a person from Pumps and Valves Inc."
    assert joined(continued, "or its agents.") == [f"{continued} or its agents."]
    colon = "The pump must be inspected once a day by a trained person who checks these:"
    assert joined(colon, "Oil") == [colon, "Oil"]


def test_rows_of_a_table_stay_rows() -> None:
    rows = [
        "(In millions of dollars, except the amounts per share) 2023 2022",
        "Principal payments on the notes of the parent company $ 5,250 $ 47,616",
        "Interest payments on the notes of the parent company only 1,379 19,746",
        "Property of the parent company and of its subsidiaries, net 14,118",
        "Other",
    ]
    assert joined(*rows) == rows


def test_narrow_lines_are_never_joined() -> None:
    address = ["Arvendal Fluidics Ltd", "12 Harbour Street", "Suzhou Industrial Park"]
    assert joined(*address) == address


def test_lines_alone_are_joined_with_nothing() -> None:
    lines = [
        "A heading that is just as wide as the lines of text that come",
        "after it are here and",
    ]
    assert reflow(lines, hyphens=NO_HYPHENS, alone={0}) == lines


def test_indented_line_begins_a_paragraph() -> None:
    full = "This line is as wide as the lines of this page are, and goes on without an end to"
    assert joined(full, "　　Indented") == [full, "　　Indented"]
    item = "- This item is as wide as the lines of this page are, and goes on with a second"
    assert joined(item, "  line below it") == [f"{item} line below it"]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("the inspec\ufffe", "tion of pumps", "the inspection of pumps"),
        ("the inspec\xad", "tion of pumps", "the inspection of pumps"),
        ("a third\ufffe", "party product", "a third-party product"),
        ("from end-to\ufffe", "end tests", "from end-to-end tests"),
        ("the US\ufffe", "China treaty", "the US-China treaty"),
        ("a well-", "known brand", "a well-known brand"),
        ("the main-", "tenance of it", "the maintenance of it"),
        ("a dash -", "not a hyphen", "a dash - not a hyphen"),
    ],
)
def test_hyphens_at_line_ends(left: str, right: str, expected: str) -> None:
    hyphens = Hyphens(["Any party, the third one, needs maintenance and inspection."])
    filler = "word " * 12
    assert reflow([filler + left, right], hyphens=hyphens) == [filler + expected]


@given(st.lists(st.text(st.sampled_from("ab .-:,1字，。•\ufffe"), max_size=90), max_size=12))
def test_nothing_but_blanks_and_hyphens_changes(lines: list[str]) -> None:
    def bare(text: str) -> str:
        return "".join(c for c in text if c not in " -\ufffe")

    result = reflow(lines, hyphens=Hyphens(lines))
    assert bare("".join(result)) == bare("".join(lines))
    assert not any("\ufffe" in line.rstrip("\ufffe")[-1:] for line in result)


def test_hard_wrapped_text_is_told_from_lines_of_their_own() -> None:
    wrapped = [*textwrap.wrap(PROSE, 70), "", *textwrap.wrap(PROSE[40:], 70)]
    assert is_hard_wrapped(wrapped)
    assert not is_hard_wrapped([PROSE, PROSE])
    assert not is_hard_wrapped(["milk", "bread", "one dozen eggs", "apples"])
    assert not is_hard_wrapped(
        [f"2024-05-{d:02} started {'x' * (d % 17) * 3} ok" for d in range(30)]
    )
    assert not is_hard_wrapped([])
