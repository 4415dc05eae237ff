"""Within what bounds a metric lies, given that other questions could have been asked.

Clusters (documents) are resampled as a whole, and the interval is made of the standard error that
the resamples show, with t quantiles for few or uneven clusters (``Spread``). Where the metric has
two bounds it is Wilson's (1927): the variance is taken to go with ``m * (1 - m)`` between them, as
it does for shares, so that the interval is uneven near a bound and never passes it. This is the
interval of surveys with clusters (Korn and Graubard 1998; Franco et al. 2019). Where a bound is
missing, as for times, it is the plain t interval.

It was chosen by simulation (``benchmarks/coverage.py``) over the percentile interval, the expanded
percentile (Hesterberg 2015), BCa and bootstrap-t: with 25 to 100 uneven clusters and 80 to 95 % of
answers right, percentiles and BCa hold the truth 80 to 94 times in 100, and bootstrap-t is up to
twice as wide when few answers are wrong.

Metrics that are not means are first corrected for the bias that the bootstrap shows, for resamples
repeat questions, and that alone makes a calibration error larger. Resamples in which a metric is
undefined are left out, so an interval is of the metric where it is defined.

A value that no resample changes, such as 10 of 10 right, has no standard error. Its interval allows
for clusters that were not seen; for shares it is Clopper and Pearson's (1934), with a cluster as
one case, since how alike its questions are cannot be known. One cluster alone says nothing: its
interval is all that the metric can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evaluation.metric import Metric
from evaluation.statistics.resampling import (
    Clustering,
    applies_to,
    defined,
    deviations,
    resampled,
)
from evaluation.statistics.spread import Spread, spread_of

_EDGE: Final = 1e-9
"""A share nearer to 0 or 1 has no variance to go by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A metric with the bounds of its confidence interval.

    ``questions`` are those that the metric applies to, ``clusters`` the groups they come in. A
    bound is NaN where nothing can be said.
    """

    value: float
    low: float
    high: float
    questions: int
    clusters: int


def interval(
    metric: Metric,
    clusters: Sequence[str],
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """The confidence interval of ``metric``, equal for equal ``seed``.

    ``clusters`` (questions,) name the group of each question. Without a question that the metric
    applies to, value and bounds are NaN. Raises ValueError where there are not as many ``clusters``
    as questions.
    """
    clustering = Clustering.of(clusters, applies_to(metric))
    if not clustering.questions:
        return Interval(value=np.nan, low=np.nan, high=np.nan, questions=0, clusters=0)
    value = metric.value()
    drawn = defined(resampled(metric, clustering, resamples=resamples, seed=seed))
    spread = spread_of(drawn, clustering, deviations(metric))
    least, most = metric.low, metric.high
    centre = value
    if metric.values is None and spread.error > 0 and np.isfinite(most - least):
        centre = 2 * value - float(drawn.mean())
        centre = float(np.clip(centre, least + spread.error, max(least, most - spread.error)))
    low, high = bounds(centre, spread, clustering.count, level=level, least=least, most=most)
    return Interval(
        value=value,
        low=float(np.minimum(low, value)),
        high=float(np.maximum(high, value)),
        questions=clustering.questions,
        clusters=clustering.count,
    )


def bounds(
    value: float, spread: Spread, count: int, *, level: float, least: float, most: float
) -> tuple[float, float]:
    """The interval of ``value`` that varies by ``spread``, within ``least`` and ``most``.

    ``count`` is the number of clusters. See the module for the method.
    """
    if not spread.error > 0:
        return _without_variance(value, count, level=level, least=least, most=most)
    reach = spread.quantile((1 + level) / 2) * spread.error
    if not np.isfinite(most - least):
        return max(least, value - reach), min(most, value + reach)
    span = most - least
    low, high = _score(float(np.clip((value - least) / span, _EDGE, 1 - _EDGE)), reach / span)
    return max(least, least + span * low), min(most, least + span * high)


def _score(share: float, reach: float) -> tuple[float, float]:
    """Where ``share`` (0..1) is ``reach`` away, when ``reach`` goes with ``m * (1 - m)`` at m.

    With ``reach`` z standard errors of a share of n independent cases, this is Wilson's interval.
    """
    variance = share * (1 - share)
    ratio = reach**2 / variance
    middle = (share + ratio / 2) / (1 + ratio)
    half = float(np.sqrt(ratio * (variance + ratio / 4))) / (1 + ratio)
    return middle - half, middle + half


def _without_variance(
    value: float, count: int, *, level: float, least: float, most: float
) -> tuple[float, float]:
    """The interval where every resample is the same.

    Clusters unlike all those seen may lie at either end. Their share is at most
    ``1 - (a / 2) ** (1 / C)`` for C clusters and ``a = 1 - level``, or one would likely have been
    among them (Clopper and Pearson 1934, for none of C). NaN where an end is not finite.
    """
    unseen = 1.0 if count < 2 else 1 - ((1 - level) / 2) ** (1 / count)
    ends = [value + (end - value) * unseen if np.isfinite(end) else np.nan for end in (least, most)]
    return float(ends[0]), float(ends[1])
