"""How versions of documents come and go in the record.

A version is begun (PARSING), stored whole with its pages, chunks and vectors (INDEXING), published
(READY, and the document's current one) or refused. Deleting hides at once (DELETING) and purges
when no index holds it any more. Each step is one transaction: ``vectorstore/synchroniser.py`` goes
on from wherever a crash leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Engine, Select, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from rag.errors import DocumentNotFound, QuorumError
from rag.protocols import Vectors
from rag.types import Chunk, Document
from vectorstore.database import reading
from vectorstore.passages import chunk_of, rows_of, unpack
from vectorstore.record import Collection
from vectorstore.schema import ChunkRow, CollectionRow, DocumentRow, State, VersionRow

IndexName = Literal["dense", "lexical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version and where it belongs."""

    id: int
    collection_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A chunk as an index takes it: ``title`` is its document's, ``sentences`` packed vectors."""

    chunk_id: str
    version_id: int
    title: str
    chunk: Chunk
    vector: Vectors
    sentences: bytes = b""


class Versions:
    """Writes the record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def is_current(self, collection: Collection, name: str, sha256: str) -> bool:
        """Whether these bytes are already the ready, current version of the document."""
        query = _ready(collection, name).where(VersionRow.sha256 == sha256, VersionRow.current)
        with Session(self._reading) as session:
            return session.scalar(query) is not None

    def has_ready(self, collection: Collection, name: str) -> bool:
        """Whether some version of the document is ready."""
        with Session(self._reading) as session:
            return session.scalar(_ready(collection, name).limit(1)) is not None

    def begin(self, collection: Collection, name: str, sha256: str, size_bytes: int) -> int:
        """Open a version in state PARSING and return its id; rows of the same bytes are redone."""
        with Session(self._engine) as session, session.begin():
            document = session.scalar(
                select(DocumentRow).where(
                    DocumentRow.collection_id == collection.id, DocumentRow.name == name
                )
            )
            if document is None:
                own_id = DocumentRow.id_for(collection.name, name)
                document = DocumentRow(id=own_id, collection_id=collection.id, name=name)
                session.add(document)
                session.flush()
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
    ) -> None:
        """Write everything of a version at once; its state becomes INDEXING."""
        with Session(self._engine) as session, session.begin():
            version = session.get_one(VersionRow, version_id)
            version.title, version.media_type = document.title, document.media_type
            version.paginated, version.warnings = document.paginated, list(document.warnings)
            version.page_count, version.chunk_count = len(document.pages), len(chunks)
            version.state = State.INDEXING
            session.add_all(rows_of(version, document.pages, chunks, vectors, sentence_vectors))

    def publish(self, version_ids: Sequence[int]) -> None:
        """Make versions READY and their documents' current ones; earlier ones are kept."""
        with Session(self._engine) as session, session.begin():
            for version_id in version_ids:
                version = session.get_one(VersionRow, version_id)
                session.execute(
                    update(VersionRow)
                    .where(VersionRow.document_id == version.document_id)
                    .values(current=False)
                )
                version.state, version.current = State.READY, True
                session.flush()
                _touch(session, version.document_id)

    def refuse(self, version_id: int, error: QuorumError) -> None:
        """Keep only the reason; an earlier, ready version of the document stays as it is."""
        with Session(self._engine) as session, session.begin():
            version = session.get_one(VersionRow, version_id)
            version.state = State.REFUSED
            version.refusal = {
                "error": type(error).__name__,
                "values": {name: _plain(value) for name, value in error.values.items()},
            }

    def discard(self, version_id: int) -> None:
        """Forget a version that was begun and will not be stored, and a document left empty."""
        with Session(self._engine) as session, session.begin():
            version = session.get(VersionRow, version_id)
            if version is not None:
                document_id = version.document_id
                session.delete(version)
                session.flush()
                _drop_if_empty(session, document_id)

    def begin_delete(self, collection: Collection, name: str) -> None:
        """Hide the document at once; DocumentNotFound if it is not there."""
        with Session(self._engine) as session, session.begin():
            document = session.scalar(
                select(DocumentRow).where(
                    DocumentRow.collection_id == collection.id, DocumentRow.name == name
                )
            )
            if document is None:
                raise DocumentNotFound(collection=collection.name, name=name)
            session.execute(
                update(VersionRow)
                .where(VersionRow.document_id == document.id)
                .values(state=State.DELETING, current=False)
            )
            _touch(session, document.id)

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
                _drop_if_empty(session, document_id)
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

    def mark(self, version_ids: Sequence[int], index: IndexName, *, present: bool) -> None:
        """Note what ``index`` was told about versions."""
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(VersionRow)
                .where(VersionRow.id.in_(version_ids))
                .values({_flag(index): present})
            )

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
        entries = _as_entries().where(ChunkRow.version_id == version_id)
        return self._entries(entries.order_by(ChunkRow.sequence))

    def sample(self, collection_id: str, count: int) -> list[IndexEntry]:
        """At most ``count`` chunks, at random, of what the dense index was told to hold."""
        told = (DocumentRow.collection_id == collection_id) & VersionRow.in_dense
        ids = _as_entries().with_only_columns(ChunkRow.id).where(told).order_by(func.random())
        return self._entries(_as_entries().where(ChunkRow.id.in_(ids.limit(count))))

    def _entries(self, query: Select[ChunkRow, str, int | None]) -> list[IndexEntry]:
        with Session(self._reading) as session:
            return [
                IndexEntry(
                    chunk_id=row.id,
                    version_id=row.version_id,
                    title=title,
                    chunk=chunk_of(row),
                    vector=unpack(row.vector, dimension or 1)[0],
                    sentences=row.sentence_vectors,
                )
                for row, title, dimension in session.execute(query)
            ]

    def _select(self, condition: ColumnElement[bool]) -> list[Version]:
        query = (
            select(VersionRow.id, DocumentRow.collection_id)
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(condition)
            .order_by(VersionRow.id)
        )
        with Session(self._reading) as session:
            return [Version(id=own, collection_id=its) for own, its in session.execute(query)]


def _as_entries() -> Select[ChunkRow, str, int | None]:
    return (
        select(ChunkRow, VersionRow.title, CollectionRow.dimension)
        .join(VersionRow, VersionRow.id == ChunkRow.version_id)
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .join(CollectionRow, CollectionRow.id == DocumentRow.collection_id)
    )


def _ready(collection: Collection, name: str) -> Select[int]:
    """Ids of the document's ready versions."""
    return (
        select(VersionRow.id)
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .where(
            DocumentRow.collection_id == collection.id,
            DocumentRow.name == name,
            VersionRow.state == State.READY,
        )
    )


def _flag(index: IndexName) -> InstrumentedAttribute[bool]:
    return VersionRow.in_dense if index == "dense" else VersionRow.in_lexical


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _touch(session: Session, document_id: str) -> None:
    """Note that the document's collection looks different to a search now."""
    of_document = select(DocumentRow.collection_id).where(DocumentRow.id == document_id)
    session.execute(
        update(CollectionRow)
        .where(CollectionRow.id == of_document.scalar_subquery())
        .values(revision=CollectionRow.revision + 1)
    )


def _drop_if_empty(session: Session, document_id: str) -> None:
    left = select(VersionRow.id).where(VersionRow.document_id == document_id).limit(1)
    if session.scalar(left) is None:
        session.execute(delete(DocumentRow).where(DocumentRow.id == document_id))
