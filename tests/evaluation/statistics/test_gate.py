"""The gate: what it lets through, what it stops, and how often it is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from benchmarks.simulated_runs import Design, hits, scores
from evaluation.metric import Floats, Metric, mean, ratio
from evaluation.statistics.gate import Verdict, gate


def alone(count: int) -> list[str]:
    return [f"q{i}" for i in range(count)]


def one(before: Floats, after: Floats, *, max_drop: float = 0.0, documents: int = 0) -> Verdict:
    count = len(before)
    clusters = [f"文档{i % documents}" for i in range(count)] if documents else alone(count)
    (verdict,) = gate(
        {"em": mean("em", before)},
        {"em": mean("em", after)},
        clusters,
        max_drop={"em": max_drop},
        resamples=500,
    )
    return verdict


def runs(count: int, *, fell: int, rose: int, right: float = 0.8) -> tuple[Floats, Floats]:
    before = (np.arange(count) < right * count).astype(np.float64)
    after = before.copy()
    after[:fell] = 0.0
    after[count - rose :] = 1.0
    return before, after


def test_a_drop_by_hand() -> None:
    # 12 fell and 2 rose: one-sided (C(14,0) + C(14,1) + C(14,2)) / 2^14 = 106 / 16384.
    found = one(*runs(100, fell=12, rose=2))
    assert found.p == pytest.approx(106 / 16384)
    assert found.status == "regressed"
    assert (found.metric, found.max_drop) == ("em", 0.0)
    assert (found.difference.worse, found.difference.better) == (12, 2)


def test_a_drop_that_is_allowed() -> None:
    # 10 points fell, 10 are allowed: t = 0 and p = 1/2.
    found = one(*runs(1000, fell=100, rose=0), max_drop=0.1)
    assert found.p == pytest.approx(0.5, abs=0.01)
    assert found.status == "passed"
    # 10 fell and 5 are allowed: standard error sqrt(.09 / 1000) = .0095, t = 5.3.
    assert one(*runs(1000, fell=100, rose=0), max_drop=0.05).status == "regressed"


def test_too_few_questions_to_tell() -> None:
    # 3 of 40 fell: p = 1/8, and 5 points are well within the interval of the difference.
    found = one(*runs(40, fell=3, rose=0))
    assert found.p == pytest.approx(1 / 8)
    assert found.difference.low < -0.05
    assert found.status == "undecided"
    # 3 of 400: p is the same, but a drop of 5 points is ruled out.
    assert one(*runs(400, fell=3, rose=0)).status == "passed"


def test_nothing_changed() -> None:
    before, _ = runs(20, fell=0, rose=0)
    found = one(before, before, documents=4)
    assert (found.p, found.status) == (1.0, "passed")


def test_an_improvement_passes() -> None:
    found = one(*runs(400, fell=0, rose=40))
    assert found.p == pytest.approx(1.0)
    assert found.status == "passed"


@pytest.mark.parametrize("max_drop", [0.0, 0.01])
def test_where_less_is_better_a_rise_is_the_drop(max_drop: float) -> None:
    rng = np.random.default_rng(0)
    low = rng.uniform(0.1, 0.3, 200)
    high = low + rng.uniform(0.0, 0.2, 200)
    for before, after, status in ((low, high, "regressed"), (high, low, "passed")):
        brier = [mean("brier", values, higher_is_better=False) for values in (before, after)]
        (found,) = gate(
            {"brier": brier[0]}, {"brier": brier[1]}, alone(200), max_drop={"brier": max_drop}
        )
        assert found.status == status


def test_a_metric_that_is_no_mean() -> None:
    refused = (np.arange(400) % 2).astype(np.float64)
    rng = np.random.default_rng(1)
    good = refused * (rng.random(400) < 0.9)
    bad = good * (rng.random(400) < 0.8)
    before, after = ratio("precision", good, refused), ratio("precision", bad, refused)
    (found,) = gate(
        {"precision": before}, {"precision": after}, alone(400), max_drop={"precision": 0.0}
    )
    assert found.status == "regressed"
    assert found.difference.test == "paired bootstrap"


def test_perplexity_has_no_upper_end() -> None:
    rng = np.random.default_rng(3)
    before = rng.uniform(4, 6, 300)

    def status(after: Floats) -> str:
        both = [
            {"perplexity": mean("perplexity", values, higher_is_better=False, low=1, high=np.inf)}
            for values in (before, after)
        ]
        return gate(both[0], both[1], alone(300), max_drop={"perplexity": 0.0})[0].status

    assert status(before + rng.normal(0, 0.1, 300)) == "passed"
    assert status(before + rng.normal(0.1, 0.1, 300)) == "regressed"
    assert status(before + rng.normal(0, 8, 300)) == "undecided"


def test_an_undefined_metric_is_not_decided() -> None:
    nothing = np.full(5, np.nan)
    found = one(nothing, nothing)
    assert np.isnan(found.p)
    assert found.status == "undecided"


def test_metrics_are_adjusted_together_and_keep_their_order() -> None:
    before, after = runs(100, fell=8, rose=1)  # (1 + 9) / 2^9 = .0195
    same, fewer = runs(100, fell=5, rose=0)  # 1 / 2^5 = .03125
    verdicts = gate(
        {"em": mean("em", before), "hit@1": mean("hit@1", same)},
        {"hit@1": mean("hit@1", fewer), "em": mean("em", after)},
        alone(100),
        max_drop={"hit@1": 0.0, "em": 0.0},
    )
    assert [verdict.metric for verdict in verdicts] == ["hit@1", "em"]
    assert [verdict.p for verdict in verdicts] == pytest.approx([2 * 10 / 512] * 2)
    assert one(before, after).p == pytest.approx(10 / 512)


def test_what_cannot_be_gated() -> None:
    metrics = {"em": mean("em", np.ones(2))}
    with pytest.raises(ValueError, match="must not be negative"):
        gate(metrics, metrics, alone(2), max_drop={"em": -0.1})
    with pytest.raises(KeyError, match="f1"):
        gate(metrics, metrics, alone(2), max_drop={"f1": 0.1})


def four(latent: Floats, drop: float) -> Mapping[str, Metric]:
    values = {
        "hit@1": hits(latent, 0.6 - drop),
        "hit@5": hits(latent, 0.8 - drop),
        "hit@10": hits(latent, 0.85 - drop),
        "mrr@10": scores(latent, 0.6 - drop / 0.8),
    }
    return {name: mean(name, one) for name, one in values.items()}


@pytest.mark.parametrize("drop", [0.0, 0.03])
@pytest.mark.parametrize("names", [["hit@1"], ["hit@1", "hit@5", "hit@10", "mrr@10"]])
def test_false_alarms_are_at_most_the_level(drop: float, names: list[str]) -> None:
    """Runs that drop by exactly what is allowed, with documents shared."""
    design = Design(questions=120, documents=30, likeness=0.2, uneven=0.5)
    rng, alarms = np.random.default_rng(12), 0
    for repetition in range(1000):
        labels = design.labels(rng)
        old, new = design.reruns(rng, labels)
        verdicts = gate(
            four(old, 0.0),
            four(new, drop),
            [str(label) for label in labels],
            max_drop=dict.fromkeys(names, drop),
            resamples=200,
            seed=repetition,
        )
        alarms += any(verdict.status == "regressed" for verdict in verdicts)
    # .05 and three standard errors of 1,000 repetitions: 3 * sqrt(.05 * .95 / 1000) = .0207.
    assert alarms / 1000 <= 0.07


@pytest.mark.parametrize(("churn", "least"), [(0, 1.0), (25, 0.95)])
def test_five_points_lost_on_500_questions_are_caught(churn: int, least: float) -> None:
    rng, caught = np.random.default_rng(5), []
    for _ in range(200):
        before = (rng.permutation(500) < 400).astype(np.float64)
        after = before.copy()
        after[rng.choice(np.flatnonzero(before), 25 + churn, replace=False)] = 0.0
        after[rng.choice(np.flatnonzero(before == 0), churn, replace=False)] = 1.0
        caught.append(one(before, after, documents=100).status == "regressed")
    assert np.mean(caught) >= least
