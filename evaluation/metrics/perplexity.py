"""How surprised a model is by its own words, where it tells their probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluation.metric import Floats, Metric
from evaluation.results import Answered


def perplexity(results: Sequence[Answered]) -> Metric:
    """``exp(-sum of log-probabilities / tokens)`` over all tokens of the run; 1 or more.

    Undefined (NaN) where no result has ``token_logprobs``.
    """
    sums = np.array([sum(one.token_logprobs) for one in results], np.float64)
    counts = np.array([len(one.token_logprobs) for one in results], np.float64)

    def statistic(weights: Floats) -> Floats:
        tokens = weights @ counts
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(tokens > 0, np.exp(-(weights @ sums) / tokens), np.nan)

    return Metric(
        name="perplexity",
        statistic=statistic,
        questions=len(results),
        higher_is_better=False,
        low=1.0,
        high=np.inf,
    )
