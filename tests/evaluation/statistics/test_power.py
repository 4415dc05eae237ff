"""How much power there is, by formula and by trying."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.simulated_runs import Design, hits
from evaluation.metric import Metric, mean, ratio
from evaluation.statistics.comparisons import difference
from evaluation.statistics.power import questions_needed, smallest_detectable_difference


def test_two_runs_by_hand() -> None:
    # 200 questions, each alone; 20 rose and 20 fell, so the differences have the standard deviation
    # sqrt(0.2) and the standard error sqrt(0.2 / 200) = 0.0316; t with 199 degrees of freedom:
    # 1.972 + 0.844 = 2.816, and 2.816 * 0.0316 = 0.0890.
    before = np.array([0.0] * 20 + [1.0] * 20 + [1.0] * 160)
    after = np.array([1.0] * 20 + [0.0] * 20 + [1.0] * 160)
    found = smallest_detectable_difference(
        mean("em", before), [str(i) for i in range(200)], other=mean("em", after)
    )
    assert found == pytest.approx(0.0890, rel=0.05)


def test_one_run_allows_for_an_unrelated_second_one() -> None:
    # 80 of 100 right: standard error sqrt(.16 / 99); sqrt(2) of it, times 1.984 + 0.845.
    values = np.array([1.0] * 80 + [0.0] * 20)
    found = smallest_detectable_difference(mean("em", values), [str(i) for i in range(100)])
    assert found == pytest.approx(np.sqrt(2 * 0.16 / 99) * 2.829, rel=0.05)


def test_questions_that_share_documents_show_less() -> None:
    values = np.repeat(np.arange(50) % 5 > 0, 4).astype(np.float64)
    alone = smallest_detectable_difference(mean("em", values), [str(i) for i in range(200)])
    shared = smallest_detectable_difference(mean("em", values), [str(i // 4) for i in range(200)])
    # Four questions that are right or wrong together are one: twice the standard error.
    assert shared / alone == pytest.approx(2, rel=0.1)


def test_nothing_to_go_by() -> None:
    same = mean("em", np.array([1.0, 0.0, 1.0]))
    assert np.isnan(smallest_detectable_difference(same, list("abc"), other=same))
    assert np.isnan(smallest_detectable_difference(same, list("aaa")))
    assert np.isnan(smallest_detectable_difference(mean("em", np.array([np.nan])), ["a"]))
    assert np.isnan(
        smallest_detectable_difference(ratio("p", np.zeros(2), np.zeros(2)), ["a", "b"])
    )


@pytest.mark.parametrize("documents", [300, 60])
def test_the_smallest_detectable_difference_is_found_four_times_in_five(documents: int) -> None:
    design = Design(questions=300, documents=documents, likeness=0.2 if documents < 300 else 0.0)
    rng = np.random.default_rng(documents)
    labels = design.labels(rng)
    clusters = [str(label) for label in labels]

    def runs(gain: float) -> tuple[Metric, Metric]:
        old, new = design.reruns(rng, labels)
        return mean("em", hits(old, 0.5)), mean("em", hits(new, 0.5 + gain))

    def detectable() -> float:
        old, new = runs(0.0)
        return smallest_detectable_difference(old, clusters, other=new, resamples=200)

    gain = float(np.mean([detectable() for _ in range(50)]))
    found = [
        difference(*runs(gain), clusters, resamples=200, seed=repetition).low > 0
        for repetition in range(500)
    ]
    # Three times the simulation's standard error sqrt(.8 * .2 / 500) = .018 would be .054.
    assert 0.74 <= np.mean(found) <= 0.86


def test_questions_needed_by_hand() -> None:
    # Difference .05, discordance .1: (1.95996 sqrt(.1) + .84162 sqrt(.1 - .0025))^2 / .0025
    # = (.619795 + .262796)^2 / .0025 = .778967 / .0025 = 311.6.
    assert questions_needed(0.05, 0.1) == 312
    assert questions_needed(-0.05, 0.1) == 312
    assert questions_needed(0.05, 0.1, design_effect=2) == 624
    assert questions_needed(0.05, 0.2) > questions_needed(0.05, 0.1)


@pytest.mark.parametrize(
    ("gap", "discordance", "effect"), [(0, 0.1, 1), (0.2, 0.1, 1), (0.1, 1.2, 1), (0.1, 0.2, 0)]
)
def test_questions_needed_for_what_cannot_be(gap: float, discordance: float, effect: float) -> None:
    with pytest.raises(ValueError, match="discordance"):
        questions_needed(gap, discordance, design_effect=effect)


def test_so_many_questions_are_enough() -> None:
    """With the questions it asks for, McNemar's exact test finds a difference 4 times in 5."""
    from scipy.stats import binomtest

    rng, needed = np.random.default_rng(4), questions_needed(0.06, 0.12)
    rose = rng.binomial(needed, 0.09, size=2000)
    fell = rng.binomial(needed - rose, 0.03 / 0.91)
    found = [binomtest(int(r), int(r + f)).pvalue < 0.05 for r, f in zip(rose, fell, strict=True)]
    # The exact test is a little weaker than the approximation the formula is for.
    assert 0.74 <= np.mean(found) <= 0.86
