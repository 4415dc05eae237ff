"""From an answer to what a reader sees of it: sentences with numbered sources, passages to open.

Reads the passages' text from the record, so that a citation opens the version it was made from.
Gives plain values for the components to draw; knows no page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.conversations import Turn
from app.i18n import Translator
from app.page_pictures import Leaf
from app.place import Place
from rag.answer import Answer
from rag.claims import Check, Citation, Conflict
from rag.errors import VersionNotFound
from rag.places import narrowed, position_of
from rag.types import Span
from vectorstore.record import Record

_AROUND_CHARS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage as it is shown: ``marked`` is the cited stretch between ``before`` and ``after``.

    ``number`` is None for a passage that is not cited; ``missing`` says that the version's text is
    no longer kept and only the quotation is left. ``leaf`` is the page it stands on.
    """

    key: int
    number: int | None
    document: str
    page: str
    headings: tuple[str, ...]
    before: str
    marked: str
    after: str
    leaf: Leaf
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A claim as it is shown: ``gap`` stands before it, ``numbers`` are its sources' numbers.

    ``check`` is None for a claim that nobody checked.
    """

    gap: str
    text: str
    numbers: tuple[int, ...]
    check: Check | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSide:
    """What one source says where sources differ; ``key`` opens it, ``number`` is its source's.

    ``added_on`` is the day, empty where it is not known; ``used`` says that the answer cites it.
    """

    key: int
    number: int | None
    value: str
    place: str
    added_on: str
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Sources that differ, and the sentence of the answer that it is ``about``."""

    about: str
    sides: tuple[ShownSide, ...]


def sources_of(turn: Turn, record: Record, t: Translator) -> tuple[Source, ...]:
    """What an answer cites, in the order of its numbers, then what differs from it.

    For an answer that cites nothing these are the nearest passages.
    """
    keys = _keys(turn.answer)
    if keys:
        cited = len(turn.answer.citations())
        places = {place.chunk_id: place for place in turn.places}
        return tuple(
            _cited(
                key,
                citation,
                places.get(citation.chunk_id),
                record,
                t,
                number=key if key <= cited else None,
            )
            for citation, key in keys.items()
        )
    return tuple(_near(key, place, record, t) for key, place in enumerate(turn.places, start=1))


def sentences_of(answer: Answer) -> tuple[Sentence, ...]:
    """The claims in order, with the blanks and breaks that the answer's text has between them."""
    number_of = {citation: n for n, citation in enumerate(answer.citations(), start=1)}
    shown: list[Sentence] = []
    at = 0
    for claim in answer.claims:
        found = answer.text.find(claim.text, at)
        gap = answer.text[at:found] if found >= 0 else " "
        at = found + len(claim.text) if found >= 0 else at
        numbers = tuple(dict.fromkeys(number_of[citation] for citation in claim.citations))
        gap = gap if shown else gap.lstrip()
        shown.append(Sentence(gap=gap, text=claim.text, numbers=numbers, check=claim.check))
    return tuple(shown)


def disagreements_of(answer: Answer, t: Translator) -> tuple[Disagreement, ...]:
    """Where the sources of ``answer`` differ."""
    keys = _keys(answer)
    cited = len(answer.citations())

    def shown(conflict: Conflict) -> Disagreement:
        claim = answer.claims[conflict.claim] if conflict.claim < len(answer.claims) else None
        return Disagreement(
            about=claim.text if claim else "",
            sides=tuple(
                ShownSide(
                    key=keys[side.citation],
                    number=keys[side.citation] if keys[side.citation] <= cited else None,
                    value=side.value,
                    place=place_in_words(side.citation, t),
                    added_on=side.added_on or "",
                    used=claim is not None and side.citation in claim.citations,
                )
                for side in conflict.sides
            ),
        )

    return tuple(map(shown, answer.conflicts))


def place_in_words(at: Citation | Place, t: Translator) -> str:
    """The document and the page, as far as it has pages."""
    page = _page(at, at.page_label, t)
    return t("source.separator").join(part for part in (at.document, page) if part)


def _keys(answer: Answer) -> dict[Citation, int]:
    """What may be opened, by key from 1: the citations by their numbers, then what differs."""
    differing = (side.citation for conflict in answer.conflicts for side in conflict.sides)
    return {one: n for n, one in enumerate(dict.fromkeys((*answer.citations(), *differing)), 1)}


def _cited(
    key: int,
    citation: Citation,
    place: Place | None,
    record: Record,
    t: Translator,
    *,
    number: int | None,
) -> Source:
    before, marked, after, missing = "", citation.quote, "", False
    label = citation.page_label
    try:
        text = record.page(citation.document_id, citation.version, citation.page).text
    except VersionNotFound:
        missing = True
    else:
        label = narrowed(label, text, citation.start, citation.end)
        start = min(place.start if place else citation.start - _AROUND_CHARS, citation.start)
        end = max(place.end if place else citation.end + _AROUND_CHARS, citation.end)
        before = text[max(0, start) : citation.start].lstrip()
        marked = text[citation.start : citation.end]
        after = text[citation.end : end].rstrip()
    return Source(
        key=key,
        number=number,
        document=citation.document,
        page=_page(citation, label, t),
        headings=place.heading_path if place else (),
        before=before,
        marked=marked,
        after=after,
        leaf=_leaf(citation),
        missing=missing,
    )


def _near(key: int, place: Place, record: Record, t: Translator) -> Source:
    text, missing, label = "", False, place.page_label
    try:
        page = record.page(place.document_id, place.version, place.page)
        label = narrowed(label, page.text, place.start, place.end)
        text = page.text[place.start : place.end].strip()
    except VersionNotFound:
        missing = True
    return Source(
        key=key,
        number=None,
        document=place.document,
        page=_page(place, label, t),
        headings=place.heading_path,
        before=text,
        marked="",
        after="",
        leaf=_leaf(place),
        missing=missing,
    )


def _leaf(at: Citation | Place) -> Leaf:
    return Leaf(
        document_id=at.document_id,
        document=at.document,
        version=at.version,
        page=at.page,
        span=Span(start=at.start, end=at.end),
    )


def _page(at: Citation | Place, label: str | None, t: Translator) -> str:
    """Where it stands, as the document itself says; nothing where the format has no pages."""
    return page_name(label, at.page, t) if at.paginated else ""


def page_name(label: str | None, number: int, t: Translator) -> str:
    """What page ``number`` is called by its ``label``: a page, a slide, a chapter, cells."""
    position = position_of(label, number)
    match position.kind:
        case "slide":
            return t("source.slide", name=position.name)
        case "chapter":
            return t("source.chapter", name=position.name)
        case "cells":
            return position.name
    return t("source.page", page=position.name)
