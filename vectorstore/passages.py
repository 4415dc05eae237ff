"""Pages and passages as rows, and back.

The vectors are kept as float16: of unit length, they come back within a thousandth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, select

from rag.protocols import Vectors
from rag.types import Chunk, Page, Passage, Span
from vectorstore.schema import ChunkRow, CollectionRow, DocumentRow, PageRow, State, VersionRow

ITEM_BYTES: Final = 2
"""Bytes of one number of a kept vector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage with its vector (d,)."""

    passage: Passage
    vector: Vectors


def pack(vectors: NDArray[np.float32]) -> bytes:
    """Vectors as the record keeps them: float16, row by row."""
    return vectors.astype("<f2").tobytes()


def unpack(blob: bytes, dimension: int) -> Vectors:
    """``pack`` undone: (n, dimension) float32, rows of unit length again (or zero)."""
    rows = np.frombuffer(blob, dtype="<f2").reshape(-1, dimension).astype(np.float32)
    norms = np.sqrt(np.einsum("nd,nd->n", rows, rows))[:, None]
    norms[norms == 0] = 1.0
    rows /= norms
    return rows


def rows_of(
    version: VersionRow,
    pages: Sequence[Page],
    chunks: Sequence[Chunk],
    vectors: Vectors,
    sentence_vectors: Sequence[Vectors],
    *,
    keys: Sequence[bytes] = (),
) -> Iterator[PageRow | ChunkRow]:
    """The rows of everything a version holds; chunk ids are ``document:version:sequence``.

    ``keys`` are the chunks' content keys, where they have them.
    """
    for page in pages:
        yield PageRow(version_id=version.id, number=page.number, label=page.label, text=page.text)
    prefix = f"{version.document_id}:{version.sha256[:16]}{version.sha256[64:]}"
    for chunk, vector, own_sentences in zip(chunks, vectors, sentence_vectors, strict=True):
        yield ChunkRow(
            id=f"{prefix}:{chunk.sequence:06d}",
            version_id=version.id,
            sequence=chunk.sequence,
            page=chunk.page,
            start=chunk.start,
            end=chunk.end,
            text=chunk.text,
            heading_path=list(chunk.heading_path),
            sentences=[[span.start, span.end] for span in chunk.sentences],
            vector=pack(vector),
            sentence_vectors=pack(own_sentences),
            content_key=keys[chunk.sequence] if keys else None,
        )


def ids_beside(passage: Passage) -> tuple[str, ...]:
    """The ids that the passages just before and after ``passage`` have, if they are there."""
    prefix, _, _ = passage.chunk_id.rpartition(":")
    sequence = passage.chunk.sequence
    return tuple(f"{prefix}:{at:06d}" for at in (sequence - 1, sequence + 1) if at >= 0)


def every_passage() -> Select[*tuple[Any, ...]]:
    """Passages of any version, with its state, to be chosen by id; for ``stored_passages``.

    Columns, not entities: a search reads a hundred rows and changes none. The state is not a
    condition here: SQLite would begin with every version that has it.
    """
    return (
        select(
            ChunkRow.id,
            ChunkRow.sequence,
            ChunkRow.page,
            ChunkRow.start,
            ChunkRow.end,
            ChunkRow.text,
            ChunkRow.heading_path,
            ChunkRow.sentences,
            ChunkRow.vector,
            VersionRow.title,
            VersionRow.sha256,
            VersionRow.paginated,
            VersionRow.created_at,
            DocumentRow.id.label("document_id"),
            DocumentRow.name.label("document"),
            CollectionRow.name.label("collection"),
            CollectionRow.dimension,
            PageRow.label,
            VersionRow.state,
            VersionRow.current,
        )
        .join(VersionRow, VersionRow.id == ChunkRow.version_id)
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .join(CollectionRow, CollectionRow.id == DocumentRow.collection_id)
        .join(
            PageRow,
            (PageRow.version_id == ChunkRow.version_id) & (PageRow.number == ChunkRow.page),
        )
    )


def searchable() -> Select[*tuple[Any, ...]]:
    """Passages that may be found: of ready, current versions; to be chosen by document."""
    return every_passage().where(VersionRow.state == State.READY, VersionRow.current)


def is_searchable(row: Row[*tuple[Any, ...]]) -> bool:
    """Whether the passage in a row with its version's state may be found."""
    return bool(row.state == State.READY and row.current)


def stored_passages(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[StoredPassage]:
    """The passages that rows of ``every_passage`` hold."""
    stored: list[StoredPassage] = []
    for dimension, some in groupby(rows, key=lambda row: row.dimension or 1):
        own = list(some)
        vectors = unpack(b"".join(row.vector for row in own), dimension)
        stored.extend(
            StoredPassage(passage=passage_of(row), vector=vector)
            for row, vector in zip(own, vectors, strict=True)
        )
    return stored


def passage_of(row: Row[*tuple[Any, ...]]) -> Passage:
    """The passage a row of ``every_passage`` holds."""
    return Passage(
        chunk_id=row.id,
        document_id=row.document_id,
        collection=row.collection,
        document=row.document,
        title=row.title,
        version=row.sha256,
        paginated=row.paginated,
        page_label=row.label,
        chunk=chunk_of(row),
        added_on=row.created_at.date().isoformat(),
    )


def chunk_of(row: ChunkRow | Row[*tuple[Any, ...]]) -> Chunk:
    """The chunk a row holds."""
    return Chunk(
        sequence=row.sequence,
        page=row.page,
        start=row.start,
        end=row.end,
        text=row.text,
        heading_path=tuple(row.heading_path),
        sentences=tuple(Span(start=start, end=end) for start, end in row.sentences),
    )
