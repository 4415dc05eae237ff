"""Whether a stated confidence is the share that comes out right: calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evaluation.metric import Floats, Metric, mean
from evaluation.results import Answered
from rag.answer import Outcome

MOST_BINS: Final = 10
LEAST_IN_BIN: Final = 10
"""Answers that a bin has at least, unless there are fewer in all."""

_LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Answers of like confidence: their mean confidence, the share right, and how many.

    ``low`` and ``high`` are the 95 % interval of ``accuracy`` by Wilson (1927).
    """

    confidence: float
    accuracy: float
    low: float
    high: float
    count: int


def confidence_metrics(results: Sequence[Answered], correct: Floats) -> list[Metric]:
    """``ece`` and ``brier``, 0..1, less is better, over answers whose correctness is known.

    ``ece`` is the expected calibration error (Guo et al. 2017): the gap between mean confidence and
    share right in each bin, weighted by the bin's answers. Bins hold equally many answers (Nixon et
    al. 2019), as confidences crowd together and bins of equal width would mostly be empty; equal
    confidences share a bin. Bins are made once: resampling changes only what counts in them. It is
    never negative, so that a perfectly calibrated system shows more than 0 on few questions.

    ``brier`` is the mean of (confidence - correct) squared (Brier 1950).
    """
    confidence = _known_confidences(results, correct)
    return [_ece(confidence, correct), _brier(confidence, correct)]


def reliability(results: Sequence[Answered], correct: Floats) -> tuple[ReliabilityBin, ...]:
    """The bins of ``ece``, the least confident first; none without confidences."""
    confidence = _known_confidences(results, correct)
    at = np.flatnonzero(np.isfinite(confidence))
    labels = _bins(confidence[at])
    found = []
    for label in np.unique(labels):
        own = at[labels == label]
        accuracy = float(correct[own].mean())
        low, high = wilson(accuracy, len(own))
        found.append(
            ReliabilityBin(
                confidence=float(confidence[own].mean()),
                accuracy=accuracy,
                low=low,
                high=high,
                count=len(own),
            )
        )
    return tuple(found)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % score interval of a ``share`` (0..1) seen in ``count`` > 0 cases (Wilson 1927)."""
    z = NormalDist().inv_cdf(0.5 + _LEVEL / 2)
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    spread = share * (1 - share) / count + z * z / (4 * count * count)
    half = z * spread**0.5 / (1 + z * z / count)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _ece(confidence: Floats, correct: Floats) -> Metric:
    at = np.flatnonzero(np.isfinite(confidence))
    labels = _bins(confidence[at])
    members = (labels[:, None] == np.unique(labels)[None, :]).astype(np.float64)
    gaps = members * (confidence[at] - correct[at])[:, None]

    def statistic(weights: Floats) -> Floats:
        own = weights[:, at]
        taken = own.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(taken > 0, np.abs(own @ gaps).sum(axis=1) / taken, np.nan)

    return Metric(
        name="ece", statistic=statistic, questions=len(confidence), higher_is_better=False
    )


def _brier(confidence: Floats, correct: Floats) -> Metric:
    return mean("brier", (confidence - correct) ** 2, higher_is_better=False)


def _known_confidences(results: Sequence[Answered], correct: Floats) -> Floats:
    """Confidences (questions,); NaN where there is no answer or its correctness is not known."""
    stated = [
        np.nan if one.confidence is None or one.outcome is not Outcome.ANSWERED else one.confidence
        for one in results
    ]
    return np.where(np.isfinite(correct), np.array(stated, np.float64), np.nan)


def _bins(confidence: Floats) -> NDArray[np.intp]:
    """For each confidence the number of its bin; equal ones share that of the first."""
    count = len(confidence)
    bins = max(1, min(MOST_BINS, count // LEAST_IN_BIN))
    rank = np.searchsorted(np.sort(confidence), confidence, side="left")
    return np.asarray(rank * bins // max(1, count), np.intp)
