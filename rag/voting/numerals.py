"""Numbers of a short answer in digits, beyond what ``rag/notation.py`` reads.

Composed English numerals, digits in groups of three, fractions and shares, dozens; Chinese numerals
before a measure, 百万 and 千分之. Some of it would be wrong in a search, where a word must be found
as it is written.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from rag.checking.units import unit_at
from rag.checking.values import SPELLED

_SCALES: Final = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_SMALL: Final = "|".join(sorted(SPELLED, key=len, reverse=True))
_LARGE: Final = "|".join(_SCALES)
_ORDINAL: Final = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_NUMERAL: Final = re.compile(
    rf"\b(?:(?:{_SMALL})|an? (?={_LARGE}))"
    rf"(?:(?:[\s-]|\b)(?:and\s)?(?:{_SMALL}|{_LARGE})\b)*(?![\s-](?:{_ORDINAL})\b)(?!\w)",
    re.IGNORECASE,
)
_ONE_OF_UNIT: Final = re.compile(
    r"(?:\b(?:one|1)|^(an?)|(?<=\bfor )(an?)|(?<=\bafter )(an?)|(?<=\bwithin )(an?))[\s-](?=[a-z])",
    re.IGNORECASE,
)
_NO_ARTICLE_BEFORE: Final = frozenset(("person", "time", "page", "point", "fold"))
_SPACED_GROUPS: Final = re.compile(r"(?<![\d.,:/-])\d{1,3}(?: \d{3})+(?![\d:/-]|[.,]?\d)")
_DOZEN: Final = re.compile(r"\b(half a|an?|\d+)\sdozen\b", re.IGNORECASE)
_MONEY_SCALE: Final = re.compile(
    r"([$€£¥]\s?\d+(?:\.\d+)?|\b\d+(?:\.\d+)?(?=\s?[kmb] (?:euro|dollar|pound|yuan)))\s?(k|m|b)\b",
    re.IGNORECASE,
)
_MONEY_SCALES: Final = {"k": "thousand", "m": "million", "b": "billion"}

_HAN_DIGITS: Final = {char: at for at, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
_HAN_ONE: Final = "".join(_HAN_DIGITS)
_COUNTED: Final = re.compile(
    "(?<![第一二两三四五六七八九十百千万亿零\\d周期拜])([二两三四五六七八九十])"
    "(?=[个名位台件间套扇把条张本瓶箱封棵级只辆座份颗人幅艘架层户家步遍块页处号度岁楼]|\\s?[A-Za-z])"
)
_ONE_COUNTED: Final = re.compile(
    "(?<![第一二两三四五六七八九十百千万亿零\\d周期拜])一(?="
    "个(?:半?小时|钟头|半?月|星期|礼拜|季度|世纪|工作日)|年(?!级)|天|周(?![岁边围])|小时|分钟|秒|"
    "次(?!性)|季度|公里|千米|米|公斤|千克|吨|升|元|块钱|倍)"
)
_HAN_SCALE: Final = re.compile(r"(\d+(?:\.\d+)?)\s?(百万|千万|十万|百|千(?![米克瓦帕伏赫]))")
_HAN_SCALES: Final = {"百": 10**2, "千": 10**3, "十万": 10**5, "百万": 10**6, "千万": 10**7}
_PER_MILLE: Final = re.compile(rf"千分之([{_HAN_ONE}]|\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s?‰")
_TENTHS: Final = re.compile(rf"([{_HAN_ONE}]|\d)成(半)?(?=$|[\s，。、；的左右以])")
_FRACTION: Final = re.compile(r"(?<![\d/.])(\d{1,2})/(\d{1,3})(?![\d/])(?:\s?of\b)?")


def english_in_digits(text: str) -> str:
    """``one hundred and twelve`` as ``112``, ``25 000`` as ``25000``, ``a dozen`` as ``12``.

    A lone ``one`` is a number where a unit follows it; ``one of them`` stays.
    """
    text = _NUMERAL.sub(_numeral, _SPACED_GROUPS.sub(lambda m: m[0].replace(" ", ""), text))
    text = _ONE_OF_UNIT.sub(_one, text)
    text = _DOZEN.sub(_dozens, text)
    return _MONEY_SCALE.sub(lambda m: f"{m[1]} {_MONEY_SCALES[m[2].lower()]}", text)


def han_in_digits(text: str) -> str:
    """三间 as ``3间``, 一小时 as ``1小时``, 千分之二 as ``0.2%``, 七成 as ``70%``."""
    text = _PER_MILLE.sub(lambda m: f"{_plain(_han(m[1] or m[2]) / 10)}%", text)
    text = _TENTHS.sub(lambda m: f"{_plain(_han(m[1]) * 10 + (5 if m[2] else 0))}%", text)
    text = _HAN_SCALE.sub(lambda m: _plain(Decimal(m[1]) * _HAN_SCALES[m[2]]), text)
    return _ONE_COUNTED.sub("1", _COUNTED.sub(lambda m: str(_HAN_DIGITS[m[1]]), text))


def fractions_in_digits(text: str) -> str:
    """``1/2 kg`` as ``0.5 kg``, ``3/4`` as ``75%``; what is no part of one stays."""
    return _FRACTION.sub(_fraction, text)


def _numeral(match: re.Match[str]) -> str:
    words = re.split(r"[\s-]+", match[0].lower())
    value = None if words == ["one"] else _composed(words)
    return match[0] if value is None else str(value)


def _composed(words: list[str]) -> int | None:
    """The number that ``words`` spell together; None for ``two three``, ``two and three``."""
    total = section = 0
    room, large = 10**12, 10**12
    for word in words:
        if word == "and":
            if section % 100 or not (total or section):
                return None
        elif word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                if section >= 100:
                    return None
                section, room = (section or 1) * 100, 100
            elif scale >= large:
                return None
            else:
                total, section, room, large = total + (section or 1) * scale, 0, 10**12, scale
        elif word not in ("a", "an"):
            value = SPELLED[word]
            if value >= room:
                return None
            section, room = section + value, 10 if value >= 20 else 0
    return total + section


def _one(match: re.Match[str]) -> str:
    unit = unit_at(match.string, match.end() - 1)
    article = any(match.groups()) and unit is not None and unit[0] in _NO_ARTICLE_BEFORE
    return "1 " if unit and not article else match[0]


def _dozens(match: re.Match[str]) -> str:
    word = match[1].lower()
    return "6" if word == "half a" else str(12 * (int(word) if word.isdecimal() else 1))


def _han(numeral: str) -> Decimal:
    return Decimal(_HAN_DIGITS.get(numeral, numeral))


def _fraction(match: re.Match[str]) -> str:
    part, whole = int(match[1]), int(match[2])
    if not 0 < part < whole:
        return match[0]
    share = Decimal(part) / whole
    if unit_at(match.string, match.end(2)):
        return _plain(round(share, 4))
    return f"{_plain(round(share * 100, 4))}%"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
