"""Whether a system refuses the right questions, and whether it knows when it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.dataset import Example
from evaluation.metric import Floats, Metric, mean
from evaluation.metrics.answers import is_refusal
from evaluation.results import Answered
from rag.answer import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """One point of a risk–coverage curve: what taking only answers this confident comes to.

    ``coverage`` is their share of all questions, ``risk`` the share of them that is wrong.
    """

    confidence: float
    coverage: float
    risk: float


def abstention_metrics(
    examples: Sequence[Example], results: Sequence[Answered], correct: Floats
) -> list[Metric]:
    """Metrics of refusing, 0..1; ``correct`` (questions,) is 1, 0, or NaN where not known.

    * ``abstention_precision``: of the questions refused, the share that cannot be answered.
    * ``abstention_recall``: of those that cannot be answered, the share refused. Both are left out
      where every question can be answered. A question that failed is not refused.
    * ``answered``: share of questions that got an answer.
    * ``aurc``: area under the risk–coverage curve, see ``area_under_risk_coverage``.
    """
    refused = np.array([is_refusal(one) for one in results], np.float64)
    unanswerable = np.array([not one.answerable for one in examples], np.float64)
    answered = np.array([one.outcome is Outcome.ANSWERED for one in results], np.float64)
    found = [mean("answered", answered), area_under_risk_coverage(results, correct)]
    if not unanswerable.any():
        return found
    return [
        mean("abstention_precision", np.where(refused > 0, unanswerable, np.nan)),
        mean("abstention_recall", np.where(unanswerable > 0, refused, np.nan)),
        *found,
    ]


def area_under_risk_coverage(results: Sequence[Answered], correct: Floats) -> Metric:
    """AURC (Geifman et al. 2018): the mean, over k, of the share wrong among the k surest answers.

    A refused question has no answer that could be taken, so k runs over the answered ones with a
    confidence and known correctness, and the area is per answer: refusing more does not make it
    smaller by itself. Answers of equal confidence come in no order: each k has the risk expected of
    a random one. A weight counts a question so many times. NaN without such answers.
    """
    at, confidence = _surest_first(results, correct)
    wrong = 1.0 - correct[at]
    starts = _group_starts(confidence)

    def statistic(weights: Floats) -> Floats:
        if not len(at):
            return np.full(len(weights), np.nan)
        own = weights[:, at]
        size = np.add.reduceat(own, starts, axis=1)
        errors = np.add.reduceat(own * wrong, starts, axis=1)
        taken = size.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            area = _expected_risks(size, errors).sum(axis=1) / taken
        return np.where(taken > 0, area, np.nan)

    return Metric(name="aurc", statistic=statistic, questions=len(results), higher_is_better=False)


def risk_coverage(results: Sequence[Answered], correct: Floats) -> tuple[RiskPoint, ...]:
    """The risk–coverage curve (El-Yaniv and Wiener 2010), the surest answers first.

    It has one point for each different confidence of ``area_under_risk_coverage``'s answers;
    coverage is of all questions whose correctness is known, refused ones included, so the curve
    ends where the system refuses.
    """
    at, confidence = _surest_first(results, correct)
    if not len(at):
        return ()
    ends = np.append(_group_starts(confidence)[1:], len(at)) - 1
    taken = ends + 1
    errors = np.cumsum(1.0 - correct[at])[ends]
    questions = np.isfinite(correct).sum()
    return tuple(
        RiskPoint(confidence=float(c), coverage=float(k / questions), risk=float(e / k))
        for c, k, e in zip(confidence[ends], taken, errors, strict=True)
    )


def _surest_first(results: Sequence[Answered], correct: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Positions and confidences of the answers that the curve is over."""
    confidence = np.array(
        [
            np.nan
            if one.confidence is None or one.outcome is not Outcome.ANSWERED
            else one.confidence
            for one in results
        ],
        np.float64,
    )
    at = np.flatnonzero(np.isfinite(confidence) & np.isfinite(correct))
    at = at[np.argsort(-confidence[at], kind="stable")]
    return at, confidence[at]


def _group_starts(confidence: Floats) -> NDArray[np.intp]:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.append(True, np.diff(confidence) != 0))[: len(confidence)]


def _expected_risks(size: Floats, errors: Floats) -> Floats:
    """For each group (resamples, groups), the expected risks summed over its ``size`` answers.

    After j of a group's W answers, when W0 answers with E0 wrong came before, the expected risk is
    ``(E0 + r j) / (W0 + j)``, with r the group's share wrong. Summed over j = 1..W that is
    ``r W + (E0 - r W0) (H(W0 + W) - H(W0))``, where H are the harmonic numbers.
    """
    from scipy.special import digamma

    taken = np.cumsum(size, axis=1)
    before, errors_before = taken - size, np.cumsum(errors, axis=1) - errors
    rate = np.divide(errors, size, out=np.zeros_like(errors), where=size > 0)
    harmonic = np.diff(digamma(taken + 1), axis=1, prepend=digamma(1.0))
    risks: Floats = rate * size + (errors_before - rate * before) * harmonic
    return risks
