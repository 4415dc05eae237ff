"""A turn without what it quotes of documents that were purged: what was asked stays.

What a turn took from such a document gives way to ``ERASED``: its sentences, their quotations and
headings, and the values on which it differed from another. So do, in the same answer, sentences
that cite nothing, what the model thought, and the samples of a vote: nobody can tell where those
came from. Knows no table and no page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from app.considered import Considered
from app.conversations import Turn
from app.place import Place
from rag.answer import Answer
from rag.claims import Citation, Claim, Conflict

ERASED: Final = "████"
"""Stands, in every language, where something was erased."""


class Stands(Protocol):
    """Whether a version can still be opened, or a text of it stands in a version that can."""

    def __call__(self, document_id: str, version: str, text: str = "", /) -> bool:
        """See ``vectorstore.history.History.stands``."""


def without_purged(turn: Turn, stands: Stands) -> Turn:
    """``turn`` itself where all that it quotes still stands, else what is left of it."""

    def is_there(citation: Citation) -> bool:
        return stands(citation.document_id, citation.version, citation.quote)

    places = tuple(_place(place, stands) for place in turn.places)
    considered = tuple(_considered(one, stands) for one in turn.considered)
    cited = [one for claim in turn.answer.claims for one in claim.citations]
    cited += [side.citation for conflict in turn.answer.conflicts for side in conflict.sides]
    tally = turn.answer.tally
    if tally is not None:
        cited += [one for own in tally.samples for claim in own.claims for one in claim.citations]
    gone = frozenset(one for one in cited if not is_there(one))
    untouched = (places, considered) == (turn.places, turn.considered)
    if not gone and (cited or untouched):
        return replace(turn, places=places, considered=considered)
    answer = _answer(turn.answer, gone)
    return replace(turn, answer=answer, places=places, considered=considered)


def _place(place: Place, stands: Stands) -> Place:
    if stands(place.document_id, place.version):
        return place
    return replace(place, heading_path=())


def _considered(one: Considered, stands: Stands) -> Considered:
    place = _place(one.place, stands)
    return one if place is one.place else replace(one, place=place, title="")


def _answer(answer: Answer, gone: frozenset[Citation]) -> Answer:
    claims = tuple(_claim(claim, gone) for claim in answer.claims)
    conflicts = tuple(_conflict(one, gone) for one in answer.conflicts)
    text = _text(answer, claims)
    return replace(answer, text=text, claims=claims, conflicts=conflicts, reasoning="", tally=None)


def _claim(claim: Claim, gone: frozenset[Citation]) -> Claim:
    if claim.citations and gone.isdisjoint(claim.citations):
        return claim
    citations = tuple(_citation(one, gone) for one in claim.citations)
    return Claim(text=ERASED, citations=citations)


def _conflict(conflict: Conflict, gone: frozenset[Citation]) -> Conflict:
    sides = tuple(
        replace(side, value=ERASED, citation=_citation(side.citation, gone))
        if side.citation in gone
        else side
        for side in conflict.sides
    )
    return replace(conflict, sides=sides)


def _citation(citation: Citation, gone: frozenset[Citation]) -> Citation:
    return replace(citation, quote=ERASED, over=()) if citation in gone else citation


def _text(answer: Answer, claims: tuple[Claim, ...]) -> str:
    """The claims with the blanks and breaks that stood between them; no other character stays."""
    parts: list[str] = []
    at = 0
    for before, after in zip(answer.claims, claims, strict=True):
        found = answer.text.find(before.text, at)
        gap = answer.text[at:found] if found >= 0 else " "
        at = found + len(before.text) if found >= 0 else at
        parts += [gap if gap.isspace() or not gap else " ", after.text]
    return "".join(parts).strip()
