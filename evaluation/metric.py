"""A metric as a function of how much each question counts.

Written so, one bootstrap serves them all: a resample of questions is a row of weights, and a
metric, whether a mean (F1), a ratio of sums (precision), a score of summed counts (BLEU) or the
area under a curve, gives one value a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Weights (resamples, questions), each >= 0, to values (resamples,); NaN where undefined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric over the questions of a run, in their order.

    ``values`` (questions,) are the per-question values of a mean, NaN where the metric does not
    apply to a question; None where the metric is not a mean. ``binary``: they are 0 or 1.
    ``low`` and ``high`` bound what it can be. ``fraction`` are two rows of numbers (questions,)
    where the metric is the weighted sum of the first over that of the second, else None: then
    ``statistic`` need not be asked.
    """

    name: str
    statistic: Statistic
    questions: int
    values: Floats | None = None
    fraction: tuple[Floats, Floats] | None = None
    binary: bool = False
    higher_is_better: bool = True
    low: float = 0.0
    high: float = 1.0

    def value(self) -> float:
        """The metric with every question counted once."""
        return float(self.statistic(np.ones((1, self.questions)))[0])


def mean(
    name: str,
    values: Floats,
    *,
    higher_is_better: bool = True,
    low: float = 0.0,
    high: float = 1.0,
) -> Metric:
    """The mean of ``values`` (questions,) over the questions where they are not NaN."""
    values = np.asarray(values, np.float64)
    known = np.isfinite(values)
    over, under = np.where(known, values, 0.0), known.astype(np.float64)
    return Metric(
        name=name,
        statistic=lambda weights: divided(weights @ over, weights @ under),
        questions=len(values),
        values=values,
        fraction=(over, under),
        binary=bool(np.isin(values[known], (0.0, 1.0)).all()) and (low, high) == (0.0, 1.0),
        higher_is_better=higher_is_better,
        low=low,
        high=high,
    )


def ratio(name: str, numerators: Floats, denominators: Floats) -> Metric:
    """A sum over a sum, such as precision: ``numerators`` and ``denominators`` (questions,)."""
    over, under = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    return Metric(
        name=name,
        statistic=lambda weights: divided(weights @ over, weights @ under),
        questions=len(over),
        fraction=(over, under),
    )


def divided(over: Floats, under: Floats) -> Floats:
    """``over / under``, NaN where ``under`` is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(under > 0, over / under, np.nan)
