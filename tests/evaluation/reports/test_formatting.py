"""Numbers for people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.reports.formatting import (
    Scale,
    bounds,
    change,
    change_bounds,
    duration,
    estimate,
    number,
    p_value,
)


@pytest.mark.parametrize(
    ("value", "scale", "written"),
    [
        (0.86, Scale.SHARE, "0.860"),
        (1.0, Scale.SHARE, "1.000"),
        (-0.1204, Scale.SHARE, "−0.120"),
        (-0.0001, Scale.SHARE, "0.000"),
        (34.24, Scale.HUNDRED, "34.2"),
        (1204.4, Scale.COUNT, "1,204"),
        (0.0012345, Scale.MONEY, "0.00123"),
        (12.345, Scale.MONEY, "12.3"),
        (0.0, Scale.MONEY, "0"),
        (20480.0, Scale.PLAIN, "20,480"),
        (2.34, Scale.PLAIN, "2.34"),
        (24.3, Scale.MILLISECONDS, "24 ms"),
        (math.nan, Scale.SHARE, "–"),
        (math.inf, Scale.PLAIN, "–"),
    ],
)
def test_a_number_is_written_by_what_it_counts(value: float, scale: Scale, written: str) -> None:
    assert number(value, scale) == written


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (0.43, "0.4 ms"),
        (9.94, "9.9 ms"),
        (9.96, "10 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (1234.0, "1.2 s"),
        (48_300.0, "48 s"),
        (119_600.0, "2 min 0 s"),
        (125_000.0, "2 min 5 s"),
        (3_840_000.0, "1 h 4 min"),
        (math.nan, "–"),
    ],
)
def test_a_duration_has_the_unit_that_suits_it(milliseconds: float, written: str) -> None:
    assert duration(milliseconds) == written


@pytest.mark.parametrize(
    ("low", "high", "scale", "decimals", "written"),
    [
        (0.84, 0.88, Scale.SHARE, 2, "[.84–.88]"),
        (0.0, 0.05, Scale.SHARE, 2, "[.00–.05]"),
        (0.954, 1.0, Scale.SHARE, 2, "[.95–1.0]"),
        (0.8412, 0.8555, Scale.SHARE, 3, "[.841–.856]"),
        (-0.2, 0.05, Scale.SHARE, 2, "[−.20, .05]"),
        (18.2, 22.4, Scale.MILLISECONDS, 2, "[18–22 ms]"),
        (980.0, 1250.0, Scale.MILLISECONDS, 2, "[980 ms–1.2 s]"),
        (31.0, 37.5, Scale.HUNDRED, 2, "[31.0–37.5]"),
        (math.nan, 1.0, Scale.SHARE, 2, ""),
    ],
)
def test_an_interval_is_short(
    low: float, high: float, scale: Scale, decimals: int, written: str
) -> None:
    assert bounds(low, high, scale, decimals=decimals) == written


def test_an_estimate_is_a_value_with_its_interval_where_there_is_one() -> None:
    assert estimate(0.86, 0.84, 0.88) == "0.860 [.84–.88]"
    assert estimate(0.86, math.nan, math.nan) == "0.860"
    assert estimate(34.2, 31.0, 37.5, Scale.HUNDRED) == "34.2 [31.0–37.5]"


@pytest.mark.parametrize(
    ("value", "scale", "written"),
    [
        (0.024, Scale.SHARE, "+2.4"),
        (-0.024, Scale.SHARE, "−2.4"),
        (0.0, Scale.SHARE, "0.0"),
        (-0.0001, Scale.SHARE, "0.0"),
        (150.0, Scale.MILLISECONDS, "+150 ms"),
        (-2.1, Scale.HUNDRED, "−2.1"),
        (math.nan, Scale.SHARE, "–"),
    ],
)
def test_a_change_has_its_sign_and_shares_are_in_points(
    value: float, scale: Scale, written: str
) -> None:
    assert change(value, scale) == written


def test_the_interval_of_a_change_says_a_common_unit_once() -> None:
    assert change_bounds(0.003, 0.045) == "[+0.3, +4.5]"
    assert change_bounds(-20.0, 30.0, Scale.MILLISECONDS) == "[−20, +30 ms]"
    assert change_bounds(900.0, 1500.0, Scale.MILLISECONDS) == "[+900 ms, +1.5 s]"
    assert change_bounds(math.nan, 0.1) == ""


@pytest.mark.parametrize(
    ("p", "written"),
    [
        (0.0004, "p < .001"),
        (0.001, "p = .001"),
        (0.0344, "p = .034"),
        (0.0999, "p = .10"),
        (0.344, "p = .34"),
        (0.9999, "p = 1"),
        (1.0, "p = 1"),
        (math.nan, "p –"),
    ],
)
def test_a_p_value_is_never_zero(p: float, written: str) -> None:
    assert p_value(p) == written


@given(st.floats(-1e7, 1e7), st.sampled_from(list(Scale)))
def test_no_number_is_written_with_an_exponent_or_as_minus_zero(value: float, scale: Scale) -> None:
    if scale is Scale.MILLISECONDS:
        value = abs(value)
    written = number(value, scale)
    assert "e" not in written
    assert written.replace("0", "").strip(".,") != "−"
