"""Settings compared over the same questions, and a winner only where there is one.

Among many settings the best one looks better than it is, so every pair is tested and all p-values
are adjusted together (Holm); the winner has to beat each of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from evaluation.errors import MetricUnknown
from evaluation.metric import Metric
from evaluation.results import Run
from evaluation.scoring import metrics_of
from evaluation.statistics.comparisons import difference, holm
from evaluation.statistics.intervals import Interval, interval

LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One metric under several settings.

    ``best`` is the setting with the best value (the first of equal ones). ``against`` holds, for
    each setting, the adjusted p of its comparison with it, 1 for itself. ``winner`` is ``best``
    when every other one is worse beyond chance, else None.
    """

    metric: str
    settings: tuple[str, ...]
    intervals: tuple[Interval, ...]
    best: int
    against: tuple[float, ...]

    @property
    def winner(self) -> int | None:
        """See the class."""
        others = [p for at, p in enumerate(self.against) if at != self.best]
        return self.best if others and max(others) < LEVEL else None

    @property
    def not_worse(self) -> tuple[int, ...]:
        """The settings that chance alone may have put behind the best, and the best."""
        return tuple(at for at, p in enumerate(self.against) if p >= LEVEL)


def grid(varied: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Every combination of the values, given as ``{"name": "value,value"}``."""
    values = [[one.strip() for one in told.split(",") if one.strip()] for told in varied.values()]
    for chosen in product(*values):
        yield dict(zip(varied, chosen, strict=True))


def sweep_of(metric: str, settings: Sequence[str], runs: Sequence[Run], *, seed: int = 0) -> Sweep:
    """``metric`` of the runs, one a setting, each of one system. Raises MetricUnknown."""
    measured = [_metric(run, metric) for run in runs]
    clusters = runs[0].clusters
    pairs = list(combinations(range(len(runs)), 2))
    tested = [
        difference(measured[one], measured[other], clusters, seed=seed).p for one, other in pairs
    ]
    adjusted = dict(zip(pairs, holm(tested), strict=True))
    sign = 1 if measured[0].higher_is_better else -1
    best = max(range(len(runs)), key=lambda at: sign * measured[at].value())
    return Sweep(
        metric=metric,
        settings=tuple(settings),
        intervals=tuple(interval(one, clusters, seed=seed) for one in measured),
        best=best,
        against=tuple(
            1.0 if at == best else adjusted[min(at, best), max(at, best)] for at in range(len(runs))
        ),
    )


def _metric(run: Run, name: str) -> Metric:
    (system,) = run.results
    known = metrics_of(run, system)
    if name not in known:
        raise MetricUnknown(metric=name, known=", ".join(known))
    return known[name]
