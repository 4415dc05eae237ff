"""Collections in numbers: what is in each, and how much of it the indexes were told.

One query for all of them. Reads the record only; what an index really holds is asked of it by
``vectorstore/synchroniser.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from vectorstore.collection_names import index_name
from vectorstore.database import reading
from vectorstore.schema import CollectionRow, DocumentRow, State, VersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionNumbers:
    """A collection counted.

    ``documents`` and ``passages`` can be searched, ``refused`` files could not be read. ``words``
    and ``vectors`` are the passages that the two indexes were told. ``file_bytes`` is the size of
    all the files that are kept for it. ``leaving`` documents are deleted but not purged yet.
    """

    id: str
    name: str
    generation: int
    documents: int
    passages: int
    refused: int
    underway: int
    leaving: int
    words: int
    vectors: int
    file_bytes: int
    changed_at: datetime

    @property
    def index_id(self) -> str:
        """What its part of an index is called."""
        return index_name(self.id, self.generation)

    @property
    def in_step(self) -> bool:
        """Whether both indexes were told all that can be searched."""
        return self.words >= self.passages and self.vectors >= self.passages

    @property
    def gone(self) -> bool:
        """Whether nothing but deleted documents is left in it."""
        return bool(self.leaving) and not self.documents + self.refused + self.underway


class Overview:
    """Counts what collections hold."""

    def __init__(self, engine: Engine) -> None:
        self._reading = reading(engine)

    def all(self) -> list[CollectionNumbers]:
        """Every collection by name; one that is deleted is not there any more."""
        searched = (VersionRow.state == State.READY) & VersionRow.current
        kept = VersionRow.state.in_((State.READY, State.INDEXING))
        chunks = VersionRow.chunk_count
        query = (
            select(
                CollectionRow,
                _count(searched).label("documents"),
                _sum(searched, chunks).label("passages"),
                _count(VersionRow.state == State.REFUSED).label("refused"),
                _count(VersionRow.state.in_((State.PARSING, State.INDEXING))).label("underway"),
                _count(VersionRow.state == State.DELETING).label("leaving"),
                _sum(searched & VersionRow.in_lexical, chunks).label("words"),
                _sum(searched & VersionRow.in_dense, chunks).label("vectors"),
                _sum(kept, VersionRow.size_bytes).label("file_bytes"),
                func.max(VersionRow.created_at).label("changed_at"),
            )
            .outerjoin(DocumentRow, DocumentRow.collection_id == CollectionRow.id)
            .outerjoin(VersionRow, VersionRow.document_id == DocumentRow.id)
            .group_by(CollectionRow.id)
            .order_by(CollectionRow.folded_name)
        )
        with Session(self._reading) as session:
            found = [_numbers(row.CollectionRow, row) for row in session.execute(query)]
        return [one for one in found if not one.gone]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, VersionRow.id)))


def _sum(condition: ColumnElement[bool], of: InstrumentedAttribute[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, of))), 0)


def _numbers(collection: CollectionRow, row: Any) -> CollectionNumbers:
    return CollectionNumbers(
        id=collection.id,
        name=collection.name,
        generation=collection.generation,
        documents=row.documents,
        passages=row.passages,
        refused=row.refused,
        underway=row.underway,
        leaving=row.leaving,
        words=row.words,
        vectors=row.vectors,
        file_bytes=row.file_bytes,
        changed_at=(row.changed_at or collection.created_at).replace(tzinfo=UTC),
    )
