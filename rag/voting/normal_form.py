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
from rag.voting.measures import BASE, summed
from rag.voting.polar import split_head
from rag.voting.rates import rates_in
from rag.voting.spelling import plainly_written
from rag.words import words

_NO_WORDS_PROSE: Final = """
a an the this that these those it its is are was were be been being there their of for in on at
as and do does did has have had will would should with about around roughly approximately approx
circa some exactly precisely only just total 的 了 是 为 在 有 和 与 共 约 大约 大概 左右 共计
总共 一共 大致 应 应该 应当 即 之 其 该 个 这 那 就 则 也 由
"""
_ABOUT: Final = re.compile(r"(?<!\d)(?<!\d )[~≈]\s?(?=\d)|(?:大约|大概|约为?|将近|近)(?=\s?\d)")


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

    ``per`` is what its amounts are for (``hour``, ``person``). Two answers of equal forms are the
    same answer in another way of writing.
    """

    head: str = ""
    values: tuple[Value, ...] = ()
    per: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


LONGEST: Final = 1500
"""Most characters of an answer that is read; a longer one is compared as it is written."""

_ENDLESS: Final = re.compile(r"[A-Za-z0-9]{100}")


def is_read(answer: str) -> bool:
    """Whether ``answer`` is looked into: no longer than ``LONGEST``, and no endless run in it."""
    return len(answer) <= LONGEST and _ENDLESS.search(answer) is None


@lru_cache(maxsize=1024)
def normal_form(answer: str) -> NormalForm:
    """The form of a short answer: equal for 4 kg, 4公斤, four kilograms and 4,000 g.

    Case, width, punctuation, articles and words of approximation play no part.
    """
    if not is_read(answer):
        return NormalForm(words=(normalise(answer),))
    head, rest = split_head(answer)
    if not rest:
        return NormalForm(head=head)
    rates = rates_in(normalise(plainly_written(_ABOUT.sub("", rest))))
    stated = values_in(summed(rates.rest))
    often = [Value(amount=rate, unit="rate", digits=rate) for rate in rates.often]
    values = (*map(_of_date, stated.dates), *map(_of_number, stated.numbers), *often)
    said = tuple(_words(stated.rest))
    if not (said or values):
        said = tuple(words(rest)) or (normalise(rest),)
    return NormalForm(head=head, values=values, per=rates.per, words=said)


def _words(rest: str) -> Iterator[str]:
    """The words that say something, in their order; a unit by its one name."""
    for word in words(rest):
        if word not in _no_words():
            yield UNITS.get(word, word)


@lru_cache(maxsize=1)
def _no_words() -> frozenset[str]:
    """Words without content, as they are and as ``words`` gives them."""
    return frozenset((*_NO_WORDS_PROSE.split(), *words(_NO_WORDS_PROSE)))


def _of_number(number: Number) -> Value:
    unit = number.unit or ""
    if number.yearlike:
        return Value(amount=f"{number.digits}-?-?", is_date=True, digits=number.digits)
    if unit not in BASE or ":" in number.digits:
        return Value(amount=number.digits, unit=unit, digits=number.digits)
    dimension, factor = BASE[unit]
    try:
        amount = Decimal(number.digits) * factor
    except ArithmeticError:  # a version number, a decade
        return Value(amount=number.digits, unit=unit, digits=number.digits)
    return Value(amount=f"{amount.normalize():f}", unit=dimension, digits=number.digits)


def _of_date(date: Date) -> Value:
    parts = (date.year, date.month, date.day)
    told = "-".join("?" if part is None else f"{part:02}" for part in parts)
    return Value(amount=told, is_date=True, digits=told)
