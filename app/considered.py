"""Which passages were found for an answer, and what a model read of them, as it is kept.

The text is not copied: it is read from the record when somebody asks why an answer is as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from app.place import Place, place_from_json
from rag.answer import Answer
from rag.types import Hit, Passage


class Read(StrEnum):
    """What was read of a passage: ``BESIDE`` it was found a passage that it follows or precedes."""

    WHOLE = "whole"
    PARTLY = "partly"
    BESIDE = "beside"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A passage that was found, or that stood in the prompt beside one.

    ``place`` is what was read of it, else where it stands; ``title`` is its document's. The search
    gave it a ``score`` (None for one beside another), its places from 1 by meaning and by words,
    None where that half did not propose it, the ``cosine`` to the question and the share (0..1) of
    the question's ``words`` in its best sentence, None where the search does not say.
    ``number`` is its source number in the prompt, None where it was not in one; passages that were
    joined there have the same.
    """

    place: Place
    collection: str
    title: str
    read: Read
    score: float | None = None
    dense_rank: int | None = None
    lexical_rank: int | None = None
    cosine: float | None = None
    words: float | None = None
    number: int | None = None


def considered_of(answer: Answer) -> tuple[Considered, ...]:
    """The hits of ``answer``, best first, then what a chat model read beside them."""
    numbers = dict(_numbered(answer.context))
    in_prompt = {passage.chunk_id: passage for passage in answer.context}
    found = [
        replace(
            _hit(hit, in_prompt.get(hit.passage.chunk_id), prompted=bool(answer.context)),
            number=numbers.get(hit.passage.chunk_id),
        )
        for hit in answer.hits
    ]
    hit_ids = {hit.passage.chunk_id for hit in answer.hits}
    beside = [
        _considered(passage, Read.BESIDE, number=numbers[passage.chunk_id])
        for passage in answer.context
        if passage.chunk_id not in hit_ids
    ]
    return (*found, *beside)


def considered_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Considered, ...]:
    """``considered_to_json`` undone."""
    return tuple(
        Considered(**{**one, "place": place_from_json(one["place"]), "read": Read(one["read"])})
        for one in stored
    )


def considered_to_json(considered: Iterable[Considered]) -> list[dict[str, Any]]:
    """What is kept, in JSON's own types."""
    return [asdict(one) for one in considered]


def _hit(hit: Hit, read: Passage | None, *, prompted: bool) -> Considered:
    """``read`` is what stood in the prompt of it, if there was a prompt."""
    if not prompted:
        one = _considered(hit.passage, Read.WHOLE)
    elif read is None:
        one = _considered(hit.passage, Read.NOT)
    else:
        whole = read.chunk.text == hit.passage.chunk.text
        one = _considered(read, Read.WHOLE if whole else Read.PARTLY)
    return replace(
        one,
        score=hit.score,
        dense_rank=hit.ranks.get("dense"),
        lexical_rank=hit.ranks.get("lexical"),
        cosine=hit.parts.get("dense"),
        words=hit.parts.get("words"),
    )


def _considered(passage: Passage, read: Read, *, number: int | None = None) -> Considered:
    return Considered(
        place=Place.of(passage),
        collection=passage.collection,
        title=passage.title,
        read=read,
        number=number,
    )


def _numbered(context: Iterable[Passage]) -> Iterable[tuple[str, int]]:
    """Chunk ids with their source numbers: what follows its predecessor was joined with it."""
    number, before = 0, None
    for passage in context:
        if before is None or not _follows(before, passage):
            number += 1
        yield passage.chunk_id, number
        before = passage


def _follows(before: Passage, passage: Passage) -> bool:
    """Whether ``rag.context`` joined them: one after the other in a section of a page."""
    return (
        (before.document_id, before.version) == (passage.document_id, passage.version)
        and before.chunk.page == passage.chunk.page
        and before.chunk.heading_path == passage.chunk.heading_path
        and before.chunk.sequence + 1 == passage.chunk.sequence
        and before.chunk.end <= passage.chunk.start
    )
