"""The search everything uses: chunk vectors, sentence vectors and words, fused by their scores.

Rank fusion with equal weights is worse than its better half (docs/experiments.md); scores keep how
sure each half is. An embedder that cannot read the question's script loses its vote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.language import content_words
from rag.protocols import Embedder, Vectors
from rag.types import Hit
from vectorstore.lexical import LexicalIndex, context_of
from vectorstore.record import Collection, Record, StoredPassage, check_embedder

LEXICAL_WEIGHT: Final = 0.3
"""Share of the words' vote while the embedder can read everything (measured on training data)."""

COVERAGE_FLOOR: Final = 0.6
"""Share of readable tokens at and below which the embedder has no vote."""

_CANDIDATES: Final = 50


class DenseIndex(Protocol):
    """What fusion asks of a dense index: Chroma's or the exact one."""

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        """Chunk ids with their cosines to the unit ``vector`` (d,), best first, ties by id."""


class FusedIndex:
    """Score fusion: ``(1 - v) * bm25 / max + v * minmax(chunk cosine + best sentence cosine)``.

    ``v`` is the dense vote, ``1 - LEXICAL_WEIGHT`` scaled by the embedder's coverage of the
    question. The candidates are the best of both halves; each half then scores them all.
    """

    def __init__(
        self,
        record: Record,
        embedder: Embedder,
        dense: DenseIndex,
        lexical: LexicalIndex,
        *,
        before_search: Callable[[], None] = lambda: None,
    ) -> None:
        self._record = record
        self._embedder = embedder
        self._dense = dense
        self._lexical = lexical
        self._before_search = before_search

    def search(self, question: str, *, collections: Sequence[str], top_k: int) -> list[Hit]:
        """See ``rag.protocols.Index``. ``Hit.parts`` holds ``dense``, ``sentence``, ``lexical``."""
        wanted = [self._record.collection(name) for name in dict.fromkeys(collections)]
        if not wanted:
            return []
        for collection in wanted:
            check_embedder(collection, self._embedder)
        self._before_search()
        vector = self._embedder.embed_query(question)
        terms = content_words(question)
        pool = max(_CANDIDATES, top_k)
        nearest = self._dense.nearest(vector, wanted, pool)
        worded = self._lexical.best(terms, wanted, pool)
        ids = sorted({chunk_id for chunk_id, _ in (*nearest, *worded)})
        stored = self._record.passages(ids, collection_ids=[c.id for c in wanted])
        ids = [chunk_id for chunk_id in ids if chunk_id in stored]
        if not ids:
            return []
        bm25 = self._lexical.score(terms, wanted, ids)
        vote = dense_vote(self._embedder.coverage(question))
        scores, parts = _fuse(vector, [stored[i] for i in ids], [bm25.get(i, 0.0) for i in ids], vote)
        order = sorted(range(len(ids)), key=lambda i: (-scores[i], ids[i]))[:top_k]
        rarity = self._lexical.rarity(terms, wanted)
        return [
            Hit(
                passage=stored[ids[i]].passage,
                score=float(scores[i]),
                parts=parts[i],
                sentence_scores=tuple((stored[ids[i]].sentence_vectors @ vector).tolist()),
                term_coverage=_term_coverage(stored[ids[i]], rarity),
                dense_vote=vote,
            )
            for i in order
        ]


def dense_vote(coverage: float) -> float:
    """Weight (0..1) of the dense half for an embedder that reads ``coverage`` of the question."""
    readable = max(0.0, (coverage - COVERAGE_FLOOR) / (1.0 - COVERAGE_FLOOR))
    return (1.0 - LEXICAL_WEIGHT) * min(1.0, readable)


def _fuse(
    vector: Vectors, stored: Sequence[StoredPassage], bm25: Sequence[float], vote: float
) -> tuple[NDArray[np.float64], list[dict[str, float]]]:
    cosines = np.array([float(one.vector @ vector) for one in stored])
    sentences = np.array(
        [float((one.sentence_vectors @ vector).max(initial=-1.0)) for one in stored]
    )
    sentences = np.where(sentences > -1.0, sentences, cosines)
    words = np.array(bm25)
    dense = cosines + sentences
    spread = float(np.ptp(dense))
    dense = (dense - dense.min()) / spread if spread > 0 else np.ones_like(dense)
    lexical = words / words.max() if words.max() > 0 else words
    scores: NDArray[np.float64] = (1.0 - vote) * lexical + vote * dense
    parts = [
        {"dense": float(c), "sentence": float(s), "lexical": float(w)}
        for c, s, w in zip(cosines, sentences, words, strict=True)
    ]
    return scores, parts


def _term_coverage(stored: StoredPassage, rarity: dict[str, float]) -> float:
    total = sum(rarity.values())
    if not total:
        return 0.0
    chunk = stored.passage.chunk
    present = set(content_words(f"{context_of(stored.passage.title, chunk)}\n{chunk.text}"))
    return sum(weight for term, weight in rarity.items() if term in present) / total
