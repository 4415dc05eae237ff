"""What answers take: time, tokens and money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from evaluation.metric import Floats, Metric, mean
from evaluation.results import Cost

_MEANS: Final[dict[str, Callable[[Cost], float | None]]] = {
    "total_ms": lambda cost: cost.total_ms,
    "first_token_ms": lambda cost: cost.first_token_ms,
    "prompt_tokens": lambda cost: cost.prompt_tokens,
    "completion_tokens": lambda cost: cost.completion_tokens,
    "price": lambda cost: cost.price,
}
_QUANTILES: Final = {"total_ms_p50": 0.5, "total_ms_p95": 0.95}

COSTS: Final = (*_MEANS, *_QUANTILES)
"""Names in the order they are reported."""


def cost_metrics(costs: Sequence[Cost]) -> list[Metric]:
    """The metrics of ``COSTS``, per question; less is better, and nothing bounds them above.

    Milliseconds, tokens, and money in the unit of the prices set; where every price is 0, none was
    set. Means are over questions where it is known. ``total_ms_p95`` is the time within which 95 %
    of the questions were done, ``total_ms_p50`` the median.
    """
    means = {name: [of(cost) for cost in costs] for name, of in _MEANS.items()}
    if not any(means["price"]):
        means["price"] = [None] * len(costs)
    return [
        *(_mean(name, values) for name, values in means.items()),
        *(_quantile(name, [c.total_ms for c in costs], q) for name, q in _QUANTILES.items()),
    ]


def _mean(name: str, values: Sequence[float | None]) -> Metric:
    known = np.array([np.nan if one is None else one for one in values], np.float64)
    return mean(name, known, higher_is_better=False, high=np.inf)


def _quantile(name: str, values: Sequence[float], share: float) -> Metric:
    """The least value that at least ``share`` of the weight does not exceed.

    The inverse of the empirical distribution: type 1 of Hyndman and Fan (1996).
    """
    order = np.argsort(values, kind="stable")
    ranked = np.asarray(values, np.float64)[order]

    def statistic(weights: Floats) -> Floats:
        reached = np.cumsum(weights[:, order], axis=1)
        if not len(ranked):
            return np.full(len(weights), np.nan)
        total = reached[:, -1:]
        first = (reached >= share * total * (1 - 1e-12)).argmax(axis=1)
        return np.where(total[:, 0] > 0, ranked[first], np.nan)

    return Metric(
        name=name,
        statistic=statistic,
        questions=len(values),
        higher_is_better=False,
        high=np.inf,
    )
