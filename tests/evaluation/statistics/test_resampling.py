"""Clusters as weights, and what a metric applies to."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metric import Floats, Metric, mean, ratio
from evaluation.statistics.resampling import (
    Clustering,
    applies_to,
    defined,
    deviations,
    resampled,
)

CLUSTERS = ["泵.pdf", "泵.pdf", "site.pdf", "泵.pdf", "?q5"]


def clustering(*, without: int | None = None) -> Clustering:
    applies = np.ones(5, np.bool_)
    if without is not None:
        applies[without] = False
    return Clustering.of(CLUSTERS, applies)


def test_questions_are_grouped_by_document() -> None:
    found = clustering()
    assert found.labels.tolist() == [0, 0, 1, 0, 2]
    assert found.sizes.tolist() == [3, 1, 1]
    assert (found.count, found.questions, found.single) == (3, 5, False)
    # (3 + 1 + 1)^2 / (9 + 1 + 1) = 25 / 11
    assert found.effective == pytest.approx(25 / 11)


def test_a_document_without_a_question_that_counts_is_no_cluster() -> None:
    found = clustering(without=2)
    assert found.labels.tolist() == [0, 0, -1, 0, 1]
    assert (found.count, found.questions) == (2, 4)
    assert found.sums(np.array([1.0, 2, 100, 4, 8])).tolist() == [7, 8]
    assert found.weights(np.array([[2.0, 0.0]])).tolist() == [[2, 2, 0, 2, 0]]


def test_nothing_applies() -> None:
    found = Clustering.of(CLUSTERS, np.zeros(5, np.bool_))
    assert (found.count, found.questions, found.effective) == (0, 0, 0.0)


def test_as_many_clusters_as_questions() -> None:
    with pytest.raises(ValueError, match="5 clusters for 4 questions"):
        Clustering.of(CLUSTERS, np.ones(4, np.bool_))


def test_a_metric_applies_where_it_is_defined_for_one_question() -> None:
    assert applies_to(mean("f1", np.array([0.5, np.nan, 0.0]))).tolist() == [True, False, True]
    precision = ratio("precision", np.array([0.0, 0, 2]), np.array([1.0, 0, 3]))
    assert applies_to(precision).tolist() == [True, False, True]


def test_deviations_of_a_mean() -> None:
    # The mean of 1, 0, 0.2 is 0.4; each of three questions moves it by a third of its distance.
    found = deviations(mean("f1", np.array([1.0, np.nan, 0.0, 0.2])))
    assert found is not None
    assert found.tolist() == pytest.approx([0.2, 0.0, -0.4 / 3, -0.2 / 3])
    none = deviations(mean("f1", np.array([np.nan])))
    assert none is not None
    assert none.tolist() == [0.0]
    assert deviations(ratio("precision", np.ones(2), np.ones(2))) is None


def test_documents_are_drawn_whole() -> None:
    seen = []

    def look(weights: Floats) -> Floats:
        seen.append(weights)
        return np.zeros(len(weights))

    metric = Metric(name="looked at", statistic=look, questions=5)
    resampled(metric, clustering(without=2), resamples=500, seed=1)
    weights = np.concatenate(seen)
    assert weights.shape == (500, 5)
    assert (weights[:, [0]] == weights[:, [1, 3]]).all(), "one document, one weight"
    assert (weights[:, 2] == 0).all()
    assert (weights[:, 0] + weights[:, 4] == 2).all(), "two clusters are drawn each time"
    # Each of two draws takes the first of two clusters with 1/2: 0, 1, 2 times with 1/4, 1/2, 1/4.
    shares = np.bincount(weights[:, 0].astype(int)) / 500
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.07)


def test_undefined_resamples_are_dropped() -> None:
    # The only refusal is in one of three clusters, which a resample misses with (2/3)^3 = 0.296.
    precision = ratio("precision", np.array([0.0, 0, 1]), np.array([0.0, 0, 1]))
    found = Clustering.of(["a", "b", "c"], np.ones(3, np.bool_))
    drawn = defined(resampled(precision, found, resamples=2000, seed=0))
    assert len(drawn) / 2000 == pytest.approx(1 - 8 / 27, abs=0.04)
    assert set(drawn) == {1.0}


@given(seed=st.integers(0, 2**32), values=st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_equal_seeds_draw_equally(seed: int, values: list[float]) -> None:
    metric = mean("f1", np.array(values))
    own = Clustering.of([str(i // 2) for i in range(len(values))], applies_to(metric))
    one, other = (resampled(metric, own, resamples=20, seed=seed) for _ in range(2))
    assert one.tolist() == other.tolist()
    assert min(values) - 1e-9 <= one.min() <= one.max() <= max(values) + 1e-9


@given(seed=st.integers(0, 2**32), values=st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_fractions_are_measured_as_their_statistic_would(seed: int, values: list[float]) -> None:
    quick = mean("f1", np.array([*values, np.nan]))
    own = Clustering.of([str(i // 2) for i in range(quick.questions)], applies_to(quick))
    slow = replace(quick, fraction=None)
    one, other = (resampled(metric, own, resamples=20, seed=seed) for metric in (quick, slow))
    assert one.tolist() == pytest.approx(other.tolist())


def test_many_questions_take_little_memory() -> None:
    def statistic(weights: Floats) -> Floats:
        return np.asarray(weights.mean(axis=1), np.float64)

    metric = Metric(name="sum", statistic=statistic, questions=20_000)
    own = Clustering.of([str(i) for i in range(20_000)], np.ones(20_000, np.bool_))
    tracemalloc.start()
    resampled(metric, own, resamples=200, seed=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6
