"""Whether the passages found can answer a question at all, before anything is said.

The evidence is, where the embedding model can read the question, how near one sentence is to it and
how many of its words (weighted by rarity) that sentence holds; elsewhere, how many of its words one
passage holds. The English floor keeps 95 % of the training sets' questions whose passage was found;
the Chinese one is lower than theirs, for the sample corpus's paraphrases (docs/experiments.md).
They see that a question is about something else, not that a detail is missing; a calibrated refusal
comes with the refusal model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rag.types import Hit

NEARNESS_FLOOR: Final = 0.38
COVERAGE_FLOOR: Final = 0.25


def answerable(hits: Sequence[Hit]) -> bool:
    """Whether any passage has enough evidence to answer."""
    return any(_evidence_in(hit) >= _floor(hit) for hit in hits)


def evidence(hits: Sequence[Hit]) -> float:
    """The most evidence in any passage, 0 (nothing, or no passage) to 1; not a probability.

    It is on two scales, one for questions that the embedding model can read and one for others:
    compare it within a language.
    """
    return max((_evidence_in(hit) for hit in hits), default=0.0)


def _evidence_in(hit: Hit) -> float:
    """``nearness`` where the embedding model can read the question, else the word coverage."""
    return min(1.0, nearness(hit) if hit.dense_vote > 0 else hit.term_coverage)


def _floor(hit: Hit) -> float:
    return NEARNESS_FLOOR if hit.dense_vote > 0 else COVERAGE_FLOOR


def nearness(hit: Hit) -> float:
    """The best sentence's mean of cosine and word coverage, 0 (nothing) to 1."""
    pairs = zip(hit.sentence_scores, hit.sentence_coverages, strict=True)
    return max((max(0.0, cosine) / 2 + covered / 2 for cosine, covered in pairs), default=0.0)
