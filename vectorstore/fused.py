"""The search everything uses: chunk vectors and words find, sentence vectors and words rank.

Rank fusion with equal weights is worse than its better half (docs/experiments.md); scores keep how
sure each half is. An embedder that cannot read the question's script loses its vote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.language import content_words
from rag.protocols import Embedder, Vectors
from rag.types import Hit, Passage
from vectorstore.lexical import LexicalIndex, context_of
from vectorstore.passages import StoredPassage
from vectorstore.record import Collection, Record, check_embedder

LEXICAL_WEIGHT: Final = 0.5
"""Default weight of the words while the embedder reads everything (chosen on training sets)."""

SENTENCE_SCALE: Final = 0.6
"""Cosine of a question to the sentence that answers it which counts as much as the best BM25."""

COVERAGE_FLOOR: Final = 0.6
"""Share of readable tokens at and below which the embedder has no vote."""

_CANDIDATES: Final = 50

Scores = NDArray[np.float64]


class DenseIndex(Protocol):
    """What fusion asks of a dense index: Chroma's or the exact one."""

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        """Chunk ids with their cosines to the unit ``vector`` (d,), best first, ties by id."""


class FusedIndex:
    """Score fusion: ``(1 - v) * bm25 / max(bm25) + v * best sentence's cosine / SENTENCE_SCALE``.

    ``v`` is the dense vote, ``1 - lexical_weight`` scaled by the embedder's coverage of the
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
        lexical_weight: float = LEXICAL_WEIGHT,
    ) -> None:
        self._record = record
        self._embedder = embedder
        self._dense = dense
        self._lexical = lexical
        self._before_search = before_search
        self._lexical_weight = lexical_weight

    def search(self, question: str, *, collections: Sequence[str], top_k: int) -> list[Hit]:
        """See ``rag.protocols.Index``. ``Hit.parts`` holds ``dense``, ``sentence``, ``lexical``."""
        wanted = self._record.chosen(collections)
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
        words = np.array([bm25.get(chunk_id, 0.0) for chunk_id in ids])
        vote = dense_vote(self._embedder.coverage(question), self._lexical_weight)
        sentences = np.array([_best_sentence(stored[i], vector) for i in ids])
        scores = fuse(sentences, words, vote=vote)
        order = sorted(range(len(ids)), key=lambda i: (-scores[i], ids[i]))[:top_k]
        rarity = self._lexical.rarity(terms, wanted)
        covered = {i: _coverages(stored[ids[i]].passage, rarity) for i in order}
        return [
            Hit(
                passage=stored[ids[i]].passage,
                score=float(scores[i]),
                parts={
                    "dense": float(stored[ids[i]].vector @ vector),
                    "sentence": float(sentences[i]),
                    "lexical": float(words[i]),
                },
                sentence_scores=tuple((stored[ids[i]].sentence_vectors @ vector).tolist()),
                term_coverage=covered[i][0],
                sentence_coverages=covered[i][1],
                dense_vote=vote,
            )
            for i in order
        ]


def dense_vote(coverage: float, lexical_weight: float = LEXICAL_WEIGHT) -> float:
    """Weight (0..1) of the dense half for an embedder that reads ``coverage`` of the question.

    It is ``1 - lexical_weight`` for one that reads everything.
    """
    readable = max(0.0, (coverage - COVERAGE_FLOOR) / (1.0 - COVERAGE_FLOOR))
    return (1.0 - lexical_weight) * min(1.0, readable)


def fuse(sentences: Scores, bm25: Scores, *, vote: float) -> Scores:
    """The fused scores (n,) of n candidates; ``vote`` (0..1) is the vectors' weight.

    ``sentences`` are the cosines of the candidates' best sentences, ``bm25`` is >= 0.
    """
    lexical = bm25 / bm25.max() if bm25.max() > 0 else bm25
    fused: Scores = (1.0 - vote) * lexical + vote * sentences / SENTENCE_SCALE
    return fused


def _best_sentence(stored: StoredPassage, vector: Vectors) -> float:
    """Cosine of the nearest sentence; of the whole passage when it has none."""
    if not len(stored.sentence_vectors):
        return float(stored.vector @ vector)
    return float((stored.sentence_vectors @ vector).max())


@lru_cache(maxsize=8192)
def _words_in(text: str) -> frozenset[str]:
    """The words of a text, kept because the same sentences are found again and again."""
    return frozenset(content_words(text))


def _coverages(passage: Passage, rarity: dict[str, float]) -> tuple[float, tuple[float, ...]]:
    """``Hit.term_coverage`` and ``Hit.sentence_coverages``."""
    total = sum(rarity.values()) or 1.0
    sentences = [_words_in(passage.chunk.quote(span)) for span in passage.chunk.sentences]
    over = _words_in(context_of(passage.title, passage.chunk))
    within = over.union(*sentences)

    def share(words: frozenset[str]) -> float:
        return sum(weight for term, weight in rarity.items() if term in words) / total

    return share(within), tuple(share(words | over) for words in sentences)
