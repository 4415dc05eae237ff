"""How often, and per what."""

from __future__ import annotations

import pytest

from rag.voting.rates import rates_in


@pytest.mark.parametrize(
    ("texts", "often"),
    [
        (
            ("once a week", "weekly", "every week", "1 times per week", "每周1次", "每星期"),
            "1/7 per day",
        ),
        (
            ("twice a year", "every 6 months", "semi-annually", "每年2次", "每半年1次"),
            "1/6 per month",
        ),
        (("every 2 hours", "12 times a day", "每2小时1次", "每隔2小时"), "12 per day"),
        (("2 times per hour", "每小时2次", "1小时2次"), "48 per day"),
        (
            ("every other week", "fortnightly", "every fortnight", "每两周一次".replace("两", "2")),
            "1/14 per day",
        ),
        (("quarterly", "every 3 months", "4 times per annum", "每季度一次"), "1/3 per month"),
        (("monthly", "每月", "每个月", "每一个月"), "1 per month"),
        (("daily", "each day", "once per day", "每天"), "1 per day"),
    ],
)
def test_how_often_in_one_form(texts: tuple[str, ...], often: str) -> None:
    for text in texts:
        found = rates_in(text)
        assert (found.often, found.per) == ((often,), frozenset()), text
        assert not found.rest.strip()


@pytest.mark.parametrize(
    ("text", "per", "rest"),
    [
        ("110 km per hour", {"hour"}, "110 km"),
        ("110 km/h", {"hour"}, "110 km"),
        ("50 mph", {"hour"}, "50 miles"),
        ("900 euros a month", {"month"}, "900 euros"),
        ("4.25% per annum", {"year"}, "4.25%"),
        ("300 euros for each flat", {"flat"}, "300 euros"),
        ("每件20公斤", {"件"}, "20公斤"),
        ("每小时50公里", {"hour"}, "50公里"),
        ("28 days", set(), "28 days"),
        ("", set(), ""),
    ],
)
def test_what_an_amount_is_for(text: str, per: set[str], rest: str) -> None:
    found = rates_in(text)
    assert (found.often, set(found.per), found.rest.strip()) == ((), per, rest)


def test_a_day_of_the_week_is_no_week() -> None:
    assert rates_in("每周三").rest == "每周三"
    assert rates_in("每周三").often == ()


def test_at_once_is_not_how_often() -> None:
    assert rates_in("leave at once").rest == "leave at once"
