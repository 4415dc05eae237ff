"""A run in the numbers that a report shows: every metric with its interval, every pair tested.

Tables, files and pages are made from these values alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import isfinite
from typing import Final

from evaluation.metric import Metric
from evaluation.reports.glossary import higher_is_better
from evaluation.results import Kind, Run
from evaluation.scoring import TIMINGS, Curves, curves_of, metrics_of
from evaluation.statistics.comparisons import Difference, difference, holm
from evaluation.statistics.intervals import Interval, interval
from evaluation.statistics.power import smallest_detectable_difference

LEVEL: Final = 0.05
"""A difference whose adjusted p is smaller is called one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSummary:
    """One system: metrics and timings by name, in the order they are shown.

    ``timings`` are not the same in a repeated run, nor are the times in ``curves``.
    """

    metrics: dict[str, Interval]
    curves: Curves | None = None
    timings: dict[str, Interval] = field(default_factory=dict)


class Direction(StrEnum):
    """What a test found; ``NOT_SHOWN`` is not the same as equal."""

    BETTER = "better"
    WORSE = "worse"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One metric of two runs; ``p`` is adjusted by Holm over all metrics compared with it."""

    difference: Difference
    p: float

    @property
    def direction(self) -> Direction:
        """Better or worse where ``p`` is below ``LEVEL``."""
        if not self.p < LEVEL or not self.difference.value:
            return Direction.NOT_SHOWN
        gained = (self.difference.value > 0) == higher_is_better(self.difference.metric)
        return Direction.BETTER if gained else Direction.WORSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """The best system of a metric against another one.

    ``difference`` runs from ``other`` to ``best``; ``p`` is its p-value, adjusted by Holm over all
    contrasts of the run.
    """

    best: str
    other: str
    difference: Difference
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run as reports show it; ``questions`` and ``clusters`` are counts over all its examples.

    ``contrasts`` hold, for each metric that two systems share, the best against each other one.
    ``detectable`` is, for the first metric, the smallest true difference between two systems (its
    two best, where there are two) that these questions would show four times in five.
    """

    run_id: str
    kind: Kind
    dataset: str
    by_page: bool
    synthetic: bool
    questions: int
    clusters: int
    seed: int
    settings: dict[str, str]
    code: str
    dataset_digest: str
    started_at: datetime
    systems: dict[str, SystemSummary]
    contrasts: tuple[Contrast, ...] = ()
    detectable: dict[str, float] = field(default_factory=dict)

    def metric_names(self) -> list[str]:
        """Every metric that any system has, in the order of the systems and their metrics."""
        return list(dict.fromkeys(name for one in self.systems.values() for name in one.metrics))

    def timing_names(self) -> list[str]:
        """The same for timings."""
        return list(dict.fromkeys(name for one in self.systems.values() for name in one.timings))

    def clear_best(self) -> dict[str, str]:
        """Metric to the system that beats every other one with ``p`` below ``LEVEL``."""
        best: dict[str, str] = {}
        beaten: dict[str, bool] = {}
        for contrast in self.contrasts:
            name = contrast.difference.metric
            best[name] = contrast.best
            beaten[name] = beaten.get(name, True) and contrast.p < LEVEL
        return {name: system for name, system in best.items() if beaten[name]}


def summarise(run: Run, *, resamples: int = 2000, seed: int = 0) -> RunSummary:
    """The numbers of ``run``; ``seed`` is of the resampling, so equal runs give equal numbers."""
    clusters = run.clusters
    metrics = {system: metrics_of(run, system) for system in run.results}
    systems = {}
    for system, named in metrics.items():
        intervals = {
            name: interval(metric, clusters, resamples=resamples, seed=seed)
            for name, metric in named.items()
        }
        systems[system] = SystemSummary(
            metrics={name: one for name, one in intervals.items() if name not in TIMINGS},
            curves=curves_of(run, system),
            timings={name: one for name, one in intervals.items() if name in TIMINGS},
        )
    return RunSummary(
        run_id=run.id,
        kind=run.kind,
        dataset=run.dataset,
        by_page=run.by_page,
        synthetic=run.synthetic,
        questions=len(run.examples),
        clusters=len(set(clusters)),
        seed=run.seed,
        settings=run.settings,
        code=run.code,
        dataset_digest=run.dataset_digest,
        started_at=run.started_at,
        systems=systems,
        contrasts=_contrasts(metrics, clusters, resamples=resamples, seed=seed),
        detectable=_detectable(metrics, clusters, resamples=resamples, seed=seed),
    )


def _contrasts(
    metrics: Mapping[str, Mapping[str, Metric]],
    clusters: tuple[str, ...],
    *,
    resamples: int,
    seed: int,
) -> tuple[Contrast, ...]:
    names = dict.fromkeys(name for named in metrics.values() for name in named)
    found: list[tuple[str, str, Difference]] = []
    for name in names:
        having = {s: named[name] for s, named in metrics.items() if name in named}
        if name in TIMINGS or len(having) < 2:
            continue
        best = _best(having)
        found.extend(
            (
                best,
                other,
                difference(metric, having[best], clusters, resamples=resamples, seed=seed),
            )
            for other, metric in having.items()
            if other != best
        )
    adjusted = holm([one.p for _, _, one in found])
    return tuple(
        Contrast(best=best, other=other, difference=one, p=p)
        for (best, other, one), p in zip(found, adjusted, strict=True)
    )


def _detectable(
    metrics: Mapping[str, Mapping[str, Metric]],
    clusters: tuple[str, ...],
    *,
    resamples: int,
    seed: int,
) -> dict[str, float]:
    named = next(iter(metrics.values()), {})
    name = next((name for name in named if name not in TIMINGS), None)
    if name is None:
        return {}
    having = {system: one[name] for system, one in metrics.items() if name in one}
    best = _best(having)
    rivals = {system: metric for system, metric in having.items() if system != best}
    least = smallest_detectable_difference(
        having[best],
        clusters,
        other=rivals[_best(rivals)] if rivals else None,
        resamples=resamples,
        seed=seed,
    )
    return {name: least} if isfinite(least) else {}


def compare(differences: Sequence[Difference]) -> tuple[Comparison, ...]:
    """The differences of one comparison with their p-values adjusted, in their order."""
    adjusted = holm([one.p for one in differences])
    return tuple(
        Comparison(difference=one, p=p) for one, p in zip(differences, adjusted, strict=True)
    )


def _best(having: Mapping[str, Metric]) -> str:
    """The system with the best value; the first of equal ones."""
    sign = 1 if next(iter(having.values())).higher_is_better else -1
    return max(having, key=lambda system: sign * having[system].value())
