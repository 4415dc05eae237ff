"""Whether the passages found have anything to do with the question.

The evidence is, where the embedding model can read the question, how near one sentence is to it and
how many of its words (weighted by rarity) that sentence holds; elsewhere, how many of its words one
passage holds. The English floor keeps 95 % of the training sets' questions whose passage was found;
the Chinese one is lower than theirs, for the sample corpus's paraphrases (docs/experiments.md).
It sees that a question is about something else, whatever corpus a calibration was fitted on; that a
detail is missing it does not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rag.types import Hit

NEARNESS_FLOOR: Final = 0.38
COVERAGE_FLOOR: Final = 0.25


def is_enough(hits: Sequence[Hit]) -> bool:
    """Whether any passage has enough evidence for an answer to be looked for in it."""
    return any(_evidence_in(hit) >= _floor(hit) for hit in hits)


def _evidence_in(hit: Hit) -> float:
    """Nearness where the embedding model can read the question, else the word coverage."""
    return min(1.0, _nearness(hit) if hit.dense_vote > 0 else hit.term_coverage)


def _floor(hit: Hit) -> float:
    return NEARNESS_FLOOR if hit.dense_vote > 0 else COVERAGE_FLOOR


def _nearness(hit: Hit) -> float:
    """The best sentence's mean of cosine and word coverage, 0 (nothing) to 1."""
    pairs = zip(hit.sentence_scores, hit.sentence_coverages, strict=True)
    return max((max(0.0, cosine) / 2 + covered / 2 for cosine, covered in pairs), default=0.0)
