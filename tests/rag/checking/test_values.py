"""Numbers with their units, and dates, in one form."""

from __future__ import annotations

import pytest

from rag.checking.values import Date, states_date, states_number, values_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It weighs 4 kg and costs $1,209.50.", [("4", "kg"), ("1209.5", "dollar")]),
        ("水泵重４公斤，价格一千二百元。", [("4", "kg"), ("1200", "yuan")]),
        ("about 1.5 million people", [("1500000", "person")]),
        ("约1.5亿元", [("150000000", "yuan")]),
        ("twenty-four hours, five hundred dollars", [("24", "h"), ("500", "dollar")]),
        ("百分之五，5 percent, ５％", [("5", "percent")] * 3),
        ("from 9 am to 5:30 p.m.", [("9:00", None), ("17:30", None)]),
        ("12 am, 12 pm", [("0:00", None), ("12:00", None)]),
        ("上午9点到下午3点半，晚上8:15", [("9:00", None), ("15:30", None), ("20:15", None)]),
        ("up 5 percentage points, 涨5个百分点", [("5", "percentage point")] * 2),
        ("at 9:30 in the 1990s", [("9:30", None), ("1990s", None)]),
        ("from -5 °C to 0.50 m", [("-5", "celsius"), ("0.5", "m")]),
        ("X-200, H2O, covid-19 and 4b2 are codes", []),
        ("one of them, no value", []),
        ("", []),
    ],
)
def test_numbers_in_one_form(text: str, numbers: list[tuple[str, str | None]]) -> None:
    assert [(one.digits, one.unit) for one in values_in(text).numbers] == numbers


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 2025-03-04", [(2025, 3, 4)]),
        ("March 4, 2025", [(2025, 3, 4)]),
        ("4 March 2025", [(2025, 3, 4)]),
        ("2025年3月4日", [(2025, 3, 4)]),
        ("二〇二五年三月四日", [(2025, 3, 4)]),
        ("于2025-03-04开馆", [(2025, 3, 4)]),
        ("在1999/12/31之前", [(1999, 12, 31)]),
        ("v2025-03-04b", []),
        ("in May 2024", [(2024, 5, None)]),
        ("5 May", [(None, 5, 5)]),
        ("2024年", [(2024, None, None)]),
        ("in 13 months", []),
    ],
)
def test_dates_in_one_form(
    text: str, dates: list[tuple[int | None, int | None, int | None]]
) -> None:
    assert [(one.year, one.month, one.day) for one in values_in(text).dates] == dates


@pytest.mark.parametrize(
    ("wanted", "stated", "held"),
    [
        ("in March 2025", "on 4 March 2025", True),
        ("on 4 March 2025", "in March 2025", False),
        ("2025年3月4日", "March 4, 2025", True),
        ("March 4, 2025", "In 2025 it opened, on March 4, to be exact.", True),
        ("March 4, 2025", "In 2024 it opened, on March 4, to be exact.", False),
        ("March 4, 2025", "In 2025 it opened; on March 4, 2024 it did not.", False),
        ("2025年", "Founded in 2025.", True),
    ],
)
def test_a_date_is_stated(wanted: str, stated: str, held: bool) -> None:
    (date,) = values_in(wanted).dates
    there = values_in(stated)
    assert states_date(date, there.dates, there.numbers) is held


def test_a_number_may_be_a_year() -> None:
    (year,) = values_in("in 1987").numbers
    assert states_number(year, (), values_in("1987年5月").dates)
    assert not states_number(year, values_in("1,988").numbers, values_in("1988年").dates)


def test_a_date_tells_what_another_leaves_out() -> None:
    whole = Date(year=2025, month=3, day=4, written="")
    assert Date(year=None, month=3, day=None, written="").told_by(whole)
    assert not whole.told_by(Date(year=2025, month=3, day=None, written=""))
