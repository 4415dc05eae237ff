"""The nearest vectors among what a filter allows, whatever dense index stands behind.

Measured on chromadb 1.5.9 (docs/experiments.md): a filter inside Chroma is slower than comparing
the few allowed vectors of the record one by one, and misses some of the nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rag.filter import Filter
from rag.protocols import Vectors
from rag.types import Hit
from vectorstore.filtering import Allowed, batches
from vectorstore.passages import unpack
from vectorstore.schema import ChunkRow

if TYPE_CHECKING:
    from vectorstore.record import Collection, Record

SCANNED_AT_MOST: Final = 20_000
"""Chunks up to which the allowed ones are compared one by one: 30 MB at 384 dimensions."""

_RANKED_AT_MOST: Final = 13_000
_RANKED_MORE: Final = 4
_BLOCK_ROWS: Final = 5000
_NOTHING: Final[Vectors] = np.zeros(0, np.float32)

Scored = list[tuple[str, float]]


class DenseIndex(Protocol):
    """What a search asks of a dense index: Chroma's or the exact one."""

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        """Chunk ids with their cosines to the unit ``vector`` (d,), best first, ties by id."""


class AllowedVectors:
    """The record's vectors of what a filter allows; those of the last filter are kept."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading
        self._matrix: tuple[Allowed, list[str], Vectors] | None = None

    def nearest(
        self, allowed: Allowed, vector: Vectors, top_k: int, ranked: Callable[[int], Scored]
    ) -> Scored:
        """The ``top_k`` allowed chunks by cosine to the unit ``vector`` (d,), ties by id.

        ``ranked(n)`` gives the best n of all. Few allowed chunks are compared one by one, of many
        the first ones in ever longer rankings are taken; when these run out, all are compared.
        """
        if allowed.chunks <= SCANNED_AT_MOST:
            return _best(*self._vectors(allowed), vector, top_k)
        wanted = top_k * _RANKED_MORE
        while wanted <= _RANKED_AT_MOST:
            found = ranked(wanted)
            inside = self._inside(allowed, [chunk_id for chunk_id, _ in found])
            kept = [one for one in found if one[0] in inside]
            if len(kept) >= top_k:
                return kept[:top_k]
            if len(found) < wanted:
                break
            wanted *= _RANKED_MORE
        best: Scored = []
        for ids, matrix in self._blocks(allowed):
            best = _merged([*best, *_best(ids, matrix, vector, top_k)], top_k)
        return best

    def _vectors(self, allowed: Allowed) -> tuple[list[str], Vectors]:
        """Ids and unit vectors (n, d) of what is allowed, by id; those of the last filter stay."""
        kept = self._matrix
        if kept is None or kept[0] is not allowed:
            blocks = list(self._blocks(allowed))
            ids = [chunk_id for block, _ in blocks for chunk_id in block]
            order = sorted(range(len(ids)), key=ids.__getitem__)
            matrix = np.concatenate(
                [_NOTHING.reshape(0, allowed.dimension), *(rows for _, rows in blocks)]
            )
            kept = (allowed, [ids[at] for at in order], matrix[order])
            self._matrix = kept
        return kept[1], kept[2]

    def _blocks(self, allowed: Allowed) -> Iterator[tuple[list[str], Vectors]]:
        """Ids and unit vectors of what is allowed, some thousands at a time."""
        query = select(ChunkRow.id, ChunkRow.vector).execution_options(yield_per=_BLOCK_ROWS)
        by_id = allowed.chunk_ids is not None
        column = ChunkRow.id if by_id else ChunkRow.version_id
        for batch in batches(sorted(allowed.chunk_ids or ()) if by_id else allowed.version_ids):
            with Session(self._reading) as session:
                for rows in session.execute(query.where(column.in_(batch))).partitions():
                    blob = b"".join(row.vector for row in rows)
                    yield [row.id for row in rows], unpack(blob, allowed.dimension)

    def _inside(self, allowed: Allowed, chunk_ids: Sequence[str]) -> Set[str]:
        """Those of ``chunk_ids`` that are allowed."""
        if allowed.chunk_ids is not None:
            return allowed.chunk_ids
        versions = frozenset(allowed.version_ids)
        query = select(ChunkRow.id, ChunkRow.version_id)
        with Session(self._reading) as session:
            return {
                row.id
                for batch in batches(chunk_ids)
                for row in session.execute(query.where(ChunkRow.id.in_(batch)))
                if row.version_id in versions
            }


def nearest_where(
    record: Record,
    dense: DenseIndex,
    vector: Vectors,
    collections: Sequence[Collection],
    *,
    top_k: int,
    allowed: Allowed | None,
) -> list[tuple[str, float]]:
    """Chunk ids with their cosines, best first, ties by id; ``allowed`` ones where given."""
    if allowed is None:
        return dense.nearest(vector, collections, top_k)
    return record.allowed_vectors.nearest(
        allowed, vector, top_k, lambda count: dense.nearest(vector, collections, count)
    )


def dense_hits(
    record: Record,
    dense: DenseIndex,
    vector: Vectors,
    collections: Sequence[Collection],
    *,
    top_k: int,
    where: Filter,
) -> list[Hit]:
    """The hits of a dense index alone; what may not be found is dropped."""
    allowed = record.narrowing.allowed(where, collections)
    scored = nearest_where(record, dense, vector, collections, top_k=top_k, allowed=allowed)
    stored = record.passages(
        [chunk_id for chunk_id, _ in scored],
        collection_ids=[c.id for c in collections],
        where=where,
    )
    return [
        Hit(passage=stored[chunk_id].passage, score=score, parts={"dense": score})
        for chunk_id, score in scored
        if chunk_id in stored
    ]


def _best(ids: Sequence[str], matrix: Vectors, vector: Vectors, top_k: int) -> Scored:
    """The best ``top_k`` rows of ``matrix`` (n, d) by their product with ``vector`` (d,)."""
    scores = matrix @ vector
    kept: Sequence[int] = range(len(ids))
    if top_k < len(ids):  # all that tie with the last one stay: their ids decide
        kept = np.flatnonzero(scores >= np.partition(scores, -top_k)[-top_k]).tolist()
    return _merged([(ids[at], float(scores[at])) for at in kept], top_k)


def _merged(scored: Scored, top_k: int) -> Scored:
    return sorted(scored, key=lambda one: (-one[1], one[0]))[:top_k]
