"""Sources that give another value for what an answer says.

A sentence contradicts a claim when it repeats it but for the value: a number of the same unit, a
date, or a denial. It is precise rather than complete: another product, another place or another
class of things is no conflict, so every name and code of the claim must stand there or over it,
and the sentence may name none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rag.checking.names import codes_in, mentions, names_in, states_code
from rag.checking.values import Date, Number, Values, states_date, states_number, values_in
from rag.checking.words_held import on_one_line, said_of, share_held, words_missing
from rag.claims import Citation, Claim, Conflict, Side, Verdict
from rag.types import Passage

REPEATED: Final = 0.75
"""Share of the words in common, both ways, at which two sentences say the same of the same."""

_MOST_SIDES: Final = 4


def conflicts_in(claims: Sequence[Claim], passages: Sequence[Passage]) -> tuple[Conflict, ...]:
    """Where another document among ``passages`` gives another value than a claim that is held."""
    added = {passage.chunk_id: passage.added_on for passage in passages}
    found = []
    for at, claim in enumerate(claims):
        if not claim.citations or (claim.check and claim.check.verdict is Verdict.UNSUPPORTED):
            continue
        others = tuple(_others(claim, passages))
        if others:
            value = _value(claim, others[0])
            place = claim.citations[0]
            own = Side(value=value, citation=place, added_on=added.get(place.chunk_id))
            found.append(Conflict(claim=at, sides=(own, *others[:_MOST_SIDES])))
    return tuple(found)


def _others(claim: Claim, passages: Sequence[Passage]) -> Iterator[Side]:
    """The sentences of other documents that say otherwise, each value once."""
    cited = {(one.document_id, one.version) for one in claim.citations}
    wanted, seen = values_in(claim.text), set[str]()
    if not (wanted.numbers or wanted.dates):
        return
    for passage in passages:
        if (passage.document_id, passage.version) in cited:
            continue
        for span in passage.chunk.sentences:
            place = Citation.of(passage, span)
            value = _instead(claim, wanted, place)
            if value is not None and value not in seen:
                seen.add(value)
                yield Side(value=value, citation=place, added_on=passage.added_on)


def _instead(claim: Claim, wanted: Values, place: Citation) -> str | None:
    """The value that ``place`` gives in the claim's stead, None where it gives none."""
    clauses = said_of(claim.text, [place.quote])
    stated = values_in(clauses)
    value = next(_differing(wanted, stated), None)
    if value is None or not _same_subject(claim, clauses, place):
        return None
    return value


def _differing(wanted: Values, stated: Values) -> Iterator[str]:
    """Values of one kind that differ: just one of that kind may be meant on the other side."""
    for number in wanted.numbers:
        alike = _of_unit(number, stated.numbers)
        if len(alike) == 1 and not states_number(number, stated.numbers, stated.dates):
            yield alike[0].written
    for date in wanted.dates:
        dates = _of_kind(date, stated.dates)
        if len(dates) == 1 and not states_date(date, stated.dates, stated.numbers):
            yield dates[0].written


def _of_unit(number: Number, stated: Sequence[Number]) -> list[Number]:
    return [one for one in stated if number.unit is not None and one.unit == number.unit]


def _of_kind(date: Date, stated: Sequence[Date]) -> list[Date]:
    """Dates told as far as ``date`` is."""
    return [
        one
        for one in stated
        if (one.month is None, one.day is None) == (date.month is None, date.day is None)
    ]


def _same_subject(claim: Claim, clauses: str, place: Citation) -> bool:
    over = (*place.over, place.quote)
    cited = [text for one in claim.citations for text in (one.quote, *one.over)]
    return (
        share_held(claim.text, [clauses]) >= REPEATED <= share_held(clauses, [claim.text])
        and len(words_missing(clauses, cited)) <= 1
        and all(states_code(code, over) for code in codes_in(claim.text))
        and all(mentions(name, over) for name in names_in(claim.text))
        and all(mentions(name, cited) for name in names_in(clauses))
        and all(states_code(code, cited) for code in codes_in(clauses))
    )


def _value(claim: Claim, other: Side) -> str:
    """The claim's value that ``other`` contradicts, as it is written."""
    wanted, stated = values_in(claim.text), values_in(other.citation.quote)
    for number in wanted.numbers:
        if not states_number(number, stated.numbers, stated.dates) and _of_unit(
            number, stated.numbers
        ):
            return number.written
    for date in wanted.dates:
        if not states_date(date, stated.dates, stated.numbers):
            return date.written
    return on_one_line(claim.text)
