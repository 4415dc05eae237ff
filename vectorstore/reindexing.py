"""All indexes made anew beside the old ones, with other vectors where the embedding model changes.

Everything until the switch is kept in the record beside what is searched, so whatever ends it
leaves the old in use, and it goes on where it was. The switch is one transaction. Knows rows, not
who does the work: that is ``ingest/reindexing.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, delete, func, select, update
from sqlalchemy.orm import Session

from rag.collection_errors import ReindexingUnderway
from rag.errors import QuorumError
from rag.protocols import Vectors
from rag.reading_errors import stored_error
from rag.types import Chunk
from vectorstore.database import reading
from vectorstore.entries import IndexEntry, entries_of
from vectorstore.passages import chunk_of, pack, unpack
from vectorstore.schema import (
    ChunkRow,
    CollectionRow,
    DocumentRow,
    MovedVectorRow,
    ReindexingRow,
    ReindexingState,
    State,
    VersionRow,
)

_SEARCHED: Final = (VersionRow.state == State.READY) & VersionRow.current
_IN_USE: Final = select(
    func.max(ReindexingRow.id),
    select(ReindexingRow.model)
    .where(ReindexingRow.state == ReindexingState.DONE, ReindexingRow.model.is_not(None))
    .order_by(ReindexingRow.id.desc())
    .limit(1)
    .correlate(None)
    .scalar_subquery(),
).where(ReindexingRow.state == ReindexingState.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """What is searched: ``switches`` tells one state of the indexes from the next.

    ``model`` is the embedding model that was moved to, None where there was no move.
    """

    switches: int
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexing:
    """A making anew; ``model`` is None where the vectors stay.

    Of ``passages``, ``embedded`` have vectors of the model, ``indexed`` are in the next word
    index, and after the switch ``found`` can be found by both indexes.
    """

    id: int
    model: str | None
    dimension: int | None
    state: ReindexingState
    refusal: dict[str, Any] | None
    passages: int
    embedded: int
    indexed: int
    found: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmoved:
    """A passage without vectors of the model that is moved to."""

    chunk_id: str
    title: str
    chunk: Chunk


class Reindexings:
    """Keeps what was asked for and how far it has come."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def in_use(self) -> InUse:
        """What searches go by."""
        with self._reading.connect() as connection:
            switches, model = connection.execute(_IN_USE).one()
        return InUse(switches=switches or 0, model=model)

    def request(
        self,
        model: str | None = None,
        *,
        model_id: str | None = None,
        dimension: int | None = None,
    ) -> int:
        """Ask for it; returns its id. Raises ReindexingUnderway while another is."""
        if (before := self.underway()) is not None:
            done = before.indexed if before.model is None else before.embedded
            raise ReindexingUnderway(done=done, passages=before.passages)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(MovedVectorRow))
            row = ReindexingRow(model=model, model_id=model_id, dimension=dimension)
            session.add(row)
            session.flush()
            return row.id

    def underway(self) -> Reindexing | None:
        """The one that is to be worked on."""
        return self._newest(ReindexingRow.state == ReindexingState.UNDERWAY)

    def newest(self) -> Reindexing | None:
        """The last one that was asked for."""
        return self._newest(ReindexingRow.id > 0)

    def cancel(self, own_id: int) -> bool:
        """Give it up; false when it was not under way any more."""
        return self._end(own_id, ReindexingState.CANCELLED, None)

    def fail(self, own_id: int, error: QuorumError) -> bool:
        """Give it up for this reason."""
        return self._end(own_id, ReindexingState.FAILED, error)

    def unmoved(self, most: int) -> list[Unmoved]:
        """Some searched passages without vectors of the model that is moved to."""
        query = (
            select(ChunkRow, VersionRow.title)
            .join(VersionRow, VersionRow.id == ChunkRow.version_id)
            .where(_SEARCHED, ChunkRow.id.not_in(select(MovedVectorRow.chunk_id)))
            .order_by(ChunkRow.version_id, ChunkRow.sequence)
            .limit(most)
        )
        with Session(self._reading) as session:
            return [
                Unmoved(chunk_id=row.id, title=title, chunk=chunk_of(row))
                for row, title in session.execute(query)
            ]

    def known(self, keys: Sequence[bytes], dimension: int) -> dict[bytes, tuple[Vectors, Vectors]]:
        """Vector (d,) and sentence vectors (n, d) that were made for passages of equal content."""
        columns = MovedVectorRow.content_key, MovedVectorRow.vector, MovedVectorRow.sentence_vectors
        query = select(*columns).where(MovedVectorRow.content_key.in_(keys))
        with Session(self._reading) as session:
            return {
                key: (unpack(vector, dimension)[0], unpack(own, dimension))
                for key, vector, own in session.execute(query)
            }

    def keep(self, vectors: Mapping[str, tuple[bytes, Vectors, Vectors]]) -> None:
        """Keep content key, vector (d,) and sentence vectors (n, d) of passages, by chunk id.

        What was deleted meanwhile is left out.
        """
        with Session(self._engine) as session, session.begin():
            there = session.scalars(select(ChunkRow.id).where(ChunkRow.id.in_(vectors)))
            for chunk_id in there.all():
                key, vector, own = vectors[chunk_id]
                row = MovedVectorRow(chunk_id=chunk_id, content_key=key)
                row.vector, row.sentence_vectors = pack(vector), pack(own)
                session.merge(row)

    def searched_versions(self, collection_id: str) -> list[int]:
        """Ids of the versions that the indexes of a collection are made of."""
        query = (
            select(VersionRow.id)
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(DocumentRow.collection_id == collection_id, _SEARCHED)
            .order_by(VersionRow.id)
        )
        with Session(self._reading) as session:
            return list(session.scalars(query))

    def entries(self, version_id: int, dimension: int | None) -> list[IndexEntry]:
        """A version's chunks in order, with the vectors moved to where ``dimension`` is theirs."""
        query = entries_of(ChunkRow.version_id == version_id).order_by(ChunkRow.sequence)
        vectors = MovedVectorRow if dimension else ChunkRow
        told = query.add_columns(vectors.vector, vectors.sentence_vectors)
        if dimension:
            told = told.join(MovedVectorRow, MovedVectorRow.chunk_id == ChunkRow.id)
        with Session(self._reading) as session:
            return [
                IndexEntry(
                    chunk_id=row.id,
                    version_id=row.version_id,
                    title=title,
                    chunk=chunk_of(row),
                    vector=unpack(vector, dimension or before or 1)[0],
                    sentences=own,
                )
                for row, title, before, vector, own in session.execute(told)
            ]

    def tell(self, own_id: int, indexed: int) -> bool:
        """Note how many passages are in the next word index; false when it was given up."""
        return self._change(own_id, indexed=indexed)

    def switch(self, own_id: int) -> bool:
        """Search the next indexes from now on; false, changing nothing, when it was given up.

        To be called with the next word index complete, by the process that holds the ingestion
        lock. Chroma is told nothing of them yet.
        """
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ReindexingRow, own_id)
            if row.state is not ReindexingState.UNDERWAY:
                return False
            values: dict[str, Any] = {
                "generation": CollectionRow.generation + 1,
                "revision": CollectionRow.revision + 1,
            }
            if row.model is not None:
                moved = update(ChunkRow).where(ChunkRow.id == MovedVectorRow.chunk_id)
                session.execute(
                    moved.values(
                        vector=MovedVectorRow.vector,
                        sentence_vectors=MovedVectorRow.sentence_vectors,
                        content_key=MovedVectorRow.content_key,
                    ).execution_options(synchronize_session=False)
                )
                session.execute(delete(MovedVectorRow))
                values |= {"embedder": row.model_id, "dimension": row.dimension}
            session.execute(update(CollectionRow).values(values))
            session.execute(update(VersionRow).values(in_dense=False))
            row.state = ReindexingState.DONE
            return True

    def _newest(self, condition: ColumnElement[bool]) -> Reindexing | None:
        query = select(ReindexingRow).where(condition).order_by(ReindexingRow.id.desc()).limit(1)
        with Session(self._reading) as session:
            row = session.scalar(query)
            return None if row is None else _reindexing(session, row)

    def _end(self, own_id: int, state: ReindexingState, error: QuorumError | None) -> bool:
        refusal = None if error is None else stored_error(error)
        ended = self._change(own_id, state=state, refusal=refusal)
        if ended:
            with Session(self._engine) as session, session.begin():
                session.execute(delete(MovedVectorRow))
        return ended

    def _change(self, own_id: int, **values: Any) -> bool:
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ReindexingRow, own_id)
            if row.state is not ReindexingState.UNDERWAY:
                return False
            for name, value in values.items():
                setattr(row, name, value)
            return True


def _reindexing(session: Session, row: ReindexingRow) -> Reindexing:
    of_searched = select(func.coalesce(func.sum(VersionRow.chunk_count), 0)).where(_SEARCHED)
    found = of_searched.where(VersionRow.in_dense, VersionRow.in_lexical)
    done = row.state is ReindexingState.DONE
    return Reindexing(
        id=row.id,
        model=row.model,
        dimension=row.dimension,
        state=row.state,
        refusal=row.refusal,
        passages=session.scalar(of_searched) or 0,
        embedded=session.scalar(select(func.count(MovedVectorRow.chunk_id))) or 0,
        indexed=row.indexed,
        found=(session.scalar(found) or 0) if done else 0,
        updated_at=row.updated_at.replace(tzinfo=UTC),
    )
