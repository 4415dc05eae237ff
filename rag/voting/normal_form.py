"""One form for answers that differ only in how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final

from rag.checking.units import UNITS
from rag.checking.values import Date, Number, values_in
from rag.language import normalise
from rag.voting.spelling import plainly_written
from rag.words import words

_SCALES: Final = {
    "mass": {"mg": "0.001", "g": "1", "kg": "1000", "t": "1000000"},
    "length": {"mm": "1", "cm": "10", "m": "1000", "km": "1000000"},
    "volume": {"ml": "1", "l": "1000", "m3": "1000000"},
    "duration": {
        **{"ms": "0.001", "s": "1", "min": "60", "h": "3600"},
        **{"day": "86400", "week": "604800"},
    },
    "calendar": {"month": "1", "year": "12", "century": "1200"},
    "power": {"w": "1", "kw": "1000", "mw": "1000000"},
    "pressure": {"pa": "1", "kpa": "1000", "bar": "100000", "mpa": "1000000"},
    "frequency": {"hz": "1", "khz": "1000", "mhz": "1000000", "ghz": "1000000000"},
    "voltage": {"v": "1", "kv": "1000"},
}
_BASE: Final = {
    unit: (dimension, Decimal(factor))
    for dimension, factors in _SCALES.items()
    for unit, factor in factors.items()
}
_YES_PROSE: Final = """
yes yeah yep correct true right affirmative certainly indeed 是 是的 对 对的 正确 可以 可以的 能
能够 有 有的 会 会的 行 允许 需要 必须
"""
_NO_PROSE: Final = """
no nope incorrect false wrong negative 否 不 不是 不是的 不对 错 错误 不正确 不可以 不能 不能够
没有 无 不会 不行 不允许 不需要 不必 不用
"""
_HEADS: Final = dict.fromkeys(_YES_PROSE.split(), "yes") | dict.fromkeys(_NO_PROSE.split(), "no")
_HEAD_THEN: Final = re.compile(
    r"\s*(yes|no|是的|对的|不是的|否|是|对|不是|不对|可以|不可以|不能|没有|不会)\s*[,.;:，。；：—-]\s*"
)
_NO_WORDS_PROSE: Final = """
a an the this that these those it its is are was were be been being there their of for in on at
as and do does did has have had will would should with about around roughly approximately approx
circa some exactly precisely only just total 的 了 是 为 在 有 和 与 共 约 大约 大概 左右 共计
总共 一共 大致 应 应该 应当 即 之 其 该 个 这 那 就 则 也 由
"""
_NO_WORDS: Final = frozenset(_NO_WORDS_PROSE.split())
_AROUND: Final = re.compile(
    r"^[\s\"'“”‘’`*_#>()（）《》「」]+|[\s\"'“”‘’`*_.。!！?？,，;；:：)）]+$"
)
_ABOUT: Final = re.compile(r"[~≈]\s?(?=\d)|(?:大约|大概|约为?|将近|近)(?=\s?\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A number in its dimension's smallest unit here, or a date.

    ``amount`` is the number's, a date's is ``2024-03-05`` with a question mark for each part that
    is not told. ``unit`` is a dimension, or the unit's one name where it has none here; empty for a
    bare number. ``digits`` are those that were written.
    """

    amount: str
    unit: str = ""
    is_date: bool = False
    digits: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalForm:
    """What an answer says: ``head`` is ``yes``, ``no`` or empty; then its values and its words.

    Two answers of equal forms are the same answer in another way of writing.
    """

    head: str = ""
    values: tuple[Value, ...] = ()
    words: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def normal_form(answer: str) -> NormalForm:
    """The form of a short answer: equal for 4 kg, 4公斤, four kilograms and 4,000 g.

    Case, width, punctuation, articles and words of approximation play no part.
    """
    head, rest = split_head(answer)
    if not rest:
        return NormalForm(head=head)
    stated = values_in(plainly_written(_ABOUT.sub("", rest)))
    found = [*map(_of_date, stated.dates), *map(_of_number, stated.numbers)]
    return NormalForm(head=head, values=tuple(found), words=tuple(_words(stated.rest)))


def split_head(answer: str) -> tuple[str, str]:
    """The yes or no that an answer begins with, and what it says besides."""
    plain = bare(answer)
    head = _HEADS.get(normalise(plain), "")
    if head:
        return head, ""
    match = _HEAD_THEN.match(normalise(plain))
    if match is None or len(normalise(plain)) != len(plain):
        return "", plain
    return _HEADS[match[1]], bare(plain[match.end() :])


def bare(answer: str) -> str:
    """``answer`` without blanks, quotes and full stops around it."""
    return _AROUND.sub("", answer)


def _words(rest: str) -> Iterator[str]:
    """The words that say something, in their order; a unit by its one name."""
    for word in words(rest):
        if word not in _NO_WORDS:
            yield UNITS.get(word, word)


def _of_number(number: Number) -> Value:
    unit = number.unit or ""
    if number.yearlike:
        return Value(amount=f"{number.digits}-?-?", is_date=True, digits=number.digits)
    if unit not in _BASE or ":" in number.digits:
        return Value(amount=number.digits, unit=unit, digits=number.digits)
    dimension, factor = _BASE[unit]
    try:
        amount = Decimal(number.digits) * factor
    except ArithmeticError:  # a version number, a decade
        return Value(amount=number.digits, unit=unit, digits=number.digits)
    return Value(amount=f"{amount.normalize():f}", unit=dimension, digits=number.digits)


def _of_date(date: Date) -> Value:
    parts = (date.year, date.month, date.day)
    told = "-".join("?" if part is None else f"{part:02}" for part in parts)
    return Value(amount=told, is_date=True, digits=told)
