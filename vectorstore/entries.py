"""Stored passages as the indexes take them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, Select, select
from sqlalchemy.orm import Session

from rag.protocols import Vectors
from rag.types import Chunk
from vectorstore.passages import chunk_of, unpack
from vectorstore.schema import ChunkRow, CollectionRow, DocumentRow, VersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A chunk as an index takes it: ``title`` is its document's, ``sentences`` packed vectors."""

    chunk_id: str
    version_id: int
    title: str
    chunk: Chunk
    vector: Vectors
    sentences: bytes = b""


def entries_of(condition: ColumnElement[bool]) -> Select[ChunkRow, str, int | None]:
    """The query for the entries that fit ``condition``."""
    return (
        select(ChunkRow, VersionRow.title, CollectionRow.dimension)
        .join(VersionRow, VersionRow.id == ChunkRow.version_id)
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .join(CollectionRow, CollectionRow.id == DocumentRow.collection_id)
        .where(condition)
    )


def read_entries(engine: Engine, query: Select[ChunkRow, str, int | None]) -> list[IndexEntry]:
    """What ``query``, made by ``entries_of``, finds."""
    with Session(engine) as session:
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
