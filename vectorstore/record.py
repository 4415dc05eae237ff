"""The system of record, read side: collections, documents, pages, passages and their vectors.

Everything a search returns is read here and nowhere else, so only ready, current versions of the
collections asked for can come back, whatever an index says. How versions come and go is
``vectorstore/versions.py``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, bindparam, delete, func, select
from sqlalchemy.orm import Session

from rag.errors import (
    CollectionNotFound,
    DocumentNotFound,
    EmbedderMismatch,
    PageNotFound,
    VersionNotFound,
)
from rag.filter import EVERYTHING, Filter
from rag.protocols import Embedder, Vectors
from rag.types import Page, Passage
from vectorstore.collection_names import collection_name, folded, index_name
from vectorstore.database import reading
from vectorstore.filtering import Narrowing
from vectorstore.lookup import Lookup
from vectorstore.nearest import AllowedVectors
from vectorstore.passages import StoredPassage, passage_of, searchable, unpack
from vectorstore.schema import ChunkRow, CollectionRow, DocumentRow, PageRow, State, VersionRow

_NAMED = select(CollectionRow.__table__).where(
    CollectionRow.folded_name.in_(bindparam("names", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A corpus; ``embedder`` names the weights its vectors came from, None while it is empty.

    ``generation`` grows when its indexes are made anew.
    """

    id: str
    name: str
    embedder: str | None
    dimension: int | None
    revision: int
    generation: int = 0
    documents: int = 0
    chunks: int = 0

    @property
    def index_id(self) -> str:
        """What its part of an index is called."""
        return index_name(self.id, self.generation)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntry:
    """A document as the library lists it: its newest version's state and counts."""

    id: str
    name: str
    version: str
    state: State
    refusal: dict[str, object] | None
    warnings: tuple[str, ...]
    pages: int
    paginated: bool
    chunks: int
    size_bytes: int
    added_at: datetime


class Record:
    """Reads the record; makes and drops collections."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._lookup = Lookup(self._reading)
        self.narrowing = Narrowing(self._reading)
        self.allowed_vectors = AllowedVectors(self._reading)

    def collections(self) -> list[Collection]:
        """All collections by name, with the documents and chunks that can be searched."""
        searchable = (VersionRow.state == State.READY) & VersionRow.current
        query = (
            select(
                CollectionRow,
                func.count(VersionRow.id),
                func.coalesce(func.sum(VersionRow.chunk_count), 0),
            )
            .outerjoin(DocumentRow, DocumentRow.collection_id == CollectionRow.id)
            .outerjoin(VersionRow, (VersionRow.document_id == DocumentRow.id) & searchable)
            .group_by(CollectionRow.id)
            .order_by(CollectionRow.folded_name)
        )
        with Session(self._reading) as session:
            return [_collection(row, docs, chunks) for row, docs, chunks in session.execute(query)]

    def collection(self, name: str) -> Collection:
        """The collection ``name``, whatever its case; CollectionNotFound otherwise."""
        named = CollectionRow.folded_name == folded(collection_name(name))
        with Session(self._reading) as session:
            row = session.scalar(select(CollectionRow).where(named))
            if row is not None:
                return _collection(row)
            known = session.scalars(select(CollectionRow.name).order_by(CollectionRow.folded_name))
            raise CollectionNotFound(name=name, known=", ".join(known) or "none yet")

    def chosen(self, names: Iterable[str]) -> list[Collection]:
        """The collections of these names, each once; CollectionNotFound for an unknown one."""
        wanted = list(dict.fromkeys(folded(collection_name(name)) for name in names))
        with self._reading.connect() as connection:
            rows = connection.execute(_NAMED, {"names": wanted})
            there = {row.folded_name: _collection(row) for row in rows}
        return [there[one] if one in there else self.collection(one) for one in wanted]

    def ensure_collection(self, name: str, embedder: Embedder) -> Collection:
        """The collection ``name``, made when it is not there, for vectors of ``embedder``.

        Raises EmbedderMismatch when its vectors came from other weights.
        """
        kept = collection_name(name)
        with Session(self._engine) as session, session.begin():
            row = session.scalar(
                select(CollectionRow).where(CollectionRow.folded_name == folded(kept))
            )
            if row is None:
                row = CollectionRow(id=uuid.uuid4().hex, name=kept, folded_name=folded(kept))
                session.add(row)
            if row.embedder is None:
                row.embedder, row.dimension = embedder.model_id, embedder.dimension
            session.flush()
            found = _collection(row)
        check_embedder(found, embedder)
        return found

    def drop_empty_collection(self, collection_id: str) -> bool:
        """Drop the collection if no document is left in it; tells whether it did."""
        left = select(DocumentRow.id).where(DocumentRow.collection_id == collection_id)
        with Session(self._engine) as session, session.begin():
            if session.scalar(left.limit(1)) is not None:
                return False
            session.execute(delete(CollectionRow).where(CollectionRow.id == collection_id))
        return True

    def documents(self, collection_id: str) -> list[DocumentEntry]:
        """The collection's documents by name, each with its newest version."""
        return self._entries(DocumentRow.collection_id == collection_id)

    def document(self, collection: Collection, name: str) -> DocumentEntry:
        """The document ``name``; DocumentNotFound otherwise."""
        here = DocumentRow.collection_id == collection.id
        for entry in self._entries(here & (DocumentRow.name == name)):
            return entry
        raise DocumentNotFound(collection=collection.name, name=name)

    def whereabouts(self, document_id: str) -> tuple[Collection, DocumentEntry] | None:
        """The collection of the document of this id, and the document; None where there is none."""
        held = (
            select(CollectionRow)
            .join(DocumentRow, DocumentRow.collection_id == CollectionRow.id)
            .where(DocumentRow.id == document_id)
        )
        with Session(self._reading) as session:
            row = session.scalar(held)
        entries = self._entries(DocumentRow.id == document_id) if row else []
        return (_collection(row), entries[0]) if row and entries else None

    def _entries(self, condition: ColumnElement[bool]) -> list[DocumentEntry]:
        newest = (
            select(func.max(VersionRow.id))
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .group_by(VersionRow.document_id)
        )
        query = (
            select(DocumentRow, VersionRow)
            .join(VersionRow, VersionRow.document_id == DocumentRow.id)
            .where(
                condition,
                VersionRow.id.in_(newest.where(condition)),
                VersionRow.state != State.DELETING,
            )
            .order_by(DocumentRow.name)
        )
        with Session(self._reading) as session:
            return [_entry(document, version) for document, version in session.execute(query)]

    def page(self, document_id: str, version: str, number: int) -> Page:
        """A page of any version still kept, ``version`` being its SHA-256 or the beginning of it.

        Raises VersionNotFound and PageNotFound.
        """
        kept = (
            select(VersionRow.id, VersionRow.page_count, DocumentRow.name)
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(
                VersionRow.document_id == document_id,
                VersionRow.sha256.startswith(version, autoescape=True),
                VersionRow.state != State.DELETING,
            )
            .order_by((VersionRow.sha256 == version).desc(), VersionRow.id.desc())
        )
        with Session(self._reading) as session:
            found = session.execute(kept).first()
            if found is None:
                raise VersionNotFound(document=document_id, version=version)
            row = session.get(PageRow, (found.id, number))
        if row is None:
            raise PageNotFound(document=found.name, page=number, pages=found.page_count)
        return Page(number=row.number, text=row.text, label=row.label)

    def passages(
        self,
        chunk_ids: Sequence[str],
        *,
        collection_ids: Iterable[str],
        where: Filter = EVERYTHING,
    ) -> dict[str, StoredPassage]:
        """The searchable ones among ``chunk_ids``, by id: ready, current, in these collections.

        They fit ``where``, whatever an index says.
        """
        return self._lookup.passages(chunk_ids, frozenset(collection_ids), where)

    def passages_of(self, collection: Collection, document: str) -> list[Passage]:
        """Every searchable passage of the document of this name, in reading order."""
        query = (
            searchable()
            .where(DocumentRow.collection_id == collection.id, DocumentRow.name == document)
            .order_by(ChunkRow.sequence)
        )
        with Session(self._reading) as session:
            return [passage_of(row) for row in session.execute(query)]

    def vectors(self, collection: Collection) -> tuple[list[str], Vectors]:
        """Ids and unit vectors (n, d) of everything searchable in the collection, by id."""
        query = (
            select(ChunkRow.id, ChunkRow.vector)
            .join(VersionRow, VersionRow.id == ChunkRow.version_id)
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(
                DocumentRow.collection_id == collection.id,
                VersionRow.state == State.READY,
                VersionRow.current,
            )
            .order_by(ChunkRow.id)
        )
        with Session(self._reading) as session:
            rows = session.execute(query).all()
        matrix = unpack(b"".join(row.vector for row in rows), collection.dimension or 1)
        return [row.id for row in rows], matrix


def check_embedder(collection: Collection, embedder: Embedder) -> None:
    """Raise EmbedderMismatch unless the collection's vectors may be compared with its vectors."""
    if collection.embedder not in (None, embedder.model_id):
        raise EmbedderMismatch(
            collection=collection.name, stored=collection.embedder, current=embedder.model_id
        )


def _collection(
    row: CollectionRow | Row[*tuple[Any, ...]], documents: int = 0, chunks: int = 0
) -> Collection:
    return Collection(
        id=row.id,
        name=row.name,
        embedder=row.embedder,
        dimension=row.dimension,
        revision=row.revision,
        generation=row.generation,
        documents=documents,
        chunks=chunks,
    )


def _entry(document: DocumentRow, version: VersionRow) -> DocumentEntry:
    return DocumentEntry(
        id=document.id,
        name=document.name,
        version=version.sha256,
        state=version.state,
        refusal=version.refusal,
        warnings=tuple(version.warnings),
        pages=version.page_count,
        paginated=version.paginated,
        chunks=version.chunk_count,
        size_bytes=version.size_bytes,
        added_at=version.created_at,
    )
