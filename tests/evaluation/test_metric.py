"""A metric as a function of weights: a weight of two is the same question asked twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metric import mean, ratio

VALUES = np.array([1.0, 0.0, 1.0, np.nan, 0.5])


def test_a_mean_leaves_out_where_it_does_not_apply() -> None:
    metric = mean("f1", VALUES)
    assert metric.value() == pytest.approx(2.5 / 4)
    assert not metric.binary
    assert metric.questions == 5
    assert np.isnan(mean("f1", np.array([np.nan])).value())


def test_right_or_wrong_is_told_apart_from_shares() -> None:
    assert mean("em", np.array([1.0, 0.0, np.nan])).binary
    assert not mean("ms", np.array([1.0, 0.0]), high=np.inf).binary


def test_a_ratio_divides_sums_not_questions() -> None:
    metric = ratio("precision", np.array([1.0, 3.0]), np.array([1.0, 9.0]))
    assert metric.value() == pytest.approx(0.4), "(1 + 3) / (1 + 9), not the mean of 1 and 1/3"
    assert metric.values is None
    assert np.isnan(ratio("precision", np.zeros(2), np.zeros(2)).value())


def test_many_resamples_are_measured_at_once() -> None:
    metric = mean("f1", VALUES)
    weights = np.array([[1, 1, 1, 1, 1], [0, 0, 0, 1, 0], [3, 1, 0, 0, 0]], float)
    measured = metric.statistic(weights)
    assert measured[0] == pytest.approx(0.625)
    assert np.isnan(measured[1])
    assert measured[2] == pytest.approx(0.75)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4)), min_size=1, max_size=12))
def test_a_weight_is_a_repetition(pairs: list[tuple[float, int]]) -> None:
    values, counts = (np.array(column, float) for column in zip(*pairs, strict=True))
    repeated = np.repeat(values, counts.astype(int))
    measured = mean("f1", values).statistic(counts[None, :])[0]
    if len(repeated):
        assert measured == pytest.approx(repeated.mean())
    else:
        assert np.isnan(measured)
