"""How well a ranking finds the gold places: through ir-measures, one value a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from evaluation.dataset import Example
from evaluation.metric import Floats, Metric, mean
from evaluation.results import Retrieved

if TYPE_CHECKING:
    from ir_measures import Measure

RANKING: Final = ("hit@1", "hit@5", "hit@10", "recall@5", "recall@10", "mrr@10", "ndcg@10")
"""Names in the order they are reported."""


def ranking_metrics(examples: Sequence[Example], results: Sequence[Retrieved]) -> list[Metric]:
    """The metrics of ``RANKING`` over ``results``, which belong to ``examples`` in order.

    They are means, 0..1: Success@k, R@k, RR@10 and nDCG@10 of ir-measures (trec_eval's
    definitions; nDCG has linear gains, Järvelin and Kekäläinen 2002). What is ranked are units of
    ``evaluation.dataset.unit_of``. A gold place counts where its relevance is above 0; a unit that
    is gold twice counts once, with its highest relevance. Examples without gold give NaN.
    """
    return [mean(name, values) for name, values in ranking_values(examples, results).items()]


def ranking_values(examples: Sequence[Example], results: Sequence[Retrieved]) -> dict[str, Floats]:
    """For each of ``RANKING`` the values (questions,) that ``ranking_metrics`` are means of."""
    from ir_measures import iter_calc

    judged = {str(at): gold for at, one in enumerate(examples) if (gold := _relevances(one))}
    values = {name: np.full(len(examples), np.nan) for name in RANKING}
    for of_metric in values.values():
        of_metric[[int(query) for query in judged]] = 0.0
    found = {query: _scores(results[int(query)].units) for query in judged}
    names = {measure: name for name, measure in zip(RANKING, _measures(), strict=True)}
    for one in iter_calc(list(names), judged, found) if judged else ():
        values[names[one.measure]][int(one.query_id)] = one.value
    return values


def _measures() -> tuple[Measure, ...]:
    from ir_measures import RR, R, Success, nDCG

    return (Success @ 1, Success @ 5, Success @ 10, R @ 5, R @ 10, RR @ 10, nDCG @ 10)


def _relevances(example: Example) -> dict[str, int]:
    found: dict[str, int] = {}
    for place in example.gold:
        if place.relevance > 0:
            found[place.unit] = max(place.relevance, found.get(place.unit, 0))
    return found


def _scores(units: Sequence[str]) -> dict[str, float]:
    """Scores that keep the order: the best of n has n. Equal ones would be put in another."""
    return {unit: float(len(units) - at) for at, unit in enumerate(units)}
