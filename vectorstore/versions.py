"""How versions of documents come and go in the record.

A version is begun (PARSING), stored whole with its pages, chunks and vectors (INDEXING), published
(READY, and the document's current one) or refused. Deleting hides at once (DELETING) and purges
when no index holds it any more. Each step is one transaction: ``vectorstore/synchroniser.py`` goes
on from wherever a crash leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, Engine, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from rag.errors import DocumentNotFound, QuorumError
from rag.protocols import Vectors
from rag.reading_errors import RemovedMeanwhile, stored_error
from rag.types import Chunk, Document
from vectorstore.collection_names import index_name
from vectorstore.database import reading
from vectorstore.entries import IndexEntry, entries_of, read_entries
from vectorstore.history import next_reading, stored_report
from vectorstore.passages import rows_of
from vectorstore.record import Collection
from vectorstore.schema import ChunkRow, CollectionRow, DocumentRow, State, UnderwayRow, VersionRow
from vectorstore.version_rows import drop_if_empty, in_generation, named, new_document, ready, touch

IndexName = Literal["dense", "lexical"]

_KEYS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version and where it belongs; ``index_id`` is what that is called in the indexes."""

    id: int
    collection_id: str
    generation: int = 0

    @property
    def index_id(self) -> str:
        """What the collection's part of an index is called."""
        return index_name(self.collection_id, self.generation)


class Versions:
    """Writes the record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def is_current(self, collection: Collection, name: str, sha256: str) -> bool:
        """Whether these bytes are already the ready, current version of the document."""
        query = ready(collection, name).where(
            VersionRow.sha256.startswith(sha256), VersionRow.current
        )
        with Session(self._reading) as session:
            return session.scalar(query) is not None

    def has_ready(self, collection: Collection, name: str) -> bool:
        """Whether some version of the document is ready."""
        with Session(self._reading) as session:
            return session.scalar(ready(collection, name).limit(1)) is not None

    def begin(
        self,
        collection: Collection,
        name: str,
        sha256: str,
        size_bytes: int,
        *,
        again: bool = False,
    ) -> int:
        """Open a version in state PARSING and return its id; rows of the same bytes are redone.

        With ``again`` they stay as they are until this reading of them is published.
        """
        with Session(self._engine) as session, session.begin():
            document = session.scalar(named(collection, name))
            if document is None:
                document = new_document(session, collection, name)
            sha256 = next_reading(session, document.id, sha256) if again else sha256
            session.execute(
                delete(VersionRow).where(
                    VersionRow.document_id == document.id,
                    or_(VersionRow.sha256 == sha256, VersionRow.state == State.REFUSED),
                )
            )
            version = VersionRow(
                document_id=document.id, sha256=sha256, state=State.PARSING, size_bytes=size_bytes
            )
            session.add(version)
            session.flush()
            return version.id

    def store(
        self,
        version_id: int,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: Vectors,
        sentence_vectors: Sequence[Vectors],
        *,
        keys: Sequence[bytes] = (),
    ) -> None:
        """Write everything of a version at once; its state becomes INDEXING.

        ``keys`` are what the vectors are known by; they are underway no longer. Raises
        RemovedMeanwhile for a version whose document was deleted since it was begun.
        """
        with Session(self._engine) as session, session.begin():
            version = session.get(VersionRow, version_id)
            if version is None or version.state is not State.PARSING:
                raise RemovedMeanwhile(file=document.name)
            version.title, version.media_type = document.title, document.media_type
            version.paginated, version.warnings = document.paginated, list(document.warnings)
            version.report = stored_report(document.report)
            version.page_count, version.chunk_count = len(document.pages), len(chunks)
            version.state = State.INDEXING
            rows = rows_of(version, document.pages, chunks, vectors, sentence_vectors, keys=keys)
            session.add_all(rows)
            for first in range(0, len(keys), _KEYS_AT_ONCE):
                some = keys[first : first + _KEYS_AT_ONCE]
                session.execute(delete(UnderwayRow).where(UnderwayRow.content_key.in_(some)))

    def publish(self, version_ids: Sequence[int]) -> None:
        """Make versions READY and their documents' current ones; earlier ones are kept.

        One that was deleted meanwhile stays deleted.
        """
        with Session(self._engine) as session, session.begin():
            for version_id in version_ids:
                version = session.get(VersionRow, version_id)
                if version is None or version.state is not State.INDEXING:
                    continue
                session.execute(
                    update(VersionRow)
                    .where(VersionRow.document_id == version.document_id)
                    .values(current=False)
                )
                version.state, version.current = State.READY, True
                session.flush()
                touch(session, version.document_id)

    def refuse(self, version_id: int, error: QuorumError) -> None:
        """Keep only the reason; an earlier, ready version of the document stays as it is."""
        with Session(self._engine) as session, session.begin():
            version = session.get(VersionRow, version_id)
            if version is None or version.state is not State.PARSING:
                return
            version.state = State.REFUSED
            version.refusal = stored_error(error)

    def discard(self, version_id: int) -> None:
        """Forget a version that was begun and will not be stored, and a document left empty."""
        with Session(self._engine) as session, session.begin():
            version = session.get(VersionRow, version_id)
            if version is not None:
                document_id = version.document_id
                session.delete(version)
                session.flush()
                drop_if_empty(session, document_id)

    def begin_delete(self, collection: Collection, name: str) -> None:
        """Hide the document at once; DocumentNotFound if it is not there."""
        with Session(self._engine) as session, session.begin():
            document = session.scalar(named(collection, name))
            if document is None:
                raise DocumentNotFound(collection=collection.name, name=name)
            session.execute(
                update(VersionRow)
                .where(VersionRow.document_id == document.id)
                .values(state=State.DELETING, current=False)
            )
            touch(session, document.id)

    def begin_delete_superseded(self) -> int:
        """Let go of ready versions that a later one has replaced; returns how many."""
        superseded = (VersionRow.state == State.READY) & ~VersionRow.current
        with Session(self._engine) as session, session.begin():
            ids = session.scalars(select(VersionRow.id).where(superseded)).all()
            gone = update(VersionRow).where(VersionRow.id.in_(ids))
            session.execute(gone.values(state=State.DELETING))
            return len(ids)

    def purge(self) -> int:
        """Drop the rows of deleted versions that no index holds; returns how many."""
        gone = (VersionRow.state == State.DELETING) & ~VersionRow.in_dense & ~VersionRow.in_lexical
        with Session(self._engine) as session, session.begin():
            rows = session.scalars(select(VersionRow).where(gone)).all()
            documents = {row.document_id for row in rows}
            for row in rows:
                session.delete(row)
            session.flush()
            for document_id in documents:
                drop_if_empty(session, document_id)
            return len(rows)

    def in_state(self, state: State) -> list[Version]:
        """All versions in ``state``, oldest first."""
        return self._select(VersionRow.state == state)

    def missing_from(self, index: IndexName) -> list[Version]:
        """Versions that can be searched but are not in ``index``, oldest first."""
        return self._select((VersionRow.state == State.READY) & VersionRow.current & ~_flag(index))

    def stale_in(self, index: IndexName) -> list[Version]:
        """Versions that ``index`` holds though nobody may find them."""
        kept = or_(
            (VersionRow.state == State.READY) & VersionRow.current,
            VersionRow.state == State.INDEXING,
        )
        return self._select(_flag(index) & ~kept)

    def mark(
        self,
        version_ids: Sequence[int],
        index: IndexName,
        *,
        present: bool,
        generation: int | None = None,
    ) -> None:
        """Note what ``index`` was told about versions, in that generation of it.

        What was told to files that have been replaced meanwhile is not noted.
        """
        told = update(VersionRow).where(VersionRow.id.in_(version_ids))
        if generation is not None:
            told = told.where(VersionRow.document_id.in_(in_generation(generation)))
        with Session(self._engine) as session, session.begin():
            session.execute(told.values({_flag(index): present}))

    def forget_index(self, index: IndexName, collection_id: str) -> None:
        """Note that ``index`` holds nothing of the collection."""
        of_collection = select(DocumentRow.id).where(DocumentRow.collection_id == collection_id)
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(VersionRow)
                .where(VersionRow.document_id.in_(of_collection))
                .values({_flag(index): False})
            )

    def chunks_told(self, collection_id: str, index: IndexName) -> int:
        """How many chunks of the collection ``index`` was told to hold."""
        query = (
            select(func.coalesce(func.sum(VersionRow.chunk_count), 0))
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(DocumentRow.collection_id == collection_id, _flag(index))
        )
        with Session(self._reading) as session:
            return session.scalar(query) or 0

    def entries(self, version_id: int) -> list[IndexEntry]:
        """A version's chunks in order, as the indexes take them."""
        of_version = entries_of(ChunkRow.version_id == version_id).order_by(ChunkRow.sequence)
        return read_entries(self._reading, of_version)

    def sample(self, collection_id: str, count: int) -> list[IndexEntry]:
        """At most ``count`` chunks, at random, of what the dense index was told to hold."""
        told = (DocumentRow.collection_id == collection_id) & VersionRow.in_dense
        ids = entries_of(told).with_only_columns(ChunkRow.id).order_by(func.random()).limit(count)
        return read_entries(self._reading, entries_of(ChunkRow.id.in_(ids)))

    def _select(self, condition: ColumnElement[bool]) -> list[Version]:
        query = (
            select(VersionRow.id, CollectionRow.id, CollectionRow.generation)
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .join(CollectionRow, CollectionRow.id == DocumentRow.collection_id)
            .where(condition)
            .order_by(VersionRow.id)
        )
        with Session(self._reading) as session:
            return [
                Version(id=own, collection_id=its, generation=generation)
                for own, its, generation in session.execute(query)
            ]


def _flag(index: IndexName) -> InstrumentedAttribute[bool]:
    return VersionRow.in_dense if index == "dense" else VersionRow.in_lexical
