"""Other ways of writing a short answer's values: times of day, ordinals, fractions, how often.

``rag/notation.py`` and ``rag/checking/values.py`` know numbers, dates and units. What is here would
be wrong in a search, where a word must be found as it is written, and is right for the bare answer
to a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from rag.notation import folded

_ORDINAL_PROSE: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
)
_ORDINALS: Final = {word: at for at, word in enumerate(_ORDINAL_PROSE.split(), start=1)}
_PARTS: Final = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    f"{word}{ending}": number
    for word, number in _ORDINALS.items()
    if number > 2
    for ending in ("", "s")
}
_COUNTS: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_TIMES: Final = {"once": 1, "twice": 2, "thrice": 3}
_OFTEN: Final = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
    "annual": "year",
    "annum": "year",
}
_HAN_DIGITS: Final = {char: at for at, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
_HAN_NUMBER: Final = f"(?:[{''.join(_HAN_DIGITS)}]|\\d{{1,4}})"
_CURRENCY: Final = r"(?:USD|EUR|GBP|CNY|RMB|JPY|US\$)"
_SPAN: Final = r"(?:hour|day|week|month|quarter|year)\b"
_BY: Final = r"(?:^|(?<=\bin )|(?<=\bfor )|(?<=\bafter )|(?<=\bwithin )|(?<=\babout ))"
_DAYTIME: Final = "上午|下午|晚上|早上|早晨|凌晨|傍晚|夜里|中午"
_AFTERNOON: Final = ("下午", "晚上", "傍晚", "夜里")
_NOON: Final = 12


def plainly_written(text: str) -> str:
    """``text`` in one way of writing, as ``rag.notation.folded``, and its values plainer still.

    ``5 pm`` and 下午5点 become ``17:00``, ``third`` and 第三 ``ord3``, ``two thirds`` and 三分之二
    ``2/3``, ``twice a week`` ``2 times per week``, ``half an hour`` ``0.5 hour``, ``Q3`` and
    第三季度 ``quarter ord3``, ``minus 5`` and 零下5 ``-5``, ``2024-03`` ``2024年3月``, ``USD 5``
    ``5 USD``, ``X-200B`` and ``X 200B`` ``X200B``.
    """
    for pattern, replaced in _BEFORE:
        text = pattern.sub(replaced, text)
    text = folded(text)
    for pattern, replaced in _AFTER:
        text = pattern.sub(replaced, text)
    return _CODE.sub(lambda code: _BETWEEN.sub("", code[0]), text)


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else _HAN_DIGITS[numeral]


def _fraction(match: re.Match[str]) -> str:
    return f"{_COUNTS[match[1].lower()]}/{_PARTS[match[2].lower()]}"


def _han_fraction(match: re.Match[str]) -> str:
    return f"{_value(match[2])}/{_value(match[1])}"


def _han_half(match: re.Match[str]) -> str:
    return f"{_value(match[1])}.5{match[2]}"


def _and_a_half(match: re.Match[str]) -> str:
    return f"{match[1] if match[1].isdecimal() else _COUNTS[match[1].lower()]}.5"


def _twelve_hours(match: re.Match[str]) -> str:
    hour = int(match[1]) % _NOON + (_NOON if match[3].lower() == "p" else 0)
    return f"{hour}:{match[2] or '00'}"


def _han_clock(match: re.Match[str]) -> str:
    when, hour, minutes = match[1] or "", _value(match[2]), match[3] or ""
    if when.startswith(_AFTERNOON) and hour < _NOON:
        hour += _NOON
    told = 30 if minutes == "半" else int(re.sub(r"\D", "", minutes) or 0)
    return f"{hour}:{told:02}"


def _ordinal(match: re.Match[str]) -> str:
    return f"ord{_ORDINALS[match[1].lower()]}"


def _quarter(match: re.Match[str]) -> str:
    word = match[2].lower() if match[2] else match[1]
    number = str(_ORDINALS.get(word, "")) or re.sub(r"\D", "", word)
    return f"quarter ord{number}"


_CODE: Final = re.compile(
    r"(?<![\w-])(?!(?:AD|BC|CE|AM|PM|USD|EUR|GBP|CNY|RMB|JPY|NO) )[A-Z]{1,4} \d+[A-Za-z]{0,2}(?!\w)"
    r"|(?<![\w-])[A-Za-z]+[-_/]?\d+(?:[-_/]?[A-Za-z0-9]+)*(?![\w-])"
)
_BETWEEN: Final = re.compile(r"[-_/ ]")

_Edit = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _edit(pattern: str, replaced: str | Callable[[re.Match[str]], str]) -> _Edit:
    return re.compile(pattern, re.IGNORECASE), replaced


_BEFORE: Final[tuple[_Edit, ...]] = (
    _edit(rf"({_HAN_NUMBER})\s?分之\s?({_HAN_NUMBER})", _han_fraction),
    _edit("一半", "1/2"),
    _edit(rf"({_HAN_NUMBER})个?半(小时|钟头|个?月|年|天)", _han_half),
    _edit(rf"({_HAN_NUMBER})(年|天)半", _han_half),
    _edit(r"半个?(小时|钟头|月|年|天)", r"0.5个\1"),
    _edit("上世纪(?=[二三四五六七八九]十年代)", "20世纪"),
    _edit(r"零下\s?|负(?=\d)", "-"),
    _edit(
        rf"(?:({_DAYTIME})\s?)({_HAN_NUMBER}{{1,2}})[点时](半|整|钟|\d{{1,2}}分?)?",
        lambda m: _han_clock(m) if len(m[2]) == 1 or m[2].isdecimal() else m[0],
    ),
    _edit(rf"(?<![\d十])()({_HAN_NUMBER})点(半|整|钟)", _han_clock),
    _edit(r"\b(?:minus|negative)\s(?=\d)", "-"),
    _edit(r"\b(one|two|three|four|five|\d+) and a half\b", _and_a_half),
    _edit(rf"\b(?:an?|one) ({_SPAN}) and a half\b", r"1.5 \1"),
    _edit(r"\b(?:an? |one[ -])half[ -](?=(?:hour|day|year|month)\b)", "0.5 "),
    _edit(r"\bhalf (?:of )?an? ", "0.5 "),
    _edit(rf"\b({'|'.join(_COUNTS)})[ -]({'|'.join(_PARTS)})\b", _fraction),
    _edit(r"\bhalf(?= of\b)", "1/2"),
    _edit(r"\ba dozen\b", "12"),
    _edit(rf"{_BY}an? (?={_SPAN})", "1 "),
)
"""What must be put plainly before ``folded`` takes single numerals for words."""

_AFTER: Final[tuple[_Edit, ...]] = (
    _edit(
        r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s{1,2}"
        r"(?=(?:[12]\d{3} ?)?\d+月)",
        "",
    ),
    _edit(r"(?<![\w.:])(1[0-2]|0?[1-9])(?::([0-5]\d))?\s?([ap])\.?\s?m\b\.?", _twelve_hours),
    _edit(rf"({_DAYTIME})?(?<!\d)(\d{{1,2}})[点时](半|整|钟|\d{{1,2}}分)", _han_clock),
    _edit(rf"({_DAYTIME})(\d{{1,2}})[点时:](\d\d)?", _han_clock),
    _edit(r"(?<![\d:])0(?=\d:\d\d)", ""),
    _edit(r"\bnoon\b|正午", "12:00"),
    _edit(r"\bmidnight\b|午夜", "0:00"),
    _edit(r"(?<![\d./-])([12]\d{3})[-/]0?([1-9]|1[0-2])(?![\d/-])", r"\1年\2月"),
    _edit(r"(?<![\d./-])0?([1-9]|1[0-2])/([12]\d{3})(?![\d/])", r"\2年\1月"),
    _edit(r"20世纪(\d)0年代", r"19\g<1>0s"),
    _edit(
        rf"({_CURRENCY})\s?(\d+(?:\.\d+)?(?:\s?(?:[mb]illion|thousand|[mb]n|[万亿]))?)",
        r"\2 \1",
    ),
    _edit(r"US\$", "USD"),
    _edit(r"\bQ([1-4])\b()", _quarter),
    _edit(r"\b()(first|second|third|fourth|[1-4](?:st|nd|rd|th)) quarter\b", _quarter),
    _edit(r"第([1-4一二三四])季度?", lambda m: f" quarter ord{_value(m[1])} "),
    _edit(r"第(\d+|[一二三四五六七八九十])", lambda m: f"ord{_value(m[1])} "),
    _edit(r"\b(\d+)(?:st|nd|rd|th)\b", r"ord\1"),
    _edit(rf"(?<![\d/] )(?<!\bper )(?<!\ba )\b({'|'.join(_ORDINALS)})\b(?= \w|$)", _ordinal),
    _edit(
        rf"\b({'|'.join(_TIMES)})(?= (?:an?|per|every|each|in)\b|$)",
        lambda m: f"{_TIMES[m[1].lower()]} times",
    ),
    _edit(rf"(?<=s )(?:an?|every|each) (?={_SPAN})", "per "),
    _edit(rf"\b(?:every|each)(?: single)? (?={_SPAN})", "per "),
    _edit(
        rf"\b(?:per )?({'|'.join(_OFTEN)})\b",
        lambda m: f"per {_OFTEN[m[1].lower()]}",
    ),
    _edit(r"每[1一]?个?(?=小时|月|季度|星期|周)", "每"),
    _edit(r"每[日天]", "每天"),
    _edit("每(?:星期|礼拜|周)", "每周"),
)
