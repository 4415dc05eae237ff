"""Amounts in the smallest unit."""

from __future__ import annotations

import pytest

from rag.checking.units import UNITS
from rag.voting.measures import BASE, summed


@pytest.mark.parametrize(
    ("text", "sum_of"),
    [
        ("1 hour 30 minutes", "5400 s"),
        ("1小时30分", "5400 s"),
        ("1 m and 80 cm", "1800 mm"),
        ("2年零6个月", "30 month"),
        ("1 kg, 250 g", "1250 g"),
    ],
)
def test_two_units_are_one_amount(text: str, sum_of: str) -> None:
    assert summed(text).strip() == sum_of


@pytest.mark.parametrize(
    "text", ["5 kg 3 m", "30 min 1 h", "2027年3月31日", "3 days", "1 h 30", "12:30 h 5", "", "10分"]
)
def test_other_amounts_stay(text: str) -> None:
    assert summed(text) == text


def test_every_unit_of_a_dimension_is_known() -> None:
    assert BASE.keys() <= set(UNITS.values())
    assert {dimension for dimension, factor in BASE.values() if factor == 1} == {
        dimension for dimension, _ in BASE.values()
    }
