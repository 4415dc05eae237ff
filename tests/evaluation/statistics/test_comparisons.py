"""Differences of two systems, their tests, and many of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmarks.simulated_runs import Design, hits, mean_score, scores
from evaluation.metric import Metric, mean, ratio
from evaluation.statistics.comparisons import Difference, difference, holm


def em(*values: float, less_is_better: bool = False) -> Metric:
    return mean("em", np.array(values), higher_is_better=not less_is_better)


def alone(count: int) -> list[str]:
    return [f"问{i}" for i in range(count)]


def test_mcnemar_by_hand() -> None:
    # 12 questions: 6 rose, none fell: 2 / 2^6 = .03125.
    before, after = em(*[0.0] * 6, *[1.0] * 6), em(*[1.0] * 12)
    found = difference(before, after, alone(12))
    assert found.test == "mcnemar"
    assert found.p == pytest.approx(1 / 32)
    assert (found.before, found.after, found.value) == (0.5, 1.0, 0.5)
    assert (found.better, found.worse) == (6, 0)
    assert (found.questions, found.clusters) == (12, 12)
    assert 0 < found.low < 0.5 < found.high < 1


def test_rising_is_counted_as_such_where_less_is_better() -> None:
    before = em(0.0, 0.0, 1.0, less_is_better=True)
    found = difference(before, em(1.0, 1.0, 0.0, less_is_better=True), alone(3))
    assert found.value == pytest.approx(1 / 3)
    assert (found.better, found.worse) == (2, 1)


@pytest.mark.parametrize(
    ("before", "after", "clusters", "test"),
    [
        (em(0.0, 1.0), em(1.0, 1.0), ["a", "b"], "mcnemar"),
        (em(0.0, 1.0), em(1.0, 1.0), ["手册", "手册"], "paired permutation by document"),
        (em(0.0, 0.5), em(1.0, 1.0), ["a", "b"], "paired permutation"),
        (em(0.0, np.nan), em(1.0, 1.0), ["a", "b"], "paired permutation"),
        (
            ratio("p", np.ones(2), np.ones(2)),
            ratio("p", np.array([0.0, 1]), np.ones(2)),
            ["a", "b"],
            "paired bootstrap",
        ),
    ],
)
def test_which_test(before: Metric, after: Metric, clusters: list[str], test: str) -> None:
    assert difference(before, after, clusters).test == test


def test_shared_documents_make_a_difference_less_sure() -> None:
    # Ten questions rose. Each alone: 2 / 2^10. In two documents: 2 / 2^2.
    before, after = em(*[0.0] * 10), em(*[1.0] * 10)
    assert difference(before, after, alone(10)).p == pytest.approx(2**-9)
    shared = difference(before, after, ["甲"] * 5 + ["乙"] * 5)
    assert shared.p == pytest.approx(0.5)
    assert shared.clusters == 2


def test_the_same_system_twice() -> None:
    before = em(1.0, 0.0, 1.0, 1.0)
    found = difference(before, before, alone(4))
    assert (found.value, found.p, found.better, found.worse) == (0.0, 1.0, 0, 0)
    # Four clusters alike: the share of others is at most 1 - .025^(1/4) = .6024.
    assert found.high == pytest.approx(0.6024, abs=1e-4)
    assert found.low == pytest.approx(-0.6024, abs=1e-4)


def test_the_interval_is_students_where_values_are_far_from_their_bounds() -> None:
    rng = np.random.default_rng(2)
    before = rng.uniform(0.4, 0.6, 200)
    after = before + rng.normal(0.01, 0.02, 200)
    found = difference(mean("f1", before), mean("f1", after), alone(200), resamples=20_000)
    theirs = stats.ttest_rel(after, before).confidence_interval()
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-4)


def test_scores_of_summed_counts_are_compared_by_bootstrap() -> None:
    rng = np.random.default_rng(3)
    sizes = rng.integers(1, 9, 300).astype(np.float64)
    share = rng.beta(4, 2, 300)
    before = ratio("precision", share * sizes, sizes)
    worse = ratio("precision", share * 0.85 * sizes, sizes)
    alike = ratio("precision", np.clip(share + rng.normal(0, 0.05, 300), 0, 1) * sizes, sizes)
    found = difference(before, worse, alone(300))
    assert found.value == pytest.approx(-0.1, abs=0.01)
    assert -0.11 < found.low < -0.1 < found.high < -0.09
    assert found.p < 1e-6
    assert (found.better, found.worse) == (0, 0)
    same = difference(before, alike, alone(300))
    assert same.p > 0.05
    assert same.low < 0 < same.high


def test_an_undefined_metric_has_no_difference() -> None:
    nothing, some = em(np.nan, np.nan), em(1.0, 0.0)
    for before, after, questions in ((nothing, nothing, 0), (nothing, some, 2)):
        found = difference(before, after, alone(2))
        assert np.isnan([found.value, found.low, found.high, found.p]).all()
        assert (found.questions, found.better, found.worse) == (questions, 0, 0)


def test_no_questions() -> None:
    found = difference(em(), em(), [])
    assert np.isnan([found.value, found.low, found.high, found.p]).all()


def test_what_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="em of 2 questions cannot be compared with em of 3"):
        difference(em(1.0, 0.0), em(1.0, 0.0, 1.0), alone(2))
    with pytest.raises(ValueError, match="cannot be compared with f1"):
        difference(em(1.0), mean("f1", np.array([1.0])), alone(1))


def flipped(found: Difference) -> tuple[float, ...]:
    return (-found.value, -found.high, -found.low, found.p, found.worse, found.better)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([0.0, 0.7, 1.0])),
        min_size=1,
        max_size=12,
    )
)
def test_there_and_back(rows: list[tuple[float, float]]) -> None:
    one, other = (em(*(row[side] for row in rows)) for side in (0, 1))
    clusters = [str(i % 5) for i in range(len(rows))]
    there = difference(one, other, clusters, resamples=100)
    back = difference(other, one, clusters, resamples=100)
    forward = (there.value, there.low, there.high, there.p, there.better, there.worse)
    assert forward == pytest.approx(flipped(back), abs=1e-9)
    assert -1 <= there.low <= there.value <= there.high <= 1
    assert 0 < there.p <= 1


@pytest.mark.parametrize(("questions", "documents", "likeness"), [(300, 60, 0.2), (200, 40, 0.1)])
@pytest.mark.parametrize("kind", ["0/1", "f1"])
def test_intervals_of_differences_hold_the_truth(
    questions: int, documents: int, likeness: float, kind: str
) -> None:
    design = Design(
        questions=questions, documents=documents, likeness=likeness, uneven=0.5, right=0.7
    )
    made = hits if kind == "0/1" else scores
    truth = 0.05 if kind == "0/1" else mean_score(0.75) - mean_score(0.7)
    rng, held = np.random.default_rng(questions), 0
    for repetition in range(1000):
        labels = design.labels(rng)
        one, other = design.reruns(rng, labels)
        found = difference(
            mean("m", made(one, 0.7)),
            mean("m", made(other, 0.75)),
            [str(label) for label in labels],
            resamples=200,
            seed=repetition,
        )
        held += found.low <= truth <= found.high
    assert 930 <= held <= 970


def test_holm_by_hand() -> None:
    # Sorted: .01 x 4 = .04; .02 x 3 = .06; .03 x 2 = .06; .9 x 1.
    assert holm([0.03, 0.9, 0.01, 0.02]) == pytest.approx([0.06, 0.9, 0.04, 0.06])
    # .02 x 2 = .04; .021 x 1 is less, and becomes as much.
    assert holm([0.02, 0.021]) == pytest.approx([0.04, 0.04])
    assert holm([0.7, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_holm_leaves_out_what_is_undefined() -> None:
    adjusted = holm([0.01, float("nan"), 0.04])
    assert adjusted[0] == pytest.approx(0.02)
    assert np.isnan(adjusted[1])
    assert adjusted[2] == pytest.approx(0.04)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_keeps_the_order_and_never_helps(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    by_p = [q for _, q in sorted(zip(p_values, adjusted, strict=True))]
    assert by_p == sorted(by_p)
    bonferroni = [min(1.0, len(p_values) * p) for p in p_values]
    assert all(q <= b + 1e-12 for q, b in zip(adjusted, bonferroni, strict=True))
