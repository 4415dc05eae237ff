"""One way of writing: the same name, number or date in one form, however it was typed.

Width, traditional characters, dashes, invisible characters, grouped digits, Chinese numerals,
percentages, units. Case stays. Knows nothing of words; traditional characters are OpenCC's.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from rag.language import HAN

_HAN: Final = re.compile(f"[{HAN}]")
_DIGIT: Final = re.compile(r"\d")
_DASHES: Final = r"\u058a\u2010-\u2013\u2043\u207b\u208b\u2212\ufe58\ufe63\uff0d"
_LONG_DASHES: Final = r"\u2014\u2015"
_NO_BREAK: Final = r"\u00a0\u2007\u2009\u202f"
_UNSEEN: Final = (
    r"\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\ufe00-\ufe0f\ufeff"
)
_ODD: Final = re.compile(rf"[{_DASHES}{_LONG_DASHES}{_NO_BREAK}{_UNSEEN}\ud800-\udfff]")
_INVISIBLE: Final = re.compile(f"[{_UNSEEN}]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_DASH: Final = re.compile(
    rf"[{_DASHES}]|(?<=\w)[{_LONG_DASHES}](?=\d)|(?<=\d)[{_LONG_DASHES}](?=\w)"
)
_SPACED_GROUPS: Final = re.compile(
    rf"(?<![\d.,])\d{{1,3}}(?:[{_NO_BREAK}]\d{{3}})+(?![{_NO_BREAK}]?\d)"
)
_GROUPS: Final = re.compile(r"\d(?<![\d.,'’]\d)\d{0,2}(?:(?:,\d{3})+|(?:['’]\d{3})+)(?![,'’]?\d)")
_GROUP_MARK: Final = re.compile(r"\D")
_PERCENT: Final = re.compile(r"(\d)\s?(?:[%٪]|(?:per\s?cent|percentage points?)\b)", re.I)
_UNITS: Final = (
    "bar cm db dpi fps gb gbps ghz hp hrs hz kb kg khz km kv kw kwh lb lbs mah mb mbps mg mhz min "
    "ml mm mpa ms mv mw nm oz ppm psi px rpm sec tb"
)
_UNIT_AT_NUMBER: Final = re.compile(
    rf"(\d(?<![\w.-]\d)\d*(?:\.\d+)?)(?=(?:{'|'.join(_UNITS.split())})(?![\w-]))", re.I
)

_DIGITS: Final = dict(zip("零一二三四五六七八九两〇○", (*range(10), 2, 0, 0), strict=True))
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
_NUMERAL: Final = f"[{''.join((*_DIGITS, *_TENS, *_MYRIADS))}]"
_NUMERALS: Final = re.compile(f"{_NUMERAL}+")
_YEAR: Final = re.compile(r"[一二][一二三四五六七八九零〇○]{3}")
_YEAR_ALONE: Final = re.compile(r"一[八九]|二[零〇○]")
_PERCENT_OF: Final = re.compile(rf"百分之({_NUMERAL}+|\d+)(?:[点.]({_NUMERAL}+|\d+))?")
_MYRIAD_DIGITS: Final = re.compile(r"(?<![\d.,])(\d{1,9}(?:\.\d{1,8})?)\s?(万亿|[万亿])(?!\d)")
_MONTH: Final = re.compile(r"月(?![球亮饼光老季经薪票刊台牙相])")
_DAY: Final = re.compile(r"[日号]")
_BLANK_IN_DATE: Final = re.compile(r"(?<=\d)\s(?=[月日号])|(?<=月)\s(?=\d{1,2}\s?[日号])")
_DAY_BY_NUMBER: Final = re.compile(r"(?<=\d)月(\d{1,2})号")
_PART: Final = re.compile(r"[条章节款项页卷册届期步]|季度|阶段")
_ISO_DATE: Final = re.compile(
    r"([12](?<![\w./-].)\d{3})([-/.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?![\w/]|[-.]\d)"
)
_LAST_DAY: Final = 31
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_MONTH_NAME: Final = (
    r"(?:(?i:january|february|april|june|july|august|september|october|november|december)|"
    r"March|MARCH|May|MAY|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_MONTH_DATE: Final = re.compile(
    rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?({_MONTH_NAME})(?:,?\s([12]\d{{3}}))?"
    rf"|({_MONTH_NAME})(?:\s(\d{{1,2}})(?:st|nd|rd|th)?(?!\w|[.:,]\d|%))?(?:,?\s([12]\d{{3}}))?)(?!\w)"
)
_MEASURE: Final = re.compile(
    r"天|年(?!级)|周(?!岁)|岁|秒|小时|分钟|个(?:月|小时|季度|星期|工作日|自然日)|工作日|自然日|公斤|千克|公里|厘米|"
    r"毫米|平方米|立方米|米|升|吨|元|美元|欧元|倍|名|台|次"
)


def folded(text: str) -> str:
    """``text`` in one way of writing; its length may change, the order of its words does not.

    ``Ｘ–２００`` becomes ``X-200``, ``1,000`` and ``一千`` ``1000``, ``百分之五`` and ``5 percent``
    ``5%``, ``二〇二四年`` ``2024年``, ``軟體`` ``软体``, ``4kg`` ``4 kg``, ``2024-01-05`` and
    ``2024/1/5`` ``2024 1月5日``, ``May 5`` ``May 5月5日``. A Chinese numeral of one
    character stays unless a month, a day, a unit or a part of a document follows. An em dash
    becomes a hyphen beside a digit only.
    """
    if not text.isascii():
        if _ODD.search(text):
            text = _DASH.sub("-", _without_groups(_SPACED_GROUPS, text))
            text = _INVISIBLE.sub("", _SURROGATE.sub(" ", text))
        text = unicodedata.normalize("NFKC", text)
        if _HAN.search(text):
            text = _with_digits(_simplifier().convert(text))
    if not _DIGIT.search(text):
        return text
    text = _with_dates(_without_groups(_GROUPS, text))
    text = _UNIT_AT_NUMBER.sub(r"\1 ", text)
    return _PERCENT.sub(r"\1%", text)


def _without_groups(groups: re.Pattern[str], text: str) -> str:
    return groups.sub(lambda match: _GROUP_MARK.sub("", match[0]), text)


def _with_dates(text: str) -> str:
    """``text`` with its dates as year, month and day: ``2024 1月5日``; English months stay too."""
    text = _ISO_DATE.sub(lambda m: f"{m[1]} {int(m[3])}月{int(m[4])}日", text)
    lower = text.lower()
    return _MONTH_DATE.sub(_dated, text) if any(month in lower for month in _MONTHS) else text


def _dated(match: re.Match[str]) -> str:
    day_first, month_after, year_after, month, day, year = match.groups()
    month, day, year = month or month_after, day or day_first, year or year_after or ""
    if not (day or year) or (day and not 1 <= int(day) <= _LAST_DAY):
        return match[0]
    number = _MONTHS.index(month[:3].lower()) + 1
    return f"{month} {year} {number}月{f'{int(day)}日' if day else ''}"


def _with_digits(text: str) -> str:
    """Simplified ``text`` with its Chinese numerals in digits, where they are plainly numbers."""
    text = _PERCENT_OF.sub(_percent, text)
    text = _NUMERALS.sub(_numeral, text)
    text = _DAY_BY_NUMBER.sub(r"月\1日", _BLANK_IN_DATE.sub("", text))
    return _MYRIAD_DIGITS.sub(_multiplied, text)


def _percent(match: re.Match[str]) -> str:
    whole, decimals = match.groups()
    if not whole.isdecimal():
        value = _value(whole)
        if value is None:
            return match[0]
        whole = str(value)
    if decimals is None:
        return f"{whole}%"
    return f"{whole}.{_positional(decimals)}%" if _is_positional(decimals) else match[0]


def _numeral(match: re.Match[str]) -> str:
    """The digits of a run of numerals; the run itself where it may be no number."""
    run, text, end = match[0], match.string, match.end()
    if _YEAR.fullmatch(run) and (text.startswith("年", end) or _YEAR_ALONE.match(run)):
        return _positional(run)
    value = _value(run)
    return run if value is None or (len(run) == 1 and not _is_counted(match)) else str(value)


def _is_counted(match: re.Match[str]) -> bool:
    """Whether a numeral of one character is a number, by what stands around it."""
    numeral, text, end = match[0], match.string, match.end()
    before = text[max(0, match.start() - 1) : match.start()]
    if before == "第":
        return _PART.match(text, end) is not None
    if before == "月":
        return _DAY.match(text, end) is not None
    if _MONTH.match(text, end) is not None:
        return True
    return numeral != "一" and _MEASURE.match(text, end) is not None


def _multiplied(match: re.Match[str]) -> str:
    """``3.5万`` as 35000."""
    factor = 1
    for char in match[2]:
        factor *= _MYRIADS[char]
    value = Decimal(match[1]) * factor
    return f"{value.normalize():f}"


def _is_positional(run: str) -> bool:
    return run.isdecimal() or all(char in _DIGITS and char != "两" for char in run)


def _positional(run: str) -> str:
    return run if run.isdecimal() else "".join(str(_DIGITS[char]) for char in run)


def _value(run: str) -> int | None:
    """The number that ``run`` spells in full; None for 三四 (three or four) and 一百二 (120)."""
    total, section, digit, lowest, myriad, zero = 0, 0, 0, 10**4, 10**12, False
    for char in run:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
            zero = zero or not digit
        elif char in _TENS:
            unit = _TENS[char]
            if unit >= lowest or not (digit or (unit == 10 and not section and not total)):
                return None
            section, digit, lowest, zero = section + (digit or 1) * unit, 0, unit, False
        else:
            section += digit
            factor = _MYRIADS[char]
            if factor == myriad or not (section or total):
                return None
            total = (total + section) * factor if factor > myriad else total + section * factor
            section, digit, lowest, myriad, zero = 0, 0, 10**4, factor, False
    if digit and not zero and (lowest in (100, 1000) or (total and lowest == 10**4)):
        return None
    return total + section + digit or None


@lru_cache(maxsize=1)
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
