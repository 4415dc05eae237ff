from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.metric import Metric
from evaluation.metrics.opinions import cohen_kappa, opinion_metrics
from evaluation.results import Answered, Opinion
from tests.evaluation.metrics.made import REFUSED, said, weights_repeat


def judged(
    correct: float | None, faithful: float | None = None, relevant: float | None = None
) -> Answered:
    opinion = Opinion(faithful=faithful, relevant=relevant, correct=correct)
    return replace(said("text"), opinion=opinion)


def by_name(results: list[Answered], correct: list[float]) -> dict[str, Metric]:
    return {one.name: one for one in opinion_metrics(results, np.array(correct, np.float64))}


def test_means_over_opinions_that_could_be_read() -> None:
    found = by_name(
        [judged(1.0, 0.5, 0.75), judged(None, 1.0, 0.25), judged(0.0), REFUSED], [1, 1, 0, 0]
    )
    assert found["faithfulness"].value() == 0.75
    assert found["relevance"].value() == 0.5
    assert found["judged_correct"].value() == 0.5


def test_agreement_by_hand() -> None:
    # Judge yes/gold yes 4, yes/no 1, no/yes 2, no/no 3: agreed 7/10; the judge says yes 5/10, gold
    # 6/10: chance .5*.6 + .5*.4 = .5; kappa (.7 - .5)/(1 - .5) = .4.
    pairs = [(0.9, 1)] * 4 + [(0.5, 0)] + [(0.4, 1)] * 2 + [(0.0, 0)] * 3
    found = by_name([judged(one) for one, _ in pairs], [gold for _, gold in pairs])
    assert found["judge_agreement"].value() == pytest.approx(0.4)
    assert found["judge_accuracy"].value() == pytest.approx(0.7)
    assert found["judge_agreement"].low == -1.0
    assert found["judge_accuracy"].binary


def test_agreement_leaves_out_what_either_does_not_know() -> None:
    results = [judged(1.0), judged(None), judged(1.0), judged(0.0)]
    found = by_name(results, [1, 1, np.nan, 0])
    assert found["judge_agreement"].value() == 1.0
    np.testing.assert_array_equal(
        found["judge_accuracy"].values,
        [1, np.nan, np.nan, 1],
    )


def test_agreement_against_chance_is_negative_or_undefined() -> None:
    assert by_name([judged(1), judged(0)], [0, 1])["judge_agreement"].value() == -1.0
    assert np.isnan(by_name([judged(1), judged(1)], [1, 1])["judge_agreement"].value())


def test_agreement_of_a_resample_without_variety_is_none_beyond_chance() -> None:
    found = by_name([judged(1), judged(0), judged(None)], [1, 0, 1])["judge_agreement"]
    np.testing.assert_array_equal(found.statistic(np.eye(3)), [0.0, 0.0, np.nan])


def test_undefined_without_a_judge() -> None:
    assert all(np.isnan(one.value()) for one in by_name([said("text"), REFUSED], [1, 0]).values())
    assert all(np.isnan(one.value()) for one in by_name([], []).values())


def test_weights_count_questions_repeatedly() -> None:
    first = np.array([True, True, False, False, True, False])
    second = np.array([True, False, False, False, True, True])
    known = np.array([True, True, True, True, False, True])
    weights_repeat(lambda at: cohen_kappa("kappa", first[at], second[at], known[at]), 6)
