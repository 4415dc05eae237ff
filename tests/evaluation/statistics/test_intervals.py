"""Intervals against hand-worked cases, scipy, and the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmarks.simulated_runs import Design, mean_score, scores
from evaluation.metric import Floats, Metric, mean, ratio
from evaluation.statistics.intervals import interval


def em(*values: float) -> Metric:
    return mean("em", np.array(values))


def alone(count: int) -> list[str]:
    return [f"q{i}" for i in range(count)]


def test_wilson_with_t_by_hand() -> None:
    # 16 of 20 right. Standard error sqrt(.8 * .2 / 19) = .09177, and t of 19 degrees is 2.0930:
    # reach .19207, squared .036891, over .8 * .2: ratio .230571.
    # Middle (.8 + .115285) / 1.230571 = .743788; half sqrt(.230571 * (.16 + .057643)) / 1.230571
    # = .224012 / 1.230571 = .182039.
    found = interval(em(*[1.0] * 16, *[0.0] * 4), alone(20), resamples=20_000)
    assert found.value == pytest.approx(0.8)
    assert found.low == pytest.approx(0.5617, abs=0.005)
    assert found.high == pytest.approx(0.9258, abs=0.005)
    assert (found.questions, found.clusters) == (20, 20)


@pytest.mark.parametrize("right", [0.5, 0.8])
def test_many_questions_give_wilsons_interval(right: float) -> None:
    values = (np.arange(1000) < 1000 * right).astype(np.float64)
    found = interval(mean("em", values), alone(1000), resamples=20_000)
    theirs = stats.binomtest(int(values.sum()), 1000).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-3)


def test_scipys_bootstrap_agrees_where_no_documents_are_shared() -> None:
    values = np.random.default_rng(5).beta(4, 3, 400)
    found = interval(mean("f1", values), alone(400), resamples=10_000)
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=9_999, rng=np.random.default_rng(1)
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1.5e-3)


def test_documents_make_intervals_wider() -> None:
    values = np.repeat(np.arange(60) % 3 > 0, 5).astype(np.float64)
    metric = mean("em", values)
    each = interval(metric, alone(300))
    together = interval(metric, [f"文档{i // 5}" for i in range(300)])
    assert (together.questions, together.clusters) == (300, 60)
    # Five questions that are always alike are one: sqrt(5) times as wide.
    assert (together.high - together.low) / (each.high - each.low) == pytest.approx(2.236, rel=0.07)


def test_all_right_is_clopper_pearson() -> None:
    for right in (0.0, 1.0):
        found = interval(em(*[right] * 10), alone(10))
        theirs = stats.binomtest(int(10 * right), 10).proportion_ci(method="exact")
        assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))


def test_all_right_in_few_documents_says_less() -> None:
    # Three documents: 1 - low = 1 - .025^(1/3) = .7076.
    found = interval(em(*[1.0] * 9), list("aaabbbccc"))
    assert found.low == pytest.approx(0.2924, abs=1e-4)
    assert (found.high, found.clusters) == (1.0, 3)


def test_all_alike_in_between() -> None:
    # .4 each time: up to .6024 of four clusters may be others, anywhere between 0 and 1:
    # .4 - .4 * .6024 = .1590 and .4 + .6 * .6024 = .7614.
    found = interval(em(0.4, 0.4, 0.4, 0.4), list("abcd"))
    assert (found.low, found.high) == pytest.approx((0.1590, 0.7614), abs=1e-4)


def test_one_question_or_one_document_says_nothing() -> None:
    for metric, clusters in ((em(1.0), ["a"]), (em(1.0, 0.0, 1.0), ["手册"] * 3)):
        found = interval(metric, clusters)
        assert (found.low, found.high, found.clusters) == (0.0, 1.0, 1)


@pytest.mark.parametrize("values", [[], [np.nan], [np.nan, np.nan]])
def test_nothing_to_measure(values: list[float]) -> None:
    found = interval(em(*values), alone(len(values)))
    assert np.isnan([found.value, found.low, found.high]).all()
    assert (found.questions, found.clusters) == (0, 0)


def test_questions_it_does_not_apply_to_do_not_count() -> None:
    values = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 1.0])
    mixed = np.array([1.0, np.nan, 0.0, 1.0, np.nan, 1.0, 0.0, 1.0])
    asked = ["a", "x", "b", "c", "a", "d", "e", "f"]
    found = interval(mean("em", mixed), asked)
    assert (found.questions, found.clusters) == (6, 6)
    assert found == interval(mean("em", values), list("abcdef"))


def test_times_have_no_upper_bound() -> None:
    times = np.random.default_rng(0).lognormal(3, 0.3, 300)
    metric = mean("total_ms", times, higher_is_better=False, high=np.inf)
    found = interval(metric, alone(300), resamples=20_000)
    theirs = stats.ttest_1samp(times, 0).confidence_interval()
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=2e-3)
    still = interval(mean("tokens", np.full(3, 7.0), high=np.inf), alone(3))
    # Nothing above 7 can be ruled out: three clusters leave .7076 to others, which may be 0.
    assert still.low == pytest.approx(7 * (1 - 0.7076), abs=1e-3)
    assert np.isnan(still.high)


def test_a_ratio_of_sums() -> None:
    # Of 300 questions 60 were refused, 45 of them rightly: as 45 of 60.
    refused = np.arange(300) < 60
    rightly = (np.arange(300) < 45).astype(np.float64)
    found = interval(ratio("precision", rightly, refused.astype(np.float64)), alone(300))
    theirs = stats.binomtest(45, 60).proportion_ci(method="wilson")
    assert (found.questions, found.clusters) == (60, 60)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.015)


def test_the_bias_of_resamples_is_taken_off() -> None:
    """A score that resamples only raise, as calibration errors, has its interval below."""
    signs = np.where(np.arange(100) % 2, 1.0, -1.0)

    def statistic(weights: Floats) -> Floats:
        return np.asarray(np.abs(weights @ signs + 2.0) / 100, np.float64)

    found = interval(Metric(name="gap", statistic=statistic, questions=100), alone(100))
    assert found.value == pytest.approx(0.02)
    assert found.low < 0.02 <= found.high < 0.3


def test_a_score_out_of_a_hundred() -> None:
    values = np.random.default_rng(6).beta(2, 3, 80)
    tenth = interval(mean("f1", values), alone(80))
    whole = interval(mean("bleu", 100 * values, high=100.0), alone(80))
    assert (whole.low, whole.high) == pytest.approx((100 * tenth.low, 100 * tenth.high))


def test_seeds() -> None:
    values = np.random.default_rng(7).random(50)
    one, same, other = (interval(mean("f1", values), alone(50), seed=s) for s in (1, 1, 2))
    assert one == same
    assert one != other
    assert one.low == pytest.approx(other.low, abs=0.01)


def test_levels() -> None:
    values = np.random.default_rng(7).random(50)
    narrow, wide = (interval(mean("f1", values), alone(50), level=one) for one in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_clusters_must_be_given_for_every_question() -> None:
    with pytest.raises(ValueError, match="2 clusters for 3 questions"):
        interval(em(1.0, 0.0, 1.0), ["a", "b"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.2, 0.5, 1.0, np.nan]), st.integers(0, 6)), max_size=20
    )
)
def test_the_value_is_in_its_interval_within_the_bounds(rows: list[tuple[float, int]]) -> None:
    found = interval(em(*(row[0] for row in rows)), [str(row[1]) for row in rows], resamples=50)
    if found.questions:
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.low < found.high


@pytest.mark.parametrize(
    "design",
    [
        Design(questions=300, documents=60, likeness=0.2, uneven=0.5, right=0.8),
        Design(questions=100, documents=25, likeness=0.1, uneven=0.5, right=0.7),
        Design(questions=300, documents=300, right=0.9),
    ],
    ids=lambda design: f"{design.questions}-{design.documents}",
)
@pytest.mark.parametrize("kind", ["0/1", "f1"])
def test_intervals_of_means_hold_the_truth(design: Design, kind: str) -> None:
    truth = design.right if kind == "0/1" else mean_score(design.right)
    rng, held = np.random.default_rng(design.questions), 0
    for repetition in range(1000):
        labels = design.labels(rng)
        values = (
            design.likely(rng, labels)
            if kind == "0/1"
            else scores(design.latent(rng, labels), design.right)
        )
        clusters = [str(label) for label in labels]
        found = interval(mean("m", values), clusters, resamples=200, seed=repetition)
        held += found.low <= truth <= found.high
    assert 930 <= held <= 970
