"""What a judging model thinks of the answers, and how far it agrees with the gold answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evaluation.metric import Floats, Metric, mean
from evaluation.results import Answered, Opinion

Booleans = NDArray[np.bool_]

_OPINIONS: Final[dict[str, Callable[[Opinion], float | None]]] = {
    "faithfulness": lambda opinion: opinion.faithful,
    "relevance": lambda opinion: opinion.relevant,
    "judged_correct": lambda opinion: opinion.correct,
}
_RIGHT: Final = 0.5
"""The judge calls an answer right from here on."""


def opinion_metrics(results: Sequence[Answered], correct: Floats) -> list[Metric]:
    """The judge's opinions and its agreement with ``correct`` (questions,): 1, 0, NaN unknown.

    ``faithfulness``, ``relevance`` and ``judged_correct`` are means, 0..1, over the answers where
    the opinion could be read. ``judge_accuracy`` is the share of answers on which the judge and the
    gold answers agree whether it is right, ``judge_agreement`` the same beyond chance (Cohen 1960).
    """
    found = {name: _values(results, of) for name, of in _OPINIONS.items()}
    judged = found["judged_correct"]
    both = np.isfinite(judged) & np.isfinite(correct)
    agreed = np.where(both, (judged >= _RIGHT) == (correct >= _RIGHT), np.nan)
    return [
        *(mean(name, values) for name, values in found.items()),
        cohen_kappa("judge_agreement", judged >= _RIGHT, correct >= _RIGHT, both),
        mean("judge_accuracy", agreed),
    ]


def cohen_kappa(name: str, first: Booleans, second: Booleans, known: Booleans) -> Metric:
    """Cohen's kappa, -1..1, of two yes-or-no judgements where ``known``; all (questions,).

    ``(seen - chance) / (1 - chance)`` of the shares of agreement. NaN where both say the same of
    every question: then chance alone agrees always. A resample of which that is so, when it is not
    so of all questions, gives 0: it shows nothing beyond chance.
    """
    varied = len({*first[known], *second[known]}) > 1
    agreement = known & (first == second)
    cells = np.stack([known, known & first, known & second, agreement], axis=1).astype(np.float64)

    def statistic(weights: Floats) -> Floats:
        total, first_yes, second_yes, agreed = (weights @ cells).T
        with np.errstate(divide="ignore", invalid="ignore"):
            both_no = (total - first_yes) * (total - second_yes)
            chance = (first_yes * second_yes + both_no) / total**2
            kappa = (agreed / total - chance) / (1 - chance)
        return np.where(varied & (total > 0), np.where(chance < 1, kappa, 0.0), np.nan)

    return Metric(name=name, statistic=statistic, questions=len(known), low=-1.0)


def _values(results: Sequence[Answered], of: Callable[[Opinion], float | None]) -> Floats:
    stated = [None if one.opinion is None else of(one.opinion) for one in results]
    return np.array([np.nan if one is None else one for one in stated], np.float64)
