"""Standard errors of resamples, and the degrees of freedom they have."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.metric import mean
from evaluation.statistics.resampling import Clustering, applies_to, deviations, resampled
from evaluation.statistics.spread import Spread, spread_of


def spread(values: list[float], clusters: list[str]) -> Spread:
    metric = mean("f1", np.array(values))
    own = Clustering.of(clusters, applies_to(metric))
    drawn = resampled(metric, own, resamples=20_000, seed=3)
    return spread_of(drawn, own, deviations(metric))


def test_one_question_a_document() -> None:
    # The usual standard error of 0, 0, 1, 1, 1: sqrt(6/5 / 4 / 5) = 0.2449.
    found = spread([0, 0, 1, 1, 1], list("abcde"))
    assert found.error == pytest.approx(np.sqrt(0.06), rel=0.02)
    assert found.freedom == pytest.approx(4)


def test_questions_that_come_in_pairs_tell_half_as_much() -> None:
    # Four documents of two equal answers: the standard error of 0, 0, 1, 1, not of eight values.
    found = spread([0, 0, 0, 0, 1, 1, 1, 1], list("aabbccdd"))
    assert found.error == pytest.approx(np.sqrt(1 / 3 / 4), rel=0.02)
    # All deviations are alike, so that their kurtosis is 1: the variance is as sure as can be.
    assert found.freedom == pytest.approx(3)


def test_a_variance_that_few_documents_make_is_not_well_known() -> None:
    # Twenty documents of two equal answers, three of them wrong: deviations -.85 three times and
    # .15 seventeen times. Squares 2.55, fourth powers 1.574625; kurtosis 20 * 1.574625 / 2.55^2 =
    # 4.8431; freedom 2 * 20 / 3.8431 = 10.408, below 20 - 1.
    found = spread([0.0] * 6 + [1.0] * 34, [str(i // 2) for i in range(40)])
    assert found.freedom == pytest.approx(10.408, abs=1e-3)
    # One of ten wrong: 2 * 10 / (8.111 - 1) = 2.8, and no less than 4.
    assert spread([0.0] * 2 + [1.0] * 18, [str(i // 2) for i in range(20)]).freedom == 4


def test_the_kurtosis_is_left_out_where_no_document_is_shared() -> None:
    found = spread([0.0] + [1.0] * 9, list("abcdefghij"))
    assert found.freedom == pytest.approx(9)


def test_uneven_documents_count_less() -> None:
    own = Clustering.of(list("aaaabc"), np.ones(6, np.bool_))
    # 6^2 / (16 + 1 + 1) = 2 effective documents
    found = spread_of(np.array([0.2, 0.4]), own, None)
    assert found.freedom == pytest.approx(1)
    assert found.error == pytest.approx(0.1 * np.sqrt(2))


def test_nothing_varies() -> None:
    found = spread([0.3, 0.3, 0.3], list("abc"))
    assert found.error == 0.0
    assert found.freedom == 2


@pytest.mark.parametrize("drawn", [np.array([0.5, 0.5]), np.empty(0)])
def test_one_document_has_no_spread(drawn: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    own = Clustering.of(["a", "a"], np.ones(2, np.bool_))
    found = spread_of(drawn, own, None)
    assert np.isnan(found.error)
    assert np.isnan(found.freedom)


def test_the_tables_of_t() -> None:
    found = Spread(error=0.5, freedom=10)
    assert found.quantile(0.975) == pytest.approx(2.228, abs=5e-4)
    assert found.above(0.5 * 1.812) == pytest.approx(0.05, abs=1e-4)
