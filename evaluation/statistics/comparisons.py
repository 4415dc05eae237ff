"""Whether two systems differ on the same questions, and by how much.

The interval of a difference is made as that of a metric is, from resamples that draw the same
questions for both systems; it lies within the span of the metric to either side of 0.

Means are tested by swapping the systems' results, exactly or at random. Where each question is its
own cluster and is right or wrong, that is McNemar's exact test (1947). Where questions share a
document, whole documents are swapped: McNemar's test takes questions for independent, and between
systems that are the same, but for chance that documents share, it finds p < .05 up to 18 times in
100 (``benchmarks/false_alarms.py``). Metrics that are not means cannot be swapped
question by question; their p-value is that of t with the bootstrap's standard error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from evaluation.metric import Floats, Metric
from evaluation.statistics.intervals import bounds
from evaluation.statistics.permutations import Tails, swapped
from evaluation.statistics.resampling import (
    Clustering,
    applies_to,
    defined,
    deviations,
    resampled,
)
from evaluation.statistics.spread import Spread, spread_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One metric of two systems over the same questions.

    ``value`` is ``after - before``, ``low`` to ``high`` its interval; ``p`` is two-sided. ``test``
    is "mcnemar", "paired permutation", "paired permutation by document" or "paired bootstrap".
    ``questions`` are those that the metric applies to for either system, ``clusters`` the groups
    they come in. ``better`` and ``worse`` count the questions whose value rose and fell; both are 0
    where the metric has no values per question. NaN stands where nothing is defined.
    """

    metric: str
    before: float
    after: float
    value: float
    low: float
    high: float
    p: float
    test: str
    questions: int
    clusters: int
    better: int
    worse: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One metric of two systems with everything their comparison rests on.

    ``drawn`` (resamples,) are bootstrapped differences, ``moved`` (questions,) the deviations of
    the difference where both are means, else None.
    """

    before: Metric
    after: Metric
    clustering: Clustering
    drawn: Floats
    moved: Floats | None
    seed: int

    @classmethod
    def of(
        cls,
        before: Metric,
        after: Metric,
        clusters: Sequence[str],
        *,
        resamples: int = 2000,
        seed: int = 0,
    ) -> Self:
        """The pair; raises ValueError where metrics or numbers of questions differ."""
        if (before.name, before.questions) != (after.name, after.questions):
            raise ValueError(
                f"{before.name} of {before.questions} questions cannot be compared with "
                f"{after.name} of {after.questions}"
            )
        clustering = Clustering.of(clusters, applies_to(before) | applies_to(after))
        old, new = deviations(before), deviations(after)
        drawn = np.empty(0)
        if clustering.questions:
            new_drawn, old_drawn = (
                resampled(metric, clustering, resamples=resamples, seed=seed)
                for metric in (after, before)
            )
            drawn = defined(new_drawn - old_drawn)
        return cls(
            before=before,
            after=after,
            clustering=clustering,
            drawn=drawn,
            moved=None if old is None or new is None else new - old,
            seed=seed,
        )

    @property
    def value(self) -> float:
        """``after - before``."""
        return self.after.value() - self.before.value()

    @property
    def span(self) -> float:
        """The largest difference there could be."""
        return self.before.high - self.before.low

    def spread(self) -> Spread:
        """How much the difference varies."""
        return spread_of(self.drawn, self.clustering, self.moved)

    def bounds(self, level: float) -> tuple[float, float]:
        """The interval of the difference; NaN where it is undefined."""
        if not np.isfinite(self.value):
            return np.nan, np.nan
        return bounds(
            self.value,
            self.spread(),
            self.clustering.count,
            level=level,
            least=-self.span,
            most=self.span,
        )

    def tails(self) -> Tails:
        """The chance of such a difference between systems that are the same.

        Of swapped clusters where both metrics are means, else of t. NaN where it is undefined.
        """
        if self.moved is not None and np.isfinite(self.value):
            return swapped(self.before, self.after, self.clustering, seed=self.seed)
        below, above = self.chance(0.0, -1), self.chance(0.0, 1)
        return Tails(below=below, above=above, beyond=float(np.minimum(1, 2 * min(below, above))))

    def chance(self, shift: float, sign: int) -> float:
        """One-sided p-value of a true difference of ``shift``, against one that is more.

        More is higher for ``sign`` 1 and lower for -1. From t; where nothing varies, that of a sign
        test on the clusters. NaN where the difference is undefined.
        """
        spread, distance = self.spread(), sign * (self.value - shift)
        if not np.isfinite(distance):
            return np.nan
        if not spread.error > 0:
            return 1.0 if distance <= 0 else float(0.5**self.clustering.count)
        return spread.above(distance)

    def moves(self) -> tuple[int, int]:
        """How many questions have a higher value after than before, and how many a lower one."""
        old, new = self.before.values, self.after.values
        if old is None or new is None:
            return 0, 0
        return int((new > old).sum()), int((new < old).sum())

    def test(self) -> str:
        """What ``tails`` is called; see ``Difference``."""
        old, new = self.before.values, self.after.values
        if old is None or new is None:
            return "paired bootstrap"
        if not self.clustering.single:
            return "paired permutation by document"
        same = np.array_equal(np.isfinite(old), np.isfinite(new))
        binary = self.before.binary and self.after.binary and same
        return "mcnemar" if binary else "paired permutation"


def difference(
    before: Metric,
    after: Metric,
    clusters: Sequence[str],
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Difference:
    """The difference of one metric between two systems on the same questions, in one order.

    ``clusters`` (questions,) name the group of each question. Equal seeds give equal results.
    Raises ValueError where metrics or numbers of questions differ.
    """
    return difference_of(Pair.of(before, after, clusters, resamples=resamples, seed=seed), level)


def difference_of(pair: Pair, level: float = 0.95) -> Difference:
    """The same, of a pair."""
    value = pair.value
    low, high = pair.bounds(level)
    rose, fell = pair.moves()
    return Difference(
        metric=pair.before.name,
        before=pair.before.value(),
        after=pair.after.value(),
        value=value,
        low=low,
        high=high,
        p=pair.tails().beyond,
        test=pair.test(),
        questions=pair.clustering.questions,
        clusters=pair.clustering.count,
        better=rose,
        worse=fell,
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for being many (Holm 1979), in their order.

    The k-th smallest of m is multiplied by ``m - k + 1``, and none becomes smaller than one before
    it. Undefined ones (NaN) stay so and do not count.
    """
    adjusted = np.array(p_values, np.float64)
    known = np.flatnonzero(~np.isnan(adjusted))
    order = known[np.argsort(adjusted[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(adjusted[order] * factors))
    return [float(p) for p in adjusted]
