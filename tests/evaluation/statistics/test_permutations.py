"""Swapping two systems, against hand-worked cases and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.metric import Metric, mean, ratio
from evaluation.statistics.permutations import Tails, swapped
from evaluation.statistics.resampling import Clustering, applies_to


def tails(before: Metric, after: Metric, clusters: list[str] | None = None) -> Tails:
    names = clusters or [str(i) for i in range(before.questions)]
    own = Clustering.of(names, applies_to(before) | applies_to(after))
    return swapped(before, after, own, seed=5)


def metrics(before: list[float], after: list[float]) -> tuple[Metric, Metric]:
    return mean("em", np.array(before)), mean("em", np.array(after))


def test_questions_each_alone_are_mcnemar() -> None:
    # 7 rose, 1 fell. Two-sided: 2 * (C(8,0) + C(8,1)) / 2^8 = 18 / 256.
    before = [0.0] * 7 + [1.0] + [1.0] * 5
    after = [1.0] * 7 + [0.0] + [1.0] * 5
    found = tails(*metrics(before, after))
    assert found.beyond == pytest.approx(18 / 256)
    assert found.above == pytest.approx(9 / 256)
    assert found.below == pytest.approx(1 - 1 / 256)
    assert found.beyond == pytest.approx(stats.binomtest(7, 8).pvalue)


def test_documents_are_swapped_whole() -> None:
    # Sums by document: +3, +2, -1. Of the 8 signings of 3, 2, 1 the totals are 6, 4, 2, 0 and their
    # negatives, 0 twice; 4 or more: 2 of 8, 4 or more away from 0: 4 of 8.
    before, after = [0.0] * 5 + [1.0], [1.0] * 5 + [0.0]
    found = tails(*metrics(before, after), clusters=["手册"] * 3 + ["规程"] * 2 + ["log"])
    assert found.above == pytest.approx(2 / 8)
    assert found.beyond == pytest.approx(4 / 8)
    assert found.below == pytest.approx(7 / 8)


def test_few_documents_are_tried_in_every_way() -> None:
    # +0.5, +0.25, -0.125: totals of signs .875, .625, .375, .125 and their negatives.
    found = tails(*metrics([0.5, 0.5, 0.5], [1.0, 0.75, 0.375]))
    assert found.above == pytest.approx(2 / 8)
    assert found.beyond == pytest.approx(4 / 8)


def test_nothing_differs() -> None:
    for values in ([1.0, 0.0, 1.0], [0.25, 0.5, 0.125]):
        assert tails(*metrics(values, values)) == Tails(below=1.0, above=1.0, beyond=1.0)


@pytest.mark.parametrize("shift", [0.0, 0.1])
def test_random_swaps_agree_with_scipy(shift: float) -> None:
    rng = np.random.default_rng(8)
    before = rng.random(40)
    after = np.clip(before + shift + rng.normal(0, 0.25, 40), 0, 1)
    theirs = stats.permutation_test(
        (after, before),
        lambda a, b, axis: (a - b).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=9_999,
        rng=np.random.default_rng(1),
    )
    ours = tails(mean("f1", before), mean("f1", after))
    assert ours.beyond == pytest.approx(theirs.pvalue, abs=0.02)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 9)), max_size=60))
def test_whole_numbers_are_counted_as_if_all_were_tried(
    rows: list[tuple[bool, bool, int]],
) -> None:
    """The same sums, halved to be no whole numbers, go through the other way of counting."""
    before = np.array([float(row[0]) for row in rows])
    after = np.array([float(row[1]) for row in rows])
    clusters = [str(row[2]) for row in rows]
    counted = tails(mean("em", before), mean("em", after), clusters)
    tried = tails(mean("em", before / 2), mean("em", after / 2), clusters)
    if rows:
        assert counted.below == pytest.approx(tried.below)
        assert counted.above == pytest.approx(tried.above)
        assert counted.beyond == pytest.approx(tried.beyond)


def test_systems_that_answer_different_questions() -> None:
    # Means .5 of (1, 0) and 1 of (1). Swaps: none .5; first: both swap 1, the same .5; second: the
    # 0 goes to the other: 1 and .5, that is -.5; both: -.5. So .5 or more in 2 of 4.
    before, after = metrics([1.0, 0.0], [1.0, np.nan])
    found = tails(before, after)
    assert found.above == pytest.approx(2 / 4)
    assert found.below == pytest.approx(1.0)
    assert found.beyond == pytest.approx(1.0)


def test_swaps_that_leave_a_system_without_questions_do_not_count() -> None:
    # Only one swap in four of the two questions leaves both systems something to answer on each
    # side as found, and one swaps them; the other two leave one system with nothing.
    before, after = metrics([0.25, np.nan], [np.nan, 0.75])
    assert tails(before, after) == Tails(below=1.0, above=0.5, beyond=1.0)


def test_only_means_can_be_swapped() -> None:
    precision = ratio("precision", np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match="precision has no values"):
        tails(precision, precision)
