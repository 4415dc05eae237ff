"""How often 95 % intervals hold the truth, and how wide they are.

    python -m benchmarks.coverage --part means --repetitions 1000

``--part`` is one of: means (one system, against other ways to make an interval), differences (two
systems on the same questions), others (metrics that are not means). Every row is a design: n
questions in d documents, r the likeness of questions of one document, u how uneven documents are, p
the share right. A cell is the coverage in per cent of the repetitions, then the mean width of the
intervals in points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

import numpy as np

from benchmarks.simulated_runs import Design, Labels, designs, hits, mean_score, scores
from benchmarks.tables import Row, run_parts
from evaluation.metric import Floats, Metric, mean, ratio
from evaluation.metrics.abstention import area_under_risk_coverage
from evaluation.metrics.confidence import confidence_metrics
from evaluation.metrics.cost import cost_metrics
from evaluation.results import Answered, Cost
from evaluation.statistics.comparisons import difference
from evaluation.statistics.intervals import interval
from rag.answer import Outcome

_FAR: Final = 20.0
"""Standard errors that a resample without variance is taken to be away."""

Bounds = tuple[float, float]
_Maker = Callable[[Floats, float], Floats]


def main() -> None:
    """Run from the command line."""
    parts = {
        "means": _means,
        "differences": _differences,
        "others": _others,
    }
    run_parts(__doc__ or "", parts, resamples=1000, widths=(42, 14))


class _Tally:
    """Counts, for each way to make an interval, how often it held the truth and how wide it was."""

    def __init__(self) -> None:
        self._held: dict[str, list[bool]] = defaultdict(list)
        self._wide: dict[str, list[float]] = defaultdict(list)

    def add(self, name: str, bounds: Bounds, truth: float) -> None:
        self._held[name].append(bounds[0] - 1e-9 <= truth <= bounds[1] + 1e-9)
        self._wide[name].append(bounds[1] - bounds[0])

    def row(self) -> Row:
        return {
            name: f"{100 * np.mean(held):.1f}/{100 * np.mean(self._wide[name]):.1f}"
            for name, held in self._held.items()
        }


def _means(repetitions: int, resamples: int, seed: int) -> Iterator[tuple[str, Row]]:
    for kind, (name, design) in product(("0/1", "f1"), designs((0.5, 0.8, 0.9, 0.95))):
        rng, tally = np.random.default_rng(seed), _Tally()
        truth = design.right if kind == "0/1" else mean_score(design.right)
        for repetition in range(repetitions):
            labels = design.labels(rng)
            if kind == "0/1":
                values = design.likely(rng, labels)
            else:
                values = scores(design.latent(rng, labels), design.right)
            metric = mean("m", values)
            clusters = [str(label) for label in labels]
            found = interval(metric, clusters, resamples=resamples, seed=repetition)
            tally.add("ours", (found.low, found.high), truth)
            for way, bounds in _rivals(values, labels, resamples, rng).items():
                tally.add(way, (max(0.0, bounds[0]), min(1.0, bounds[1])), truth)
        yield f"{kind:4} {name}", tally.row()


def _differences(repetitions: int, resamples: int, seed: int) -> Iterator[tuple[str, Row]]:
    gain = 0.04
    makers: dict[str, tuple[_Maker, Callable[[float], float]]] = {
        "0/1": (hits, float),
        "f1": (scores, mean_score),
    }
    for kind, (name, design) in product(makers, designs((0.5, 0.8, 0.95))):
        made, truth_of = makers[kind]
        rng, tally = np.random.default_rng(seed), _Tally()
        truth = truth_of(design.right + gain) - truth_of(design.right)
        for repetition in range(repetitions):
            labels = design.labels(rng)
            one, other = design.reruns(rng, labels)
            old, new = made(one, design.right), made(other, design.right + gain)
            found = difference(
                mean("m", old),
                mean("m", new),
                [str(label) for label in labels],
                resamples=resamples,
                seed=repetition,
            )
            tally.add("ours", (found.low, found.high), truth)
            for way, bounds in _rivals(new - old, labels, resamples, rng).items():
                tally.add(way, bounds, truth)
        yield f"{kind:4} {name}", tally.row()


def _rivals(
    values: Floats,
    labels: Labels,
    resamples: int,
    rng: np.random.Generator,
) -> dict[str, Bounds]:
    """Percentile, expanded percentile (Hesterberg 2015), BCa and bootstrap-t (Efron 1987, 1982)."""
    from scipy.stats import norm, t

    sums, sizes = np.bincount(labels, weights=values), np.bincount(labels).astype(np.float64)
    count, total, value = len(sizes), sizes.sum(), values.mean()
    drawn = rng.integers(count, size=(resamples, count)) + count * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * count).reshape(resamples, count)
    means = counts @ sums / (counts @ sizes)
    wide = np.sqrt(count / (count - 1)) * t.ppf(0.975, count - 1)
    without = (sums.sum() - sums) / (total - sizes)
    pulls = without.mean() - without
    cubes, squares = (pulls**3).sum(), (pulls**2).sum()
    skew = cubes / (6 * squares**1.5) if squares else 0.0
    share = np.clip((means < value).mean() + (means == value).mean() / 2, 1e-3, 1 - 1e-3)
    shift = norm.ppf(share)
    ends = [norm.cdf(shift + (shift + z) / (1 - skew * (shift + z))) for z in (-1.96, 1.96)]
    parts = counts @ sums**2, counts @ (sums * sizes), counts @ sizes**2
    squared = parts[0] - 2 * means * parts[1] + means**2 * parts[2]
    errors = np.sqrt(np.maximum(squared, 0)) / (counts @ sizes)
    error = np.sqrt(((sums - value * sizes) ** 2).sum()) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        student = np.nan_to_num((means - value) / errors, posinf=_FAR, neginf=-_FAR)
    low, high = _quantiles(student, 0.025, 0.975)
    return {
        "percentile": _quantiles(means, 0.025, 0.975),
        "expanded": _quantiles(means, norm.cdf(-wide), norm.cdf(wide)),
        "BCa": _quantiles(means, *ends),
        "bootstrap-t": (value - high * error, value - low * error),
    }


def _quantiles(drawn: Floats, low: float, high: float) -> Bounds:
    found = np.quantile(drawn, [low, high])
    return float(found[0]), float(found[1])


def _others(repetitions: int, resamples: int, seed: int) -> Iterator[tuple[str, Row]]:
    """Metrics that are not means, of one system and as a difference of two equal ones."""
    rng = np.random.default_rng(seed)
    large = Design(questions=200_000, documents=200_000)
    truths = {one.name: one.value() for one in _not_means(large, rng, np.arange(200_000))[0]}
    for name, design in designs((0.7,)):
        tallies: dict[str, _Tally] = defaultdict(_Tally)
        for repetition in range(repetitions):
            labels = design.labels(rng)
            clusters = [str(label) for label in labels]
            systems = _not_means(design, rng, labels)
            for one, other in zip(*systems, strict=True):
                found = interval(one, clusters, resamples=resamples, seed=repetition)
                tallies["value"].add(one.name, (found.low, found.high), truths[one.name])
                gap = difference(one, other, clusters, resamples=resamples, seed=repetition)
                tallies["difference"].add(one.name, (gap.low, gap.high), 0.0)
        for told, tally in tallies.items():
            yield f"{told:10} {name}", tally.row()


def _not_means(design: Design, rng: np.random.Generator, labels: Labels) -> list[list[Metric]]:
    """For each of two equal systems: a ratio of sums, AURC, ECE, and the 95th per cent of time."""
    from scipy.stats import norm

    systems = []
    for latent in design.reruns(rng, labels):
        correct = hits(latent, design.right)
        noisy = 0.7 * latent + 0.7 * rng.standard_normal(design.questions)
        confidence = norm.cdf(-0.8 * noisy + 0.9)
        results = [
            Answered(outcome=Outcome.ANSWERED, text="", confidence=float(one)) for one in confidence
        ]
        refused = hits(noisy, 0.2)
        costs = [Cost(total_ms=float(one)) for one in np.exp(0.5 * latent)]
        systems.append(
            [
                ratio("precision", refused * correct, refused),
                area_under_risk_coverage(results, correct),
                confidence_metrics(results, correct)[0],
                next(one for one in cost_metrics(costs) if one.name == "total_ms_p95"),
            ]
        )
    return systems


if __name__ == "__main__":
    main()
