"""How small a difference a set of questions can show, and how many questions one needs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np

from evaluation.metric import Metric
from evaluation.statistics.comparisons import Pair
from evaluation.statistics.resampling import (
    Clustering,
    applies_to,
    defined,
    deviations,
    resampled,
)
from evaluation.statistics.spread import spread_of


def smallest_detectable_difference(
    metric: Metric,
    clusters: Sequence[str],
    *,
    other: Metric | None = None,
    level: float = 0.05,
    power: float = 0.8,
    resamples: int = 2000,
    seed: int = 0,
) -> float:
    """The smallest true difference that a two-sided paired test finds with probability ``power``.

    In the metric's unit: the standard error of the difference from ``other`` over the same
    questions, times the sum of the t quantiles of ``1 - level / 2`` and ``power`` (Bloom 1995).
    Without an ``other``, as on how many questions two systems will differ is not known, the
    difference is taken to vary as between two unrelated sets of questions: sqrt(2) times the
    standard error of ``metric``, which is more than pairs that are right and wrong together need.
    NaN where fewer than two clusters have questions that the metric applies to, or nothing varies.
    Raises ValueError as ``difference`` does.
    """
    if other is not None:
        spread = Pair.of(metric, other, clusters, resamples=resamples, seed=seed).spread()
        factor = 1.0
    else:
        clustering = Clustering.of(clusters, applies_to(metric))
        if not clustering.questions:
            return np.nan
        drawn = defined(resampled(metric, clustering, resamples=resamples, seed=seed))
        spread, factor = spread_of(drawn, clustering, deviations(metric)), sqrt(2)
    if not spread.error > 0:
        return np.nan
    return factor * spread.error * (spread.quantile(1 - level / 2) + spread.quantile(power))


def questions_needed(
    difference: float,
    discordance: float,
    *,
    level: float = 0.05,
    power: float = 0.8,
    design_effect: float = 1.0,
) -> int:
    """How many questions show a true ``difference`` (0..1) of a 0/1 metric between two systems.

    ``discordance`` (0..1) is the share of questions on which one is right and the other wrong; it
    is at least the difference. ``design_effect`` is how many times the variance is larger because
    questions share documents: ``1 + (questions a document - 1) * likeness``. For McNemar's test
    (Connor 1987). Raises ValueError for values that cannot be.
    """
    if not 0 < abs(difference) <= discordance <= 1 or design_effect <= 0:
        raise ValueError(
            f"difference {difference} must not be 0, nor exceed discordance {discordance}, "
            f"which is at most 1; design_effect {design_effect} must be above 0"
        )
    normal = NormalDist()
    reached = normal.inv_cdf(1 - level / 2) * sqrt(discordance)
    reached += normal.inv_cdf(power) * sqrt(discordance - difference**2)
    return ceil(design_effect * (reached / difference) ** 2)
