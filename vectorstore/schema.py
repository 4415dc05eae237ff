"""The record's tables: collections, documents, versions, pages, chunks and their vectors.

Only ``vectorstore/record.py`` reads and writes them.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Enum, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vectorstore.database import Base


class State(StrEnum):
    """Where a version stands. Only a READY, current version is searched."""

    PARSING = "parsing"
    INDEXING = "indexing"
    READY = "ready"
    REFUSED = "refused"
    DELETING = "deleting"


def now() -> datetime:
    """The time to write into a row: UTC."""
    return datetime.now(UTC)


class ReindexingState(StrEnum):
    """Where the making of indexes anew stands."""

    UNDERWAY = "underway"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class CollectionRow(Base):
    """A corpus. ``revision`` grows with every change that a search could see.

    ``generation`` grows when both indexes are made anew: each has files of its own.
    """

    __tablename__ = "collections"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded_name: Mapped[str] = mapped_column(unique=True)
    embedder: Mapped[str | None]
    dimension: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class DocumentRow(Base):
    """A document: a name in a collection."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("collection_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)

    @staticmethod
    def id_for(collection: str, name: str) -> str:
        """The id of a new document, the same on every machine.

        Chunk ids begin with it and settle ties, so a search comes out alike everywhere.
        """
        told = f"{collection.casefold()}\0{name}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class VersionRow(Base):
    """One content of a document, known by the SHA-256 of its bytes.

    Where the same bytes were read anew, ``.2`` and so on stand after it. ``report`` holds what the
    other columns do not of how they were read: see ``vectorstore/history.py``.
    ``in_dense`` and ``in_lexical`` say what the indexes were told, so that they can be brought up
    to the record after a crash. ``refusal`` holds the error's name and values.
    """

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("document_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    sha256: Mapped[str]
    state: Mapped[State] = mapped_column(
        Enum(
            State,
            native_enum=False,
            length=16,
            values_callable=lambda states: [state.value for state in states],
        ),
        index=True,
    )
    current: Mapped[bool] = mapped_column(default=False)
    in_dense: Mapped[bool] = mapped_column(default=False)
    in_lexical: Mapped[bool] = mapped_column(default=False)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="")
    paginated: Mapped[bool] = mapped_column(default=False)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    size_bytes: Mapped[int] = mapped_column(default=0)
    page_count: Mapped[int] = mapped_column(default=0)
    chunk_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class PageRow(Base):
    """A page's text: what every offset refers to."""

    __tablename__ = "pages"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str | None]
    text: Mapped[str]


class ChunkRow(Base):
    """A passage with its vectors.

    ``id`` is ``document:version:sequence``. ``sentences`` are [start, end] pairs in the page's
    characters. ``vector`` is float16 (dimension,), ``sentence_vectors`` float16
    (len(sentences), dimension), both of the collection's embedder. ``content_key`` is the
    SHA-256 of all they depend on.
    """

    __tablename__ = "chunks"

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), index=True
    )
    sequence: Mapped[int]
    page: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str]
    heading_path: Mapped[list[str]] = mapped_column(JSON)
    sentences: Mapped[list[list[int]]] = mapped_column(JSON)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    sentence_vectors: Mapped[bytes] = mapped_column(LargeBinary)
    content_key: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)


class UnderwayRow(Base):
    """Vectors of a passage whose version is not stored yet, as ``ChunkRow`` keeps them.

    ``content_key`` is the SHA-256 of all that the vectors depend on.
    """

    __tablename__ = "embedded_underway"

    content_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    sentence_vectors: Mapped[bytes] = mapped_column(LargeBinary)


class CollectionSettingsRow(Base):
    """How a collection's documents are read; None is what holds for all. Goes with it."""

    __tablename__ = "collection_settings"

    collection_id: Mapped[str] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    chunk_tokens: Mapped[int | None]
    recognise: Mapped[bool | None]


class ReindexingRow(Base):
    """The making anew of all indexes, with vectors of ``model`` where one is named.

    ``model`` is a folder or a hub id, empty for the one that comes along. The newest that is DONE
    and names one says which model the data folder is searched with. ``indexed`` passages are in
    the word index that is being made.
    """

    __tablename__ = "reindexings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    model: Mapped[str | None]
    model_id: Mapped[str | None]
    dimension: Mapped[int | None]
    state: Mapped[ReindexingState] = mapped_column(
        Enum(
            ReindexingState,
            native_enum=False,
            length=16,
            values_callable=lambda states: [state.value for state in states],
        ),
        index=True,
        default=ReindexingState.UNDERWAY,
    )
    indexed: Mapped[int] = mapped_column(default=0)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, onupdate=now)


class MovedVectorRow(Base):
    """A passage's vectors of the model that is moved to, as ``ChunkRow`` keeps them."""

    __tablename__ = "moved_vectors"

    chunk_id: Mapped[str] = mapped_column(
        ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True
    )
    content_key: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    sentence_vectors: Mapped[bytes] = mapped_column(LargeBinary)
