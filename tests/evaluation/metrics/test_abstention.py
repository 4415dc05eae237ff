from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metrics.abstention import (
    abstention_metrics,
    area_under_risk_coverage,
    risk_coverage,
)
from evaluation.results import Answered
from tests.evaluation.metrics.made import FAILED, REFUSED, asked, said, weights_repeat


def sure(*confidences: float | None) -> list[Answered]:
    """Answers of these confidences; refusals for None."""
    return [REFUSED if one is None else said("text", confidence=one) for one in confidences]


def test_refusing_by_hand() -> None:
    # Refused: two of the three unanswerable and one of the two answerable; one failed.
    examples = [asked(answerable=False)] * 3 + [asked("a1"), asked("a1"), asked(answerable=False)]
    results = [REFUSED, REFUSED, said("text"), REFUSED, said("a1"), FAILED]
    correct = np.array([1.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    found = {one.name: one.value() for one in abstention_metrics(examples, results, correct)}
    assert found["abstention_precision"] == pytest.approx(2 / 3)
    assert found["abstention_recall"] == pytest.approx(2 / 4)
    assert found["answered"] == pytest.approx(2 / 6)
    assert np.isnan(found["aurc"])


def test_refusing_is_not_judged_where_everything_can_be_answered() -> None:
    metrics = abstention_metrics([asked("a1")] * 2, [REFUSED, said("a1")], np.array([0.0, 1.0]))
    assert [metric.name for metric in metrics] == ["answered", "aurc"]
    assert metrics[0].value() == 0.5


def test_never_refusing_has_no_precision() -> None:
    metrics = abstention_metrics([asked(answerable=False)], [said("text")], np.array([0.0]))
    assert np.isnan(metrics[0].value())
    assert metrics[1].value() == 0.0


def test_area_by_hand() -> None:
    # By confidence: right, wrong, right, wrong; risks 0, 1/2, 1/3, 2/4: their mean is 1/3.
    metric = area_under_risk_coverage(sure(0.2, 0.9, 0.5, 0.7), np.array([0.0, 1.0, 1.0, 0.0]))
    assert metric.value() == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert not metric.higher_is_better


def test_refused_and_unknown_questions_are_not_in_the_area() -> None:
    results = [*sure(0.9, None, 0.5), said("no confidence"), *sure(0.7)]
    metric = area_under_risk_coverage(results, np.array([1.0, 1.0, 0.0, 0.0, np.nan]))
    assert metric.value() == pytest.approx((0 + 1 / 2) / 2)


def test_area_of_equal_confidences_is_that_expected_of_a_random_order() -> None:
    # All equal: every k has the risk of the whole.
    assert area_under_risk_coverage(
        sure(0.5, 0.5, 0.5), np.array([1.0, 0.0, 0.0])
    ).value() == pytest.approx(2 / 3)
    # A right answer first, then one right and one wrong of equal confidence:
    # risks 0, then (0 + 1/2)/2, then 1/3.
    assert area_under_risk_coverage(
        sure(0.9, 0.4, 0.4), np.array([1.0, 0.0, 1.0])
    ).value() == pytest.approx((0 + 1 / 4 + 1 / 3) / 3)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1, max_size=6))
def test_area_equals_the_mean_over_all_orders(cases: list[tuple[float, bool]]) -> None:
    def area(order: tuple[tuple[float, bool], ...]) -> float:
        wrong = [not right for _, right in order]
        return float(np.mean([np.mean(wrong[:k]) for k in range(1, len(wrong) + 1)]))

    orders = [o for o in permutations(cases) if [-c for c, _ in o] == sorted(-c for c, _ in o)]
    expected = np.mean([area(order) for order in orders])
    metric = area_under_risk_coverage(
        sure(*(c for c, _ in cases)), np.array([right for _, right in cases], np.float64)
    )
    assert metric.value() == pytest.approx(expected)
    assert -1e-12 <= metric.value() <= 1 + 1e-12


def test_curve_by_hand() -> None:
    # Five questions, one refused, one without gold: coverage is of four.
    results = sure(0.9, 0.5, None, 0.5, 0.8)
    points = risk_coverage(results, np.array([1.0, 0.0, 1.0, 1.0, np.nan]))
    assert [(one.confidence, one.coverage, one.risk) for one in points] == [
        (0.9, 1 / 4, 0.0),
        (0.5, 3 / 4, pytest.approx(1 / 3)),
    ]


def test_no_curve_without_confidences() -> None:
    assert risk_coverage([REFUSED, said("text")], np.array([0.0, 1.0])) == ()
    assert risk_coverage([], np.array([])) == ()
    assert np.isnan(area_under_risk_coverage([], np.array([])).value())


def test_weights_count_questions_repeatedly() -> None:
    results = [*sure(0.9, 0.4, None, 0.4, 0.4, 0.1)]
    correct = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    weights_repeat(lambda at: area_under_risk_coverage([results[i] for i in at], correct[at]), 6)
