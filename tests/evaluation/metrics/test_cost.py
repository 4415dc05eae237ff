from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metric import Metric
from evaluation.metrics.cost import COSTS, cost_metrics
from evaluation.results import Cost
from tests.evaluation.metrics.made import weights_repeat


def by_name(costs: list[Cost]) -> dict[str, Metric]:
    return {metric.name: metric for metric in cost_metrics(costs)}


def test_means_over_questions_where_it_is_known() -> None:
    found = by_name(
        [
            Cost(
                total_ms=900,
                first_token_ms=300,
                prompt_tokens=1000,
                completion_tokens=50,
                price=0.02,
            ),
            Cost(total_ms=100),
            Cost(total_ms=200, first_token_ms=100, prompt_tokens=500, completion_tokens=0, price=0),
        ]
    )
    assert tuple(found) == COSTS
    assert {name: metric.value() for name, metric in found.items()} == {
        "total_ms": 400.0,
        "first_token_ms": 200.0,
        "prompt_tokens": 750.0,
        "completion_tokens": 25.0,
        "price": 0.01,
        "total_ms_p50": 200.0,
        "total_ms_p95": 900.0,
    }
    for metric in found.values():
        assert not metric.higher_is_better
        assert not metric.binary
        assert (metric.low, metric.high) == (0.0, np.inf)


def test_no_price_where_none_was_set() -> None:
    assert np.isnan(by_name([Cost(total_ms=1, price=0.0), Cost(total_ms=2)])["price"].value())


def test_quantiles_by_hand() -> None:
    # Of 20 values, 19 are at most 19 (95 %), 10 at most 10 (50 %).
    found = by_name([Cost(total_ms=ms) for ms in range(20, 0, -1)])
    assert found["total_ms_p95"].value() == 19.0
    assert found["total_ms_p50"].value() == 10.0
    assert by_name([Cost(total_ms=7)])["total_ms_p95"].value() == 7.0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_quantiles_equal_numpys_inverted_distribution(times: list[float]) -> None:
    found = by_name([Cost(total_ms=ms) for ms in times])
    for name, share in (("total_ms_p50", 50), ("total_ms_p95", 95)):
        expected = np.percentile(times, share, method="inverted_cdf")
        assert found[name].value() == pytest.approx(expected)


def test_nothing_asked() -> None:
    assert all(np.isnan(metric.value()) for metric in cost_metrics([]))


@pytest.mark.parametrize("name", ["total_ms", "total_ms_p50", "total_ms_p95"])
def test_weights_count_questions_repeatedly(name: str) -> None:
    times = [5.0, 80.0, 3.0, 3.0, 41.0, 12.0]
    weights_repeat(lambda at: by_name([Cost(total_ms=times[i]) for i in at])[name], 6)
