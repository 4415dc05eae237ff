"""Other ways of writing a short answer's values: times of day, ordinals, parts of one, months.

``rag/notation.py`` and ``rag/checking/values.py`` know numbers, dates and units. What is here would
be wrong in a search, where a word must be found as it is written, and is right for the bare answer
to a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from rag.checking.values import SPELLED
from rag.language import HAN
from rag.notation import folded
from rag.voting.numerals import english_in_digits, fractions_in_digits, han_in_digits

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
_HAN_DIGITS: Final = {char: at for at, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
_HAN_NUMBER: Final = f"(?:[{''.join(_HAN_DIGITS)}]|\\d{{1,4}})"
_CURRENCY: Final = r"(?:USD|EUR|GBP|CNY|RMB|JPY|US\$)"
_SPAN: Final = r"(?:hour|day|week|month|quarter|year)\b"
_BY: Final = r"(?:^|(?<=\bin )|(?<=\bfor )|(?<=\bafter )|(?<=\bwithin )|(?<=\babout ))"
_DAYTIME: Final = "上午|下午|晚上|早上|早晨|凌晨|傍晚|夜里|中午"
_AFTERNOON: Final = ("下午", "晚上", "傍晚", "夜里")
_NOON: Final = 12
_NO_DIGIT: Final = re.compile(r"\D")
_MONTHS_PROSE: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS: Final = _MONTHS_PROSE.split()
_MONTH_ALONE: Final = (
    "(?-i:January|February|March|April|June|July|August|September|October|November|December"
    "|(?:(?<=^)|(?<=in )|(?<=of )|(?<=by )|(?<=to )|(?<=until )|(?<=every ))May)"
)


_Edit = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def plainly_written(text: str) -> str:
    """``text`` in one way of writing, as ``rag.notation.folded``, and its values plainer still.

    ``5 pm`` and 下午5点 become ``17:00``, ``third`` and 第三 ``ord3``, ``three quarters`` and
    四分之三 ``75%``, ``half an hour`` ``0.5 hour``, ``Q3`` and 三季度 ``quarter ord3``, ``minus 5``
    and 零下5 ``-5``, ``2024-03`` ``2024年3月``, ``in April`` ``in 4月``, ``USD 5`` ``5 USD``,
    ``X-200B`` and ``X 200B`` ``X200B``; numerals as in ``rag/voting/numerals.py``.
    """
    text = _edited(folded(text), _PARTS_OF_ONE)
    text = _edited(english_in_digits(han_in_digits(text)), _VALUES)
    return _CODE.sub(lambda code: _BETWEEN.sub("", code[0]), fractions_in_digits(text))


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    for pattern, replaced in edits:
        text = pattern.sub(replaced, text)
    return text


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else _HAN_DIGITS[numeral]


def _fraction(match: re.Match[str]) -> str:
    return f"{_COUNTS[match[1].lower()]}/{_PARTS[match[2].lower()]}"


def _out_of(match: re.Match[str]) -> str:
    part, whole = (SPELLED.get(one, one) for one in (match[1].lower(), match[2].lower()))
    return f"{1 if part in ('a', 'an') else part}/{whole}"


def _past(match: re.Match[str]) -> str:
    hour = SPELLED.get(match[2].lower(), match[2])
    return f"{hour}:{30 if match[1].lower() == 'half' else 15}"


def _quarter_to(match: re.Match[str]) -> str:
    hour = str(SPELLED.get(match[1].lower(), match[1]))
    return f"{int(hour) - 1}:45" if hour.isdecimal() else match[0]


def _han_fraction(match: re.Match[str]) -> str:
    return f"{_value(match[2])}/{_value(match[1])}"


def _han_half(match: re.Match[str]) -> str:
    return f"{_value(match[1])}.5{match[2]}"


def _han_tenths(match: re.Match[str]) -> str:
    return f"{_value(match[1])}.{_value(match[3])}{match[2]}"


def _and_a_half(match: re.Match[str]) -> str:
    return f"{match[1] if match[1].isdecimal() else _COUNTS[match[1].lower()]}.5"


def _twelve_hours(match: re.Match[str]) -> str:
    hour = int(match[1]) % _NOON + (_NOON if match[3].lower() == "p" else 0)
    return f"{hour}:{match[2] or '00'}"


def _han_clock(match: re.Match[str]) -> str:
    when, hour, minutes = match[1] or "", _value(match[2]), match[3] or ""
    if when.startswith(_AFTERNOON) and hour < _NOON:
        hour += _NOON
    told = 30 if minutes == "半" else int(_NO_DIGIT.sub("", minutes) or 0)
    if minutes.endswith("刻"):
        told = 15 * _value(minutes[0])
    return f"{hour}:{told:02}"


def _by_daytime(match: re.Match[str]) -> str:
    hour, minutes, afternoon, _, evening, night = match.groups()
    later = int(hour) < _NOON and bool(afternoon or evening or (night and int(hour) >= 6))
    return f"{int(hour) + (_NOON if later else 0)}:{minutes or '00'}"


def _ordinal(match: re.Match[str]) -> str:
    return f"ord{_ORDINALS[match[1].lower()]}"


def _quarter(match: re.Match[str]) -> str:
    word = match[2].lower() if match[2] else match[1]
    number = str(_ORDINALS.get(word, "")) or re.sub(r"\D", "", word)
    return f"quarter ord{number}"


_CODE: Final = re.compile(
    r"(?<![A-Za-z0-9_-])(?!(?:AD|BC|CE|AM|PM|USD|EUR|GBP|CNY|RMB|JPY|NO) )[A-Z]{1,4} "
    r"\d+[A-Za-z]{0,2}(?![A-Za-z0-9_])"
    rf"|(?<![A-Za-z0-9_-])[a-z]{{1,4}} \d+(?=[A-Za-z]{{0,2}}[{HAN}])(?![年月日])"
    r"|(?<![A-Za-z0-9_-])[A-Za-z]+[-_/]?\d+(?:[-_/]?[A-Za-z0-9]+)*(?![A-Za-z0-9_-])"
)
_BETWEEN: Final = re.compile(r"[-_/ ]")


def _edit(pattern: str, replaced: str | Callable[[re.Match[str]], str]) -> _Edit:
    return re.compile(pattern, re.IGNORECASE), replaced


_PARTS_OF_ONE: Final[tuple[_Edit, ...]] = (
    _edit(rf"({_HAN_NUMBER})\s?分之\s?({_HAN_NUMBER})", _han_fraction),
    _edit("一半", "1/2"),
    _edit(rf"({_HAN_NUMBER})个?半(小时|钟头|个?月|年|天)", _han_half),
    _edit(rf"({_HAN_NUMBER})(年|天)半", _han_half),
    _edit(r"半个?(小时|钟头|月)", r"0.5个\1"),
    _edit(r"半(年|天|吨|公斤|升|米|公里|斤)", r"0.5\1"),
    _edit(rf"({_HAN_NUMBER})(公斤|千克|吨|米|公里|升|斤)半", _han_half),
    _edit(rf"({_HAN_NUMBER})(米|块|元)([一二三四五六七八九1-9])(?![\d百千万角])", _han_tenths),
    _edit(r"\b(one|two|three|four|five|\d+) and a half\b", _and_a_half),
    _edit(rf"\b(?:an?|one) ({_SPAN}) and a half\b", r"1.5 \1"),
    _edit(r"\b(?:an? |one[ -])half[ -](?=(?:hour|day|year|month)\b)", "0.5 "),
    _edit(r"(?<!and a )\bhalf (?:of )?an? (?!dozen)", "0.5 "),
    _edit(rf"\b({'|'.join(_COUNTS)})[ -]({'|'.join(_PARTS)})\b(?! hour)", _fraction),
    _edit(r"\bhalf(?= of\b)|^half$", "1/2"),
    _edit(
        rf"\b({'|'.join(_COUNTS)}|\d+) (?:in|out of) (two|three|four|five|six|eight|ten|\d+)$",
        _out_of,
    ),
    _edit(r"\b(half|(?:a )?quarter) past (\w+)", _past),
    _edit(r"\b(?:a )?quarter to (\w+)", _quarter_to),
    _edit(rf"{_BY}an? fortnight\b", "2 weeks"),
    _edit(r"\bv(?:er(?:sion|\.)?)?\s?(?=\d+(?:\.\d+)+)", "version "),
    _edit(rf"{_BY}an? (?={_SPAN})", "1 "),
)
"""What must be put plainly before the numerals in it are taken for whole numbers."""

_VALUES: Final[tuple[_Edit, ...]] = (
    _edit(r"(?<=\d)\s?[~～]\s?(?=\d)", "-"),
    _edit(r"\b(?:at once|right away|straight ?away|without delay)\b", "immediately"),
    _edit(r"([一二两三1-3])刻钟", lambda m: f"{15 * _value(m[1])}分钟"),
    _edit("(?:星期|礼拜)(?=[一二三四五六日天1-7])", "周"),
    _edit("周天", "周日"),
    _edit("(?<=[春夏秋冬])天", "季"),
    _edit(r"(?<=\d)楼", "层"),
    _edit(r"(?<![\w.])(?:\+|(?=0))\(?\d[\d() -]{7,}\d(?![\w.])", lambda m: _NO_DIGIT.sub("", m[0])),
    _edit(r"^(?:zero|nil)\b", "0"),
    _edit("全体|全部|一切", "所有"),
    _edit("马上|立刻|即刻|随即|当即", "立即"),
    _edit("(?<=[英法德日俄中汉韩])文(?![化学字章件])", "语"),
    _edit("上世纪(?=[2-9]0年代)", "20世纪"),
    _edit(r"(?:零下\s?|负|\b(?:minus|negative)\s)(?=\d)", "-"),
    _edit(
        rf"(?:({_DAYTIME})\s?)({_HAN_NUMBER}{{1,2}})[点时](半|整|钟|[一三1-3]刻|\d{{1,2}}分?)?",
        lambda m: _han_clock(m) if len(m[2]) == 1 or m[2].isdecimal() else m[0],
    ),
    _edit(rf"(?<![\d十])()({_HAN_NUMBER})点(半|整|钟)", _han_clock),
    _edit(r"(?<![\d.第])()(\d{1,2})点()(?=$|[开关前后到至，。；])", _han_clock),
    _edit(
        r"\b(\d{1,2})(?::([0-5]\d))?(?:\s?o['’]?clock)?\s(?:in the (?:(a)ft|(?:(m)or|(e)ven))|"
        r"at (n)igh)\w+",
        _by_daytime,
    ),
    _edit(r"\b(\d{1,2})\s?o['’]?clock\b", r"\1:00"),
    _edit(
        r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s{1,2}"
        r"(?=(?:[12]\d{3} ?)?\d+月)",
        "",
    ),
    _edit(r"(?<![\w.:])(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?\s?([ap])\.?\s?m\b\.?", _twelve_hours),
    _edit(rf"({_DAYTIME})?(?<!\d)(\d{{1,2}})[点时](半|整|钟|[一三1-3]刻|\d{{1,2}}分)", _han_clock),
    _edit(rf"({_DAYTIME})(\d{{1,2}})[点时:](\d\d)?", _han_clock),
    _edit(r"(?<![\d:])0(?=\d:\d\d)", ""),
    _edit(r"\bnoon\b|正午", "12:00"),
    _edit(r"\bmidnight\b|午夜", "0:00"),
    _edit(r"(?<![\d./-])([12]\d{3})[-/]0?([1-9]|1[0-2])(?![\d/-])", r"\1年\2月"),
    _edit(r"(?<![\d./-])0?([1-9]|1[0-2])/([12]\d{3})(?![\d/])", r"\2年\1月"),
    _edit(r"(?<![\d./-])(1[3-9]|2\d|3[01])/0?([1-9]|1[0-2])/([12]\d{3})(?![\d/])", r"\3年\2月\1日"),
    _edit(r"20世纪(\d)0年代", r"19\g<1>0s"),
    _edit(
        rf"({_CURRENCY})\s?(\d+(?:\.\d+)?(?:\s?(?:[mb]illion|thousand|[mb]n|[万亿]))?)",
        r"\2 \1",
    ),
    _edit(r"US\$", "USD"),
    _edit(r"\bQ([1-4])\b()", _quarter),
    _edit(r"\b()(first|second|third|fourth|[1-4](?:st|nd|rd|th)) quarter\b", _quarter),
    _edit(
        r"第([1-4一二三四])季度?|(?<![\d每个])([1-4一二三四])季度",
        lambda m: f" quarter ord{_value(m[1] or m[2])} ",
    ),
    _edit(r"(?<=\d)月份", "月"),
    _edit(r"(?<=每月)的?(\d{1,2})号|(?<=每个月)的?(\d{1,2})号", r"\1\2日"),
    _edit(rf"(?<!\d )\b{_MONTH_ALONE}\b(?! \d)", lambda m: f"{_MONTHS.index(m[0][:3]) + 1}月"),
    _edit(r"第(\d+|[一二三四五六七八九十])", lambda m: f"ord{_value(m[1])} "),
    _edit(r"\b(\d+)(?:st|nd|rd|th)\b", r"ord\1"),
    _edit(rf"(?<![\d/] )(?<!\bper )(?<!\ba )\b({'|'.join(_ORDINALS)})\b(?= \w|$)", _ordinal),
)
