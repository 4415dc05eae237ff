"""The yardstick: exact nearest vectors by one matrix product over the record's own vectors.

It needs no index and no lock, so it also serves a second process while another one owns Chroma.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.filter import EVERYTHING, Filter
from rag.protocols import Embedder, Vectors
from rag.types import Hit
from vectorstore.nearest import dense_hits
from vectorstore.record import Collection, Record, check_embedder


class ExactIndex:
    """Cosine against every passage; a collection's matrix is kept until the record changes."""

    def __init__(self, record: Record, embedder: Embedder) -> None:
        self._record = record
        self._embedder = embedder
        self._matrices: dict[str, tuple[int, list[str], Vectors]] = {}

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        wanted = self._record.chosen(collections)
        if not wanted:
            return []
        for collection in wanted:
            check_embedder(collection, self._embedder)
        vector = self._embedder.embed_query(question)
        return dense_hits(self._record, self, vector, wanted, top_k=top_k, where=where)

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        """Chunk ids with their cosines to the unit ``vector`` (d,), best first, ties by id."""
        found: list[tuple[str, float]] = []
        for collection in collections:
            ids, matrix = self._matrix(collection)
            if not ids:
                continue
            scores = matrix @ vector
            best = np.argsort(-scores, kind="stable")[:top_k]
            found.extend((ids[i], float(scores[i])) for i in best)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:top_k]

    def _matrix(self, collection: Collection) -> tuple[list[str], Vectors]:
        held = self._matrices.get(collection.id)
        if held is None or held[0] != collection.revision:
            held = (collection.revision, *self._record.vectors(collection))
            self._matrices[collection.id] = held
        return held[1], held[2]
