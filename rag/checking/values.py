"""The values a text states: numbers with their units, and dates, each in one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rag.checking.units import SIGNS, unit_at
from rag.notation import folded

_DATE: Final = re.compile(
    r"(?<![\d.])(?:(?P<year>[12]\d{3})\s?年?\s{0,2})?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?"
)
_DATE_IN_DIGITS: Final = re.compile(
    r"(?<![a-zA-Z\d./-])([12]\d{3}([-/.])\d{1,2}\2\d{1,2})(?![\d/a-z]|[-.]\d)"
)
_POINTS: Final = re.compile(r"\s?per ?cent(?:age)?[ -](points?)\b", re.IGNORECASE)
_HALF_DAY: Final = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<han>上午|早上|下午|晚上)\s?(?P<at>\d{1,2})"
    r"(?:[点时](?:(?P<past>\d{1,2})分?|(?P<half_past>半))?|:(?P<to>\d{2}))",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?<![\d.])([12]\d{3})\s?年")
_MONTH_BEFORE: Final = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s{1,2}"
    r"(?=(?:[12]\d{3} ?)?\d+月)",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"(?P<sign>(?<![\w.)])-)?(?P<money>[$€£¥])?\s?"
    r"(?<![a-z0-9])(?<![a-z][-_/])(?<!\d\.)(?P<number>(?>\d+(?:\.\d+)*))"
    r"(?P<decade>(?<=\d{3}0)s\b)?(?P<clock>:\d{2}(?!\d))?(?![a-z]+[-_/.]?\d)",
    re.IGNORECASE,
)
_TIMES: Final = re.compile(
    r"\s?(thousand|million|billion|trillion|[mb]n\b|万亿|[万亿])(?![a-z])", re.IGNORECASE
)
_POWERS: Final = {
    "thousand": 10**3,
    "million": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "万": 10**4,
    "亿": 10**8,
    "万亿": 10**12,
}
_WORDS_TO_NINETEEN: Final = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
"""
_ONES: Final = {word: value for value, word in enumerate(_WORDS_TO_NINETEEN.split(), start=2)}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
SPELLED: Final = {"one": 1, **_ONES, **_TENS}
"""What the English words for small numbers stand for."""

_SPELLED_OUT: Final = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[-\s](?P<unit>one|{'|'.join(_ONES)}))?"
    rf"|(?P<small>{'|'.join(_ONES)}|one(?=\s(?:hundred|thousand|million|billion)\b)))"
    r"(?P<hundred>\shundred(?:\sand\b|\b))?(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number: its digits without grouping, its unit's one name, and how it is written.

    ``digits`` of a clock time keep their colon. ``yearlike`` is one of four digits without a unit,
    which may be a year.
    """

    digits: str
    unit: str | None
    written: str
    yearlike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date, as far as it is told; ``written`` is in the folded form of ``rag.notation``."""

    year: int | None
    month: int | None
    day: int | None
    written: str

    def told_by(self, other: Date) -> bool:
        """Whether ``other`` tells all that this one tells, and the same."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(own is None or own == theirs for own, theirs in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a text states; ``rest`` is the folded text with blanks in their place."""

    numbers: tuple[Number, ...]
    dates: tuple[Date, ...]
    rest: str = ""


def values_in(text: str) -> Values:
    """The numbers and dates of ``text``; digits inside codes (X-200, H2O) are neither."""
    plain = folded(_POINTS.sub(r"% \1", _DATE_IN_DIGITS.sub(r" \1 ", text)))
    plain = _SPELLED_OUT.sub(_in_digits, _MONTH_BEFORE.sub("", plain))
    plain = _HALF_DAY.sub(_on_the_clock, plain)
    dates: list[Date] = []

    def date(match: re.Match[str]) -> str:
        year, month, day = (match[name] for name in ("year", "month", "day"))
        if not 1 <= int(month) <= 12:
            return match[0]
        dates.append(
            Date(
                year=int(year) if year else None,
                month=int(month),
                day=int(day) if day else None,
                written=match[0].strip(),
            )
        )
        return " " * len(match[0])

    def year(match: re.Match[str]) -> str:
        dates.append(Date(year=int(match[1]), month=None, day=None, written=match[0]))
        return " " * len(match[0])

    undated = _YEAR.sub(year, _DATE.sub(date, plain))
    numbers, rest, done = [], [], 0
    for number, start, end in _numbers(undated):
        numbers.append(number)
        rest += [undated[done:start], " "]
        done = end
    rest.append(undated[done:])
    return Values(numbers=tuple(numbers), dates=tuple(dates), rest="".join(rest))


def _numbers(text: str) -> Iterator[tuple[Number, int, int]]:
    """The numbers of ``text`` with where they and their units begin and end."""
    for match in _NUMBER.finditer(text):
        digits, end = _plain(match["number"]), match.end()
        unit = SIGNS.get(match["money"] or "")
        if match["decade"]:
            decade = Number(digits=f"{digits}s", unit=None, written=match[0].strip())
            yield decade, match.start(), end
            continue
        if match["clock"]:
            digits += match["clock"]
        elif times := _TIMES.match(text, end):
            digits, end = _multiplied(digits, _POWERS[times[1].lower()]), times.end()
        after, end = unit_at(text, end) or (None, end)
        number = Number(
            digits=("-" if match["sign"] else "") + digits,
            unit=after or unit,
            written=text[match.start() : end].strip(),
            yearlike=unit is None and after is None and _may_be_year(digits),
        )
        yield number, match.start(), end


def _plain(number: str) -> str:
    whole, point, rest = number.partition(".")
    if "." in rest:
        return number
    rest = rest.rstrip("0")
    return (whole.lstrip("0") or "0") + (point + rest if rest else "")


def _multiplied(digits: str, factor: int) -> str:
    if digits.count(".") > 1:
        return digits
    product = Decimal(digits) * factor
    return _plain(f"{product:f}")


def _may_be_year(digits: str) -> bool:
    return len(digits) == 4 and digits.isdigit() and "1000" <= digits <= "2199"


def _in_digits(match: re.Match[str]) -> str:
    tens, unit, small = match["tens"], match["unit"], match["small"]
    value = SPELLED[small.lower()] if small else SPELLED[tens.lower()]
    value += SPELLED[unit.lower()] if unit else 0
    return str(value * 100) if match["hundred"] else str(value)


def _on_the_clock(match: re.Match[str]) -> str:
    """A time of a half day by the clock of 24 hours."""
    hour = int(match["hour"] or match["at"])
    if not 1 <= hour <= 12:
        return match[0]
    late = (match["half"] or "").lower() == "p" or match["han"] in ("下午", "晚上")
    minute = match["minute"] or match["past"] or match["to"] or ("30" if match["half_past"] else "")
    return f" {hour % 12 + 12 * late}:{int(minute or 0):02} "


def states_number(wanted: Number, stated: Iterable[Number], dates: Iterable[Date]) -> bool:
    """Whether the digits of ``wanted`` are stated, as a number or as a year."""
    if any(one.digits == wanted.digits for one in stated):
        return True
    years = {str(one.year) for one in dates if one.year}
    return wanted.yearlike and wanted.digits in years


def states_date(wanted: Date, stated: Iterable[Date], numbers: Iterable[Number]) -> bool:
    """Whether the date is stated: in one place, or its year apart from its day."""
    stated = tuple(stated)
    if any(wanted.told_by(one) for one in stated):
        return True
    years = {str(one.year) for one in stated if one.year} | {
        one.digits for one in numbers if one.yearlike
    }
    if wanted.year is None or str(wanted.year) not in years:
        return False
    without = Date(year=None, month=wanted.month, day=wanted.day, written=wanted.written)
    return wanted.month is None or any(without.told_by(one) and one.year is None for one in stated)
