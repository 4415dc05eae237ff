"""The search everything uses: vectors and words propose, sentences and words rank.

Rank fusion with equal weights is worse than its better half (docs/experiments.md); scores keep how
sure each half is. An embedder that cannot read the question's script loses its vote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.filter import EVERYTHING, Filter
from rag.protocols import Embedder, Vectors
from rag.types import Hit
from vectorstore.duplicates import FIRST_DEPTH, copies_last, never_rising
from vectorstore.filtering import Allowed
from vectorstore.lexical import LexicalIndex, Match
from vectorstore.nearest import DenseIndex, nearest_where
from vectorstore.passages import StoredPassage
from vectorstore.record import Collection, Record, check_embedder
from vectorstore.sentences import best_sentences, sentence_cosines
from vectorstore.spelling import LexicalQuery
from vectorstore.wording import match_words

LEXICAL_WEIGHT: Final = 0.6
"""Default weight of the words while the embedder reads everything (chosen on training sets)."""

BM25_SHARE: Final = 0.35
SENTENCE_SHARE: Final = 0.4
PHRASE_SHARE: Final = 0.25
"""What makes up the words' score (chosen on training sets): BM25 in context, the best sentence's
share of the question's words, and the question's neighbouring words that are neighbours there."""

SENTENCE_SCALE: Final = 0.6
"""Cosine of a question to the sentence that answers it which counts as much as all its words."""

COVERAGE_FLOOR: Final = 0.6
"""Share of readable tokens at and below which the embedder has no vote."""

_DIFFERING: Final = 20
"""So many of the first hits differ from each other, where so many that differ can be found."""

_SPARE: Final = 2
"""Passages looked through for copies beside the hits asked for."""

_LOOKED_THROUGH: Final = 4
"""Where copies are many, one in so many of the depth is looked through instead."""

Scores = NDArray[np.float64]


class FusedIndex:
    """Score fusion: ``(1 - v) * words + v * best sentence's cosine / SENTENCE_SCALE``.

    ``words`` is ``BM25_SHARE * bm25 / max(bm25) + SENTENCE_SHARE * best sentence's share of the
    question's words + PHRASE_SHARE * phrases``; the phrases are the adjacent pairs of the
    sequential dependence model (Metzler and Croft, SIGIR 2005). ``v`` is the dense vote,
    ``1 - lexical_weight`` scaled by the embedder's coverage of the question. The candidates are the
    best of both halves; each half then scores them all. Further copies of what two passages say
    come after the others. ``finder`` embeds what is searched in place of the question, if it is
    another; how near a sentence is to the question, ``embedder`` tells.
    """

    def __init__(
        self,
        record: Record,
        embedder: Embedder,
        dense: DenseIndex,
        lexical: LexicalIndex,
        *,
        before_search: Callable[[Sequence[Collection]], None] = lambda _collections: None,
        lexical_weight: float = LEXICAL_WEIGHT,
        finder: Embedder | None = None,
    ) -> None:
        self._record = record
        self._embedder = embedder
        self._dense = dense
        self._lexical = lexical
        self._before_search = before_search
        self._lexical_weight = lexical_weight
        self._finder = finder or embedder

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``.

        ``Hit.parts`` holds the cosines ``dense`` and ``sentence``, ``lexical`` (BM25 in context),
        and the shares ``words`` (of the best sentence) and ``phrases``.
        """
        wanted = self._record.chosen(collections)
        if not wanted:
            return []
        for collection in wanted:
            check_embedder(collection, self._embedder)
        allowed = self._record.narrowing.allowed(where, wanted)
        self._before_search(wanted)
        asked = _Asked(
            sought=self._finder.embed_query(question),
            vector=self._embedder.embed_query(question),
            words=self._lexical.query_of(question, wanted),
            vote=dense_vote(self._embedder.coverage(question), self._lexical_weight),
            collections=wanted,
            where=where,
            allowed=allowed,
        )
        hits = copies_last(
            lambda depth: self._ranked(asked, depth, top_k),
            lambda hit: hit.passage.chunk.text,
            asked=asked.words.terms,
            wanted=min(top_k, _DIFFERING),
        )
        return never_rising(hits[:top_k])

    def _ranked(self, asked: _Asked, depth: int, top_k: int) -> list[Hit]:
        """The best of the ``depth`` best of each half, enough to find ``top_k`` that differ."""
        proposed, cosines, ranks = self._proposed(asked, max(depth, top_k))
        if not proposed:
            return []
        rarity = self._lexical.rarity(asked.words, asked.collections)
        held = match_words(asked.words, rarity, [match.words for match in proposed])
        nearest = best_sentences([match.sentences for match in proposed], asked.sought)
        ranking = _Ranking(
            bm25=np.array([match.score for match in proposed]),
            words=held.best_sentence,
            phrases=held.phrases,
            sentences=np.where(np.isnan(nearest), cosines, nearest),
        )
        scores = ranking.fused(asked.vote)
        order = sorted(range(len(scores)), key=lambda i: (-scores[i], proposed[i].chunk_id))
        hits: list[Hit] = []
        enough = top_k + (_SPARE if depth == FIRST_DEPTH else depth // _LOOKED_THROUGH)
        while order and len(hits) < enough:  # an index may propose what is no longer there
            some, order = order[: enough - len(hits)], order[enough - len(hits) :]
            stored = self._record.passages(
                [proposed[i].chunk_id for i in some],
                collection_ids=[collection.id for collection in asked.collections],
                where=asked.where,
            )
            hits.extend(
                Hit(
                    passage=found.passage,
                    score=float(scores[i]),
                    parts={"dense": float(found.vector @ asked.sought), **ranking.parts(i)},
                    sentence_scores=_cosines(proposed[i], asked.vector, found),
                    term_coverage=float(held.coverage[i]),
                    sentence_coverages=_shares(held.sentences[i], found),
                    dense_vote=asked.vote,
                    ranks=ranks.of(proposed[i].chunk_id),
                )
                for i in some
                if (found := stored.get(proposed[i].chunk_id)) is not None
            )
        return hits

    def _proposed(self, asked: _Asked, depth: int) -> tuple[list[Match], Scores, _Ranks]:
        """The best ``depth`` of each half, the cosines (n,) of those that vectors proposed, ranks.

        Vectors without a vote are only asked where the words find too little. What the word index
        has lost is proposed all the same, and ranked by its cosine.
        """
        best = self._lexical.best_in_context(asked.words, asked.collections, depth, asked.allowed)
        if not asked.vote and len(best) == depth:
            return best, np.zeros(depth), _Ranks.of_halves(best, ())
        nearest = dict(
            nearest_where(
                self._record,
                self._dense,
                asked.sought,
                asked.collections,
                top_k=depth,
                allowed=asked.allowed,
            )
        )
        others = list(nearest.keys() - {match.chunk_id for match in best})
        found = [*best, *self._lexical.in_context(asked.words, asked.collections, others)]
        lost = nearest.keys() - {match.chunk_id for match in found}
        found.extend(Match(chunk_id, 0.0, b"", b"") for chunk_id in lost)
        cosines = np.array([nearest.get(match.chunk_id, 0.0) for match in found])
        return found, cosines, _Ranks.of_halves(best, nearest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranks:
    """The places, from 1, of chunk ids in what each half of a search proposed."""

    dense: Mapping[str, int]
    lexical: Mapping[str, int]

    @classmethod
    def of_halves(cls, lexical: Iterable[Match], dense: Iterable[str]) -> _Ranks:
        """Of what each half proposed, best first."""
        return cls(
            dense={chunk_id: place for place, chunk_id in enumerate(dense, start=1)},
            lexical={match.chunk_id: place for place, match in enumerate(lexical, start=1)},
        )

    def of(self, chunk_id: str) -> dict[str, int]:
        """``Hit.ranks``."""
        halves = {"dense": self.dense, "lexical": self.lexical}
        return {name: half[chunk_id] for name, half in halves.items() if chunk_id in half}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranking:
    """What n > 0 candidates are ranked by, each (n,).

    ``bm25`` is >= 0, ``words`` and ``phrases`` are shares (0..1), ``sentences`` are cosines of the
    candidates' best sentences.
    """

    bm25: Scores
    words: Scores
    phrases: Scores
    sentences: Scores

    def fused(self, vote: float) -> Scores:
        """The fused scores (n,); ``vote`` (0..1) is the vectors' weight."""
        best = self.bm25.max()
        lexical = BM25_SHARE * (self.bm25 / best if best > 0 else self.bm25)
        lexical += SENTENCE_SHARE * self.words + PHRASE_SHARE * self.phrases
        fused: Scores = (1.0 - vote) * lexical + vote * self.sentences / SENTENCE_SCALE
        return fused

    def parts(self, i: int) -> dict[str, float]:
        """What the score of the i-th comes from, for ``Hit.parts``."""
        return {
            "sentence": float(self.sentences[i]),
            "lexical": float(self.bm25[i]),
            "words": float(self.words[i]),
            "phrases": float(self.phrases[i]),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question as it is searched, and where; both vectors (d,) are unit ones."""

    sought: Vectors
    vector: Vectors
    words: LexicalQuery
    vote: float
    collections: Sequence[Collection]
    where: Filter
    allowed: Allowed | None


def dense_vote(coverage: float, lexical_weight: float = LEXICAL_WEIGHT) -> float:
    """Weight (0..1) of the dense half for an embedder that reads ``coverage`` of the question.

    It is ``1 - lexical_weight`` for one that reads everything.
    """
    readable = max(0.0, (coverage - COVERAGE_FLOOR) / (1.0 - COVERAGE_FLOOR))
    return (1.0 - lexical_weight) * min(1.0, readable)


def _cosines(match: Match, vector: Vectors, stored: StoredPassage) -> tuple[float, ...]:
    """``Hit.sentence_scores``; a passage without sentences is indexed by its own vector."""
    cosines = sentence_cosines(match.sentences, vector)
    return tuple(cosines.tolist()) if len(cosines) == len(stored.passage.chunk.sentences) else ()


def _shares(held: Scores, stored: StoredPassage) -> tuple[float, ...]:
    """``Hit.sentence_coverages``; a passage without any word of the question has none in each."""
    return tuple(held.tolist()) or (0.0,) * len(stored.passage.chunk.sentences)
