"""Numbers of a short answer in digits."""

from __future__ import annotations

import pytest

from rag.voting.numerals import english_in_digits, fractions_in_digits, han_in_digits


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("one hundred and twelve", "112"),
        ("Two thousand three hundred and forty", "2340"),
        ("two hundred fifty thousand", "250000"),
        ("one million two hundred thousand and five", "1200005"),
        ("a hundred trees", "100 trees"),
        ("forty-two", "42"),
        ("25 000 copies", "25000 copies"),
        ("a dozen eggs", "12 eggs"),
        ("half a dozen", "6"),
        ("two dozen", "24"),
        ("$1.2m", "$1.2 million"),
        ("2.5m euros", "2.5 million euros"),
        ("one month", "1 month"),
        ("a litre", "1 litre"),
        ("for an hour", "for 1 hour"),
        ("two or three", "2 or 3"),
    ],
)
def test_english_numbers(text: str, plain: str) -> None:
    assert english_in_digits(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "one of them",
        "a person",
        "twenty-first",
        "nineteen eighty",
        "two and three",
        "one thousand million billion",
        "hundreds",
        "room 12, 300 people",
        "someone",
        "",
    ],
)
def test_what_is_no_number_or_several_stays(text: str) -> None:
    assert english_in_digits(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("三间", "3间"),
        ("一小时", "1小时"),
        ("一个月", "1个月"),
        ("一年", "1年"),
        ("三号楼", "3号楼"),
        ("八GB", "8GB"),
        ("1.2百万", "1200000"),
        ("千分之二", "0.2%"),
        ("3‰", "0.3%"),
        ("七成", "70%"),
        ("三成半", "35%"),
        ("3千米", "3千米"),
        ("第三层", "第三层"),
        ("一次性", "一次性"),
        ("一月", "一月"),
        ("周三", "周三"),
        ("成都", "成都"),
        ("", ""),
    ],
)
def test_chinese_numbers(text: str, plain: str) -> None:
    assert han_in_digits(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("3/4", "75%"),
        ("1/2 of the land", "50% the land"),
        ("2/3", "66.6667%"),
        ("1/2 kg", "0.5 kg"),
        ("24/7", "24/7"),
        ("0/5", "0/5"),
        ("1/2/2024", "1/2/2024"),
    ],
)
def test_fractions(text: str, plain: str) -> None:
    assert fractions_in_digits(text) == plain
