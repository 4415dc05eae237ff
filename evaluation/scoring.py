"""All metrics of one system's results in a run, under their names and in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

from evaluation.dataset import Example
from evaluation.metric import Floats, Metric
from evaluation.metrics.abstention import RiskPoint, abstention_metrics, risk_coverage
from evaluation.metrics.answers import answer_metrics, match_values
from evaluation.metrics.citations import citation_metrics
from evaluation.metrics.confidence import ReliabilityBin, confidence_metrics, reliability
from evaluation.metrics.cost import COSTS, cost_metrics
from evaluation.metrics.opinions import opinion_metrics
from evaluation.metrics.perplexity import perplexity
from evaluation.metrics.ranking import ranking_metrics, ranking_values
from evaluation.metrics.text_overlap import bleu, rouge_l
from evaluation.results import Answered, Kind, Retrieved, Run

TIMINGS: Final = frozenset(COSTS)
"""Metrics of costs: the only ones that differ between repetitions of a deterministic run."""

FOUND: Final = "hit@5"
"""The metric that says whether a search was right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """What reports draw of one system: see ``risk_coverage`` and ``reliability``.

    ``total_ms`` are milliseconds, the quickest question first. Empty where there is nothing.
    """

    risk_coverage: tuple[RiskPoint, ...]
    reliability: tuple[ReliabilityBin, ...]
    total_ms: tuple[float, ...]


def metrics_of(run: Run, system: str) -> dict[str, Metric]:
    """The metrics of ``system`` that apply to ``run``, those of costs last.

    One that no question defines is left out. Raises KeyError for an unknown system.
    """
    if run.kind is Kind.RETRIEVAL:
        found = ranking_metrics(run.examples, _retrieved(run, system))
    else:
        found = _of_answers(run.examples, _answered(run, system), by_page=run.by_page)
    found += cost_metrics(run.costs[system])
    return {metric.name: metric for metric in found if not isnan(metric.value())}


def correctness(run: Run, system: str) -> Floats:
    """Whether each question (questions,) came out right: 1, 0, or NaN where gold is not known.

    Answers are right by ``match``, searches by ``FOUND``. Raises KeyError for an unknown system.
    """
    if run.kind is Kind.RETRIEVAL:
        return ranking_values(run.examples, _retrieved(run, system))[FOUND]
    return match_values(run.examples, _answered(run, system))


def curves_of(run: Run, system: str) -> Curves:
    """The curves of ``system``. Raises KeyError for an unknown system."""
    total_ms = tuple(sorted(cost.total_ms for cost in run.costs[system]))
    if run.kind is Kind.RETRIEVAL:
        return Curves(risk_coverage=(), reliability=(), total_ms=total_ms)
    results, correct = _answered(run, system), correctness(run, system)
    return Curves(
        risk_coverage=risk_coverage(results, correct),
        reliability=reliability(results, correct),
        total_ms=total_ms,
    )


def _of_answers(
    examples: Sequence[Example], results: Sequence[Answered], *, by_page: bool
) -> list[Metric]:
    correct = match_values(examples, results)
    return [
        *answer_metrics(examples, results),
        bleu(examples, results),
        rouge_l(examples, results),
        *citation_metrics(examples, results, by_page=by_page),
        *abstention_metrics(examples, results, correct),
        *confidence_metrics(results, correct),
        perplexity(results),
        *opinion_metrics(results, correct),
    ]


def _retrieved(run: Run, system: str) -> list[Retrieved]:
    return [one for one in run.results[system] if isinstance(one, Retrieved)]


def _answered(run: Run, system: str) -> list[Answered]:
    return [one for one in run.results[system] if isinstance(one, Answered)]
