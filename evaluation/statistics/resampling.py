"""Whole clusters drawn with replacement, as weights of their questions.

A cluster is what shares a source of chance: the questions about one document. Drawing it as a whole
keeps their likeness (Davison and Hinkley 1997, section 3.8; Field and Welsh 2007). Where every
question has a cluster of its own, this is the ordinary bootstrap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from evaluation.metric import Floats, Metric, divided

CELLS: Final = 1_000_000
"""Numbers in one array: more rows than fit in it are made in several parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """The clusters of the questions that something applies to.

    ``labels`` (questions,) are numbers from 0 to ``count - 1``, or -1 where it does not apply;
    ``sizes`` (count,) are the questions of each cluster to which it does.
    """

    labels: NDArray[np.intp]
    sizes: Floats

    @classmethod
    def of(cls, clusters: Sequence[str], applies: NDArray[np.bool_]) -> Self:
        """The ``clusters`` (questions,) of the questions for which ``applies`` (questions,).

        Raises ValueError where the two are not of one length.
        """
        if len(clusters) != len(applies):
            raise ValueError(f"{len(clusters)} clusters for {len(applies)} questions")
        numbers: dict[str, int] = {}
        labels = np.array(
            [
                numbers.setdefault(cluster, len(numbers)) if own else -1
                for cluster, own in zip(clusters, applies, strict=True)
            ],
            np.intp,
        )
        sizes = np.bincount(labels[labels >= 0], minlength=len(numbers)).astype(np.float64)
        return cls(labels=labels, sizes=sizes)

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return len(self.sizes)

    @property
    def questions(self) -> int:
        """How many questions they hold."""
        return int(self.sizes.sum())

    @property
    def effective(self) -> float:
        """How many clusters of one size would tell as much: ``count``, less where sizes differ.

        The squared sum of sizes over the sum of their squares (Kish 1965); 0 without questions.
        """
        squares = float((self.sizes**2).sum())
        return float(self.sizes.sum()) ** 2 / squares if squares else 0.0

    @property
    def single(self) -> bool:
        """Whether every question has a cluster of its own."""
        return self.count == self.questions

    def sums(self, values: Floats) -> Floats:
        """``values`` (questions,) summed in each cluster: (count,)."""
        own = self.labels >= 0
        sums = np.bincount(self.labels[own], weights=values[own], minlength=self.count)
        return sums.astype(np.float64)

    def weights(self, counts: Floats) -> Floats:
        """How often each cluster counts, (rows, count), as weights (rows, questions)."""
        return np.append(counts, np.zeros((len(counts), 1)), axis=1)[:, self.labels]


def applies_to(metric: Metric) -> NDArray[np.bool_]:
    """Whether each question counts in ``metric``: (questions,).

    It does where the metric is defined for that question alone.
    """
    if metric.values is not None:
        return np.isfinite(metric.values)
    rows = max(1, CELLS // max(1, metric.questions))
    found = np.zeros(metric.questions, np.bool_)
    for start in range(0, metric.questions, rows):
        end = min(start + rows, metric.questions)
        alone = np.zeros((end - start, metric.questions))
        alone[np.arange(end - start), np.arange(start, end)] = 1.0
        found[start:end] = np.isfinite(metric.statistic(alone))
    return found


def deviations(metric: Metric) -> Floats | None:
    """What each question moves a mean by, to first order: (questions,), summing to 0.

    It is ``(value - mean) / questions`` where the metric applies, else 0. None where the metric is
    not a mean.
    """
    if metric.values is None:
        return None
    known = np.isfinite(metric.values)
    if not known.any():
        return np.zeros(metric.questions)
    apart: Floats = np.where(known, metric.values - metric.values[known].mean(), 0.0)
    return np.asarray(apart / known.sum(), np.float64)


def resampled(metric: Metric, clustering: Clustering, *, resamples: int, seed: int) -> Floats:
    """``metric`` of each resample (resamples,), NaN where it is undefined.

    Equal ``clustering`` and ``seed`` draw the same questions, whatever the metric.
    """
    drawn = []
    sums = [clustering.sums(part) for part in metric.fraction or ()]
    for kept in _cluster_counts(clustering.count, resamples, seed):
        counts = kept.astype(np.float64)
        if sums:
            drawn.append(divided(counts @ sums[0], counts @ sums[1]))
            continue
        rows = max(1, CELLS // max(1, metric.questions))
        drawn += [
            metric.statistic(clustering.weights(counts[first : first + rows]))
            for first in range(0, len(counts), rows)
        ]
    return np.concatenate(drawn)


def defined(drawn: Floats) -> Floats:
    """``drawn`` without the resamples in which the metric is undefined."""
    return drawn[np.isfinite(drawn)]


@lru_cache(maxsize=2)
def _cluster_counts(count: int, draws: int, seed: int) -> tuple[NDArray[np.uint16], ...]:
    """How often each cluster is drawn: ``draws`` rows (count,) in parts that fit in ``CELLS``.

    Kept, because all metrics of a run are measured in the same resamples.
    """
    rng = np.random.default_rng(seed)
    rows = max(1, CELLS // max(1, count))
    parts = []
    for start in range(0, draws, rows):
        size = min(rows, draws - start)
        drawn = rng.integers(count, size=(size, count)) + count * np.arange(size)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=size * count)
        parts.append(counts.reshape(size, count).astype(np.uint16))
    return tuple(parts)
