"""Reranking: a cross-encoder reads the question and each passage together and orders them anew.

It is the optional last stage of a search (Nogueira and Cho 2019, "Passage Re-ranking with BERT").
Any sentence-transformers ``CrossEncoder`` that gives one score a pair will do, from a folder or
from the hub's cache on this machine; nothing is fetched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from rag.encoder_errors import RerankerError
from rag.filter import EVERYTHING, Filter
from rag.models.cross_encoder import PairScorer
from rag.protocols import Index
from rag.types import Hit, Passage
from rag.words import content_words
from vectorstore.duplicates import copies_last, never_rising
from vectorstore.wording import context_of

POOL: Final = 30
"""Passages that are read anew, unless more are asked for.

Six layers of 384 take a second or a little more for them on two cores (docs/experiments.md).
"""

_DECIMALS: Final = 4


class PairEncoder(Protocol):
    """Reads a question and a passage together."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """One finite score a passage, in their order; any scale, larger is better."""


class Reranked:
    """The best ``pool`` hits of an index, in the order of a cross-encoder's scores.

    A passage is read with its title and headings over it. ``Hit.parts["rerank"]`` is the raw score
    and ``Hit.score`` its logistic function, 0 to 1: the scale of a reranker's training, and one on
    which half a score is half as likely. Further copies of a hit come after all others, and
    score no more than the last of them. What the index says of a hit's evidence stays.
    """

    def __init__(self, index: Index, encoder: PairEncoder, *, pool: int = POOL) -> None:
        self._index = index
        self._encoder = encoder
        self._pool = pool

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``. Raises what the encoder raises."""
        hits = self._index.search(
            question, collections=collections, top_k=max(self._pool, top_k), where=where
        )
        if not hits:
            return []
        texts = [_read(hit.passage) for hit in hits]
        distinct = list(dict.fromkeys(texts))
        scores = dict(zip(distinct, self._encoder.scores(question, distinct), strict=True))
        ranked = [_rescored(hit, scores[text]) for hit, text in zip(hits, texts, strict=True)]
        ranked.sort(key=lambda hit: (-hit.parts["rerank"], hit.passage.chunk_id))
        return _copies_last(ranked, question)[:top_k]


class TransformerCrossEncoder:
    """A cross-encoder with one score a pair; see ``PairEncoder``.

    Its files are looked at when it is made, its weights load at the first pair. Scores are rounded
    to ``_DECIMALS`` decimals, below which they depend on the company in the batch.
    """

    def __init__(self, model: str) -> None:
        """Raises RerankerError where ``model`` is no such folder or id, or no such model."""
        self._scorer = PairScorer(model, scores=1, error=RerankerError)

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """See ``PairEncoder``. Raises RerankerError where the weights cannot be used."""
        found = self._scorer.scores([(question, passage) for passage in passages])
        return [round(float(score), _DECIMALS) for score in found[:, 0]]


def _read(passage: Passage) -> str:
    """What the cross-encoder reads: the passage under its title and headings."""
    over = context_of(passage.title, passage.chunk)
    return f"{over}\n{passage.chunk.text}" if over else passage.chunk.text


def _rescored(hit: Hit, raw: float) -> Hit:
    score = math.exp(min(raw, 0.0)) / (1.0 + math.exp(-abs(raw)))
    return replace(hit, score=score, parts={**hit.parts, "rerank": raw})


def _copies_last(ranked: Sequence[Hit], question: str) -> list[Hit]:
    asked = frozenset(content_words(question))
    reordered = copies_last(
        lambda _depth: ranked, lambda hit: hit.passage.chunk.text, asked=asked, wanted=0
    )
    return never_rising(reordered)
