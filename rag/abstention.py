"""Whether the passages found can answer a question at all, before anything is said.

The evidence is the larger of two measures over the passages: how much of the question's words,
weighted by rarity, one passage holds, and how near one of its sentences is, each as far as it can
be trusted for the question's language. ``EVIDENCE_FLOOR`` was chosen on training data
(docs/experiments.md); calibration by collection comes with the refusal model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rag.types import Hit

EVIDENCE_FLOOR: Final = 0.5


def evidence(hits: Sequence[Hit]) -> float:
    """How well the best passage fits the question, 0 (nothing) to 1."""
    return max((_of_hit(hit) for hit in hits), default=0.0)


def answerable(hits: Sequence[Hit]) -> bool:
    """Whether there is enough evidence to answer."""
    return evidence(hits) >= EVIDENCE_FLOOR


def _of_hit(hit: Hit) -> float:
    nearest = max(0.0, max(hit.sentence_scores, default=0.0))
    return hit.dense_vote * nearest + (1.0 - hit.dense_vote) * hit.term_coverage
