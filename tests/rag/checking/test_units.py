"""Units by one name, in both languages."""

from __future__ import annotations

import pytest

from rag.checking.units import UNITS, unit_at


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("kg each", "kg"),
        (" kilograms", "kg"),
        ("公斤", "kg"),
        ("-hour day", "h"),
        (" working days", "workday"),
        (" degrees Celsius", "celsius"),
        ("%", "percent"),
        ("% points", "percentage point"),
        ("个百分点", "percentage point"),
        ("个月内", "month"),
        ("平方公里", "km2"),
        ("gadgets", None),
        (" men", None),
        ("", None),
    ],
)
def test_a_unit_begins_here(text: str, unit: str | None) -> None:
    found = unit_at(text, 0)
    assert (found and found[0]) == unit


def test_it_ends_where_the_text_goes_on() -> None:
    assert unit_at("30 天内提交", 2) == ("day", 4)
    assert unit_at("24-hour service", 2) == ("h", 7)


def test_no_form_is_written_in_capitals() -> None:
    assert all(form == form.lower() for form in UNITS)
