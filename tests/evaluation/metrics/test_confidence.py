from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metrics.confidence import confidence_metrics, reliability, wilson
from evaluation.results import Answered
from tests.evaluation.metrics.made import FAILED, REFUSED, said


def sure(*confidences: float) -> list[Answered]:
    return [said("text", confidence=one) for one in confidences]


def test_one_bin_for_few_answers() -> None:
    # Mean confidence 0.7, 2 of 3 right: gap 0.0333. Squares: .01, .36, .16; mean .17667.
    results, correct = sure(0.9, 0.6, 0.6), np.array([1.0, 0.0, 1.0])
    ece, brier = confidence_metrics(results, correct)
    assert ece.value() == pytest.approx(0.7 - 2 / 3)
    assert brier.value() == pytest.approx((0.01 + 0.36 + 0.16) / 3)
    assert not ece.higher_is_better
    assert not brier.higher_is_better


def test_bins_of_equal_count() -> None:
    # 20 answers make 2 bins: ten at .2 with 4 right (gap .2), ten at .9 with 6 right (gap .3).
    results = sure(*[0.9] * 10, *[0.2] * 10)
    correct = np.array([1.0] * 6 + [0.0] * 4 + [1.0] * 4 + [0.0] * 6)
    assert confidence_metrics(results, correct)[0].value() == pytest.approx(0.25)
    low, high = reliability(results, correct)
    assert (low.confidence, low.accuracy, low.count) == pytest.approx((0.2, 0.4, 10))
    assert (high.confidence, high.accuracy, high.count) == pytest.approx((0.9, 0.6, 10))
    assert (low.low, low.high) == wilson(0.4, 10)


def test_gaps_of_either_sign_do_not_cancel() -> None:
    results = sure(*[0.5] * 10, *[0.6] * 10)
    correct = np.array([1.0] * 10 + [0.0] * 10)
    assert confidence_metrics(results, correct)[0].value() == pytest.approx((0.5 + 0.6) / 2)


def test_equal_confidences_share_a_bin() -> None:
    results = sure(*[0.5] * 25, *np.linspace(0.6, 0.9, 5))
    bins = reliability(results, np.ones(30))
    assert [one.count for one in bins] == [25, 5]


def test_at_most_ten_bins() -> None:
    bins = reliability(sure(*np.linspace(0, 1, 400)), np.zeros(400))
    assert [one.count for one in bins] == [40] * 10
    assert [one.confidence for one in bins] == sorted(one.confidence for one in bins)


def test_only_answers_whose_correctness_is_known() -> None:
    results = [*sure(0.8, 0.3), REFUSED, FAILED, said("no confidence")]
    correct = np.array([1.0, np.nan, 1.0, 0.0, 0.0])
    ece, brier = confidence_metrics(results, correct)
    assert ece.value() == pytest.approx(0.2)
    assert brier.value() == pytest.approx(0.04)
    assert [one.count for one in reliability(results, correct)] == [1]


@pytest.mark.parametrize("results", [[], [REFUSED, said("text")]])
def test_undefined_without_confidences(results: list[Answered]) -> None:
    correct = np.zeros(len(results))
    assert all(np.isnan(metric.value()) for metric in confidence_metrics(results, correct))
    assert reliability(results, correct) == ()


def test_weights_count_within_fixed_bins() -> None:
    results = sure(*[0.9] * 10, *[0.2] * 10)
    correct = np.array([1.0] * 6 + [0.0] * 4 + [1.0] * 4 + [0.0] * 6)
    ece = confidence_metrics(results, correct)[0]
    only_sure = np.array([[1.0] * 10 + [0.0] * 10, [0.0] * 20])
    np.testing.assert_allclose(ece.statistic(only_sure), [0.3, np.nan])
    # The first answer twice: 7 of 11 right at .9, and the other ten as before.
    twice = np.array([[2.0] + [1.0] * 19])
    expected = (11 * (0.9 - 7 / 11) + 10 * 0.2) / 21
    assert ece.statistic(twice)[0] == pytest.approx(expected)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_ece_is_made_of_the_bins(cases: list[tuple[float, bool]]) -> None:
    results = sure(*(confidence for confidence, _ in cases))
    correct = np.array([right for _, right in cases], np.float64)
    bins = reliability(results, correct)
    gaps = sum(one.count * abs(one.accuracy - one.confidence) for one in bins) / len(cases)
    assert confidence_metrics(results, correct)[0].value() == pytest.approx(gaps)
    assert sum(one.count for one in bins) == len(cases)
    assert all(0 <= one.low <= one.accuracy <= one.high <= 1 for one in bins)


def test_wilson_by_hand() -> None:
    # 8 of 10, z = 1.96: middle (.8 + .19207)/1.38415 = .71674,
    # half 1.95996 * sqrt(.016 + .0096036)/1.38415 = .22658.
    assert wilson(0.8, 10) == pytest.approx((0.49016, 0.94332), abs=1e-4)
    assert wilson(0.0, 5)[0] == 0.0
    assert wilson(1.0, 5)[1] == 1.0
