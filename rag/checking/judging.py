"""The verdict on one claim: what it says against what stands in the places it cites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rag.checking.names import codes_in, mentions, names_in, states_code
from rag.checking.polarity import negations, turned
from rag.checking.units import UNITS
from rag.checking.values import Number, Values, states_date, states_number, values_in
from rag.checking.words_held import (
    WORDS_HELD,
    on_one_line,
    said_of,
    share_held,
    words_missing,
)
from rag.claims import Check, Doubt, Finding, Verdict
from rag.words import words, written

JUDGE: Final = "claims-4"
"""Name of this judge; it changes whenever a verdict may."""

PARTLY_HELD: Final = 0.4
"""Share of a claim's words under which a text does not speak of it."""

NEAR: Final = 0.8
"""Cosine at which other words are taken for the same meaning, where half of them stand there."""

_SAME_WORDS: Final = 0.85
"""Share of words in common at which two texts must deny equally often."""

_REPEATED: Final = 0.7
"""Share of the place's words that a claim has at which it repeats the place."""

_CONTRADICTING: Final = frozenset(
    (Doubt.NUMBER, Doubt.DATE, Doubt.UNIT, Doubt.NEGATION, Doubt.COMPARISON)
)
_FULL_STOPS: Final = ".。!！"


def judged(
    claim: str, quotes: Sequence[str], *, over: Sequence[str] = (), cosine: float | None = None
) -> Check:
    """Whether ``quotes`` together hold ``claim``.

    ``over`` are titles and headings over the quotes: they may supply words, names, codes and units,
    no numbers. ``cosine`` is that of the claim and the nearest quote, None where no embedding model
    can read them.

    * Every number and date stands in the quotes, in whatever form; its unit does, there or over it.
    * Every name and code stands there or over it.
    * It denies exactly when the clauses that say the same do, and compares no other way.
    * ``WORDS_HELD`` of its content words stand there, or half of them with a cosine of ``NEAR``.

    A claim that contradicts, or of which too little stands there, is unsupported; one with a name
    or words that are missing is partly supported.
    """
    if not quotes:
        return _check(Verdict.UNSUPPORTED, 0.0, [Finding(doubt=Doubt.NO_CITATION)])
    literal = on_one_line(claim).rstrip(_FULL_STOPS)
    if literal and any(literal in on_one_line(quote) for quote in quotes):
        return _check(Verdict.SUPPORTED, 1.0, [])
    findings = [*_values(claim, quotes, over), *_names(claim, quotes, over)]
    share = share_held(claim, (*quotes, *over))
    findings += _polarity(claim, quotes)
    meant = cosine is not None and cosine >= NEAR and share >= WORDS_HELD - 0.2
    if share < WORDS_HELD and not meant:
        findings.append(Finding(doubt=Doubt.WORDS if cosine is None else Doubt.MEANING))
    grave = any(one.doubt in _CONTRADICTING for one in findings)
    support = max(share, cosine or 0.0) / (1 + len(findings) + 2 * grave)
    if not findings:
        return _check(Verdict.SUPPORTED, support, findings)
    verdict = Verdict.UNSUPPORTED if grave or share < PARTLY_HELD else Verdict.PARTLY
    return _check(verdict, support, findings)


def _check(verdict: Verdict, support: float, findings: Sequence[Finding]) -> Check:
    return Check(
        verdict=verdict, support=min(1.0, support), checker=JUDGE, findings=tuple(findings)
    )


def _values(claim: str, quotes: Sequence[str], over: Sequence[str]) -> Iterator[Finding]:
    wanted, stated = values_in(claim), values_in("\n".join(quotes))
    for date in wanted.dates:
        if not states_date(date, stated.dates, stated.numbers):
            stands = ", ".join(one.written for one in stated.dates)
            yield Finding(doubt=Doubt.DATE, said=date.written, stands=stands)
    for number in wanted.numbers:
        if not states_number(number, stated.numbers, stated.dates):
            yield Finding(doubt=Doubt.NUMBER, said=number.written, stands=_instead(number, stated))
        elif (there := _other_unit(number, stated, (*quotes, *over))) is not None:
            yield Finding(doubt=Doubt.UNIT, said=number.written, stands=there)


def _instead(number: Number, stated: Values) -> str:
    """The number that stands there in its stead: of the same unit, else the only one."""
    alike = [one.written for one in stated.numbers if number.unit and one.unit == number.unit]
    if not alike and len(stated.numbers) == 1:
        alike = [stated.numbers[0].written]
    return ", ".join(dict.fromkeys(alike))


def _other_unit(number: Number, stated: Values, texts: Sequence[str]) -> str | None:
    """How the number stands there if its unit is another; None where that agrees."""
    if number.unit is None:
        return None
    there = [one for one in stated.numbers if one.digits == number.digits]
    units = {one.unit for one in there}
    if number.unit in units or not there:
        return None
    if None in units and _names_unit(number.unit, texts):
        return None
    return there[0].written


def _names_unit(unit: str, texts: Sequence[str]) -> bool:
    """Whether a form of ``unit`` stands in a text, away from the number: a table's head, say."""
    forms = {form for form, one in UNITS.items() if one == unit}
    found = {word for text in texts for word in words(text)}
    stemmed = {word for form in forms for word in words(form)}
    return not stemmed.isdisjoint(found) or any(
        form in text for form in forms if not form.isascii() for text in texts
    )


def _names(claim: str, quotes: Sequence[str], over: Sequence[str]) -> Iterator[Finding]:
    texts, found = (*quotes, *over), False
    for code in sorted(codes_in(claim)):
        if not states_code(code, texts):
            found = True
            yield Finding(doubt=Doubt.NAME, said=code)
    for name in names_in(claim):
        if not mentions(name, texts):
            found = True
            yield Finding(doubt=Doubt.NAME, said=name)
    if not found:
        yield from _name_replaced(claim, quotes, over)


def _name_replaced(claim: str, quotes: Sequence[str], over: Sequence[str]) -> Iterator[Finding]:
    """A name of the place that gave way to other words in a claim that repeats the rest."""
    clauses = said_of(claim, quotes)
    strange = words_missing(claim, (*quotes, *over))
    if not strange or share_held(clauses, [claim]) < _REPEATED:
        return
    missing = [name for name in names_in(clauses) if not mentions(name, [claim])]
    if missing:
        yield Finding(doubt=Doubt.NAME, said=written(strange[0], claim) or "", stands=missing[0])


def _polarity(claim: str, quotes: Sequence[str]) -> Iterator[Finding]:
    clauses, own = said_of(claim, quotes), said_of(claim, [claim])
    denied = negations(own), negations(clauses)
    same_words = share_held(clauses, [claim]) >= _SAME_WORDS <= share_held(claim, [clauses])
    if bool(denied[0]) != bool(denied[1]) or (same_words and denied[0] != denied[1]):
        yield Finding(doubt=Doubt.NEGATION, stands=" ".join(clauses.split()))
    elif (ways := turned(claim, clauses)) is not None:
        yield Finding(doubt=Doubt.COMPARISON, said=ways[0], stands=ways[1])
