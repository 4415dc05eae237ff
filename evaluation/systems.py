"""The searches that are measured side by side: each half alone, rank fusion, and the product's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from rag.filter import EVERYTHING, Filter
from rag.protocols import Index
from rag.types import Hit

RRF_K: Final = 60
"""The constant of Cormack et al. 2009."""


class RankFusion:
    """Reciprocal rank fusion with equal weights (Cormack, Clarke and Buettcher, SIGIR 2009).

    A passage's score is the sum of ``1 / (RRF_K + rank)`` over the lists it is in. What most
    products do; measured here, not used.
    """

    def __init__(self, *halves: Index) -> None:
        self._halves = halves

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        found: dict[str, Hit] = {}
        scores: dict[str, float] = {}
        for half in self._halves:
            hits = half.search(question, collections=collections, top_k=top_k, where=where)
            for rank, hit in enumerate(hits, start=1):
                key = hit.passage.chunk_id
                found.setdefault(key, hit)
                scores[key] = scores.get(key, 0.0) + 1 / (RRF_K + rank)
        best = sorted(scores, key=lambda key: (-scores[key], key))[:top_k]
        return [replace(found[key], score=scores[key]) for key in best]


class Remembering:
    """An index that answers the same search again from memory: one question, the last."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._last: tuple[tuple[str, tuple[str, ...], int, Filter], list[Hit]] | None = None

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        asked = (question, tuple(collections), top_k, where)
        if self._last is None or self._last[0] != asked:
            hits = self._index.search(question, collections=collections, top_k=top_k, where=where)
            self._last = (asked, hits)
        return self._last[1]


SYSTEMS: Final = ("dense", "bm25", "rrf", "fused")
"""The searches in the order they are reported."""

INCLUDES: Final[Mapping[str, tuple[str, ...]]] = {"rrf": ("dense", "bm25")}
"""Systems whose answers a later one reuses, and whose time is therefore part of its own."""


def retrieval_systems(dense: Index, lexical: Index, fused: Index) -> Mapping[str, Index]:
    """The searches by name (``SYSTEMS``); each half searches once a question."""
    halves = Remembering(dense), Remembering(lexical)
    return {"dense": halves[0], "bm25": halves[1], "rrf": RankFusion(*halves), "fused": fused}
