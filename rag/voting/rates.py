"""How often something happens, and per what an amount is: twice a year, 10 km per hour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

_DAYS: Final = {
    "second": Fraction(1, 86400),
    "minute": Fraction(1, 1440),
    "hour": Fraction(1, 24),
    "day": Fraction(1),
    "week": Fraction(7),
    "fortnight": Fraction(14),
}
_MONTHS: Final = {
    "month": Fraction(1),
    "quarter": Fraction(3),
    "year": Fraction(12),
    "decade": Fraction(120),
}
_HAN: Final = {
    **{"秒": "second", "分钟": "minute", "小时": "hour", "天": "day", "日": "day", "周": "week"},
    **{"月": "month", "季度": "quarter", "季": "quarter", "年": "year"},
}
_ADVERBS: Final = {
    **{"hourly": "hour", "daily": "day", "weekly": "week", "fortnightly": "fortnight"},
    **{"monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year"},
    **{"annual": "year"},
}
_SHORT: Final = {"sec": "second", "s": "second", "min": "minute", "h": "hour", "hr": "hour"}
_SPAN: Final = "second|minute|hour|day|week|fortnight|month|quarter|year|decade"
_HAN_SPAN: Final = "|".join(_HAN).replace("周", "周(?![一二三四五六日天1-7](?!次))")
_NUMBER: Final = r"(?<![\d.])\d++(?:\.\d++)?+"
_OTHER: Final = {"other": 2, "second": 2}

_PLAINER: Final = (
    (re.compile(r"\bkmh\b|\bkph\b"), "km per hour"),
    (re.compile(r"\bmph\b"), "miles per hour"),
    (re.compile(rf"(?<=[a-z%\d²³])\s?/\s?({'|'.join(_SHORT)}|{_SPAN})\b"), r" per \1"),
    (re.compile(rf"\bper ({'|'.join(_SHORT)})\b"), lambda m: f"per {_SHORT[m[1]]}"),
    (re.compile(r"\b(?:per|an?) annum\b"), "per year"),
    (re.compile(r"\b(?:half[- ]yearly|semi-?annual(?:ly)?|biannual(?:ly)?)\b"), "2 times per year"),
    (
        re.compile(rf"\b(?:once )?({'|'.join(_ADVERBS)})\b"),
        lambda m: f"every {_ADVERBS[m[1]]}",
    ),
    (re.compile(r"(?<!at )\bonce(?= (?:an?|per|every|each|in)\b|$)"), "1 times"),
    (re.compile(r"\btwice\b"), "2 times"),
    (re.compile(r"\bthrice\b"), "3 times"),
    (re.compile(r"星期|礼拜"), "周"),
    (re.compile(r"每(?:一|1)?个?(?=月|小时|季|周)"), "每"),
    (re.compile(r"每[1一](?=[年天日])"), "每"),
    (re.compile(r"每(?:隔)?半年"), "每6月"),
    (re.compile(r"年利率|(?<!\d)年息"), "每年利率"),
)
_COUNTED: Final = re.compile(
    rf"({_NUMBER})\s?times?\s(?:per|every|each|an?|in an?)\s(?:({_NUMBER})\s)?({_SPAN})s?\b"
    rf"|(?:每隔?|(?={_NUMBER}))({_NUMBER})?\s?个?({_HAN_SPAN})\s?(?:内)?({_NUMBER}|一)\s?[次回遍]"
)
_EVERY: Final = re.compile(
    rf"(?<!\btimes )\b(?:(?:per|every|each)\s(?:single\s)?"
    rf"(?:({_NUMBER}|other|second)\s)?({_SPAN})s?"
    rf"|(?<=[a-z\d%] )an?\s()({_SPAN}))\b(?:\s(1) times)?"
    rf"|每隔?({_NUMBER})?\s?个?({_HAN_SPAN})"
)
_PER: Final = re.compile(
    r"(?:\bfor (?:each|every)|\bper|\beach|\bevery)\s([a-z]{2,})\b"
    r"|每([件套个人名位次瓶箱间户台吨升米页组桶])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """``often`` are how often something happens, each ``times per day`` or ``times per month``.

    ``per`` is what amounts are for (``hour``, ``person``); ``rest`` is the text with blanks in the
    place of both.
    """

    often: tuple[str, ...]
    per: frozenset[str]
    rest: str


def rates_in(text: str) -> Rates:
    """The rates of ``text``, which is plainly written and in lower case.

    A bare ``every week`` is how often something happens where ``text`` has no other number; else it
    is what its amounts are for.
    """
    for pattern, replaced in _PLAINER:
        text = pattern.sub(replaced, text)
    often: list[str] = []
    rest = _COUNTED.sub(lambda m: _taken(often, _counted(m)), text)
    every: list[tuple[str, str]] = []
    rest = _EVERY.sub(lambda m: _taken(every, _every(m)), rest)
    per: list[str] = []
    rest = _PER.sub(lambda m: _taken(per, m[1] or m[2]), rest)
    if re.search(r"\d", rest) or often:
        per += [name for _, name in every]
    else:
        often += [rate for rate, _ in every]
    return Rates(often=tuple(often), per=frozenset(per), rest=rest)


def _taken(found: list[Any], one: Any) -> str:
    found.append(one)
    return " "


def _counted(match: re.Match[str]) -> str:
    times, length, span, han_length, han_span, han_times = match.groups()
    if span:
        return _rate(times, length, span)
    return _rate("1" if han_times == "一" else han_times, han_length, _HAN[han_span])


def _every(match: re.Match[str]) -> tuple[str, str]:
    """The rate, and the bare span that it may be in place of one."""
    length, span, _, other_span, _, han_length, han_span = match.groups()
    span = span or other_span or _HAN[han_span]
    length = length or han_length
    if length in _OTHER:
        length = str(_OTHER[length])
    return _rate("1", length, span), f"{length} {span}" if length else span


def _rate(times: str, length: str | None, span: str) -> str:
    """``times`` in ``length`` (1 where it is None) of ``span``, by the day or by the month."""
    base, name = (_DAYS, "day") if span in _DAYS else (_MONTHS, "month")
    return f"{Fraction(times) / (Fraction(length or 1) * base[span])} per {name}"
