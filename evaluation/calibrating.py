"""Fits how sure answers are: logistic models of two chances, and the floor below which to refuse.

A case is one question with what was found for it. The cases of a set are its questions, and as many
that its documents do not answer: the set's own, or else each question once more, with its documents
held back or with one word swapped (``evaluation/datasets/swapped.py``), by turns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

import numpy as np

from evaluation.dataset import Example
from evaluation.datasets.swapped import WordSwap
from evaluation.gold import GoldText
from evaluation.metric import Metric
from evaluation.metrics.abstention import area_under_risk_coverage
from evaluation.metrics.answers import gold_answers, holds
from evaluation.metrics.confidence import confidence_metrics
from evaluation.results import Answered
from evaluation.statistics.logistic import logistic_regression
from rag.answer import Answer, Outcome
from rag.claims import Citation
from rag.confidence import Calibration, Curve, Feature, Ground, Logistic, features_of, ground_of
from rag.confidence.evidence import is_enough
from rag.confidence.features import Features

LEAST_CASES: Final = 40
"""Cases on one ground without which no curve is fitted for it."""

RIGHT_IN_PLACE: Final = 0.9
"""Share of the sentences cited from a gold document that are taken to be right, where a set names
its documents and no answers."""

REFUSED_AT_MOST: Final = 0.1
"""Share of the questions that the documents answer which may be refused, in any of the sets: a
reader of a cited sentence sees what it does not say, a reader of a refusal does not."""

_DIGITS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question asked: ``right`` and ``answerable`` are 0, 1, or a share where neither is known.

    ``cosine`` is the largest one of a passage to the question; ``evident`` says that the passages
    have enough to do with it for an answer to be given. Cases of one ``cluster`` hang together.
    """

    ground: Ground
    features: Features
    right: float
    answerable: float
    cosine: float
    cluster: str
    source: str
    weight: float = 1.0
    evident: bool = True


Ask = Callable[[str, frozenset[str]], Answer]
"""Asks a question with these documents held back; nothing is refused by confidence."""


def cases_of(
    examples: Sequence[Example],
    ask: Ask,
    text_of: Callable[[str], str],
    *,
    seed: int,
    source: str = "",
    truly_answerable: float = 1.0,
    weight: float = 1.0,
) -> Iterator[tuple[Case, ...]]:
    """The cases of each example, in their order; ``text_of`` gives the text of a document.

    ``truly_answerable`` is the share of the questions marked as answerable that are. A question
    that could not be made is left out.
    """
    chance = Random(seed)  # noqa: S311 (a sample, no secret)
    own = any(not one.answerable for one in examples)
    swap = WordSwap(one.question for one in examples)
    for number, one in enumerate(examples):
        answer = ask(one.question, frozenset())
        found = [_case(one, one.question, answer, truly_answerable if one.answerable else 0.0)]
        if not own:
            gold = frozenset(place.document for place in one.gold)
            if number % 2:
                found.append(_case(one, one.question, ask(one.question, gold), 0.0))
            elif other := swap.swapped(one.question, "\n".join(map(text_of, sorted(gold))), chance):
                found.append(_case(one, other, ask(other, frozenset()), 0.0))
        yield tuple(replace(case, source=source, weight=weight) for case in found if case.features)


def is_right(example: Example, gold: GoldText, citation: Citation) -> bool:
    """Whether the sentence cited answers: it holds a gold answer, or is a piece of the evidence."""
    if example.evidence:
        return gold.cited_by(citation)
    return any(holds(citation.quote, answer) for answer in gold_answers(example))


def fitted(cases: Sequence[Case], *, embedder: str, answerer: str, source: str = "") -> Calibration:
    """The calibration of these cases, with a curve for every ground that has enough of them.

    Cases by vectors also serve their language's ground by words alone where that has not enough of
    its own: so an embedding model without a calibration has something to go by.
    """
    by_ground: dict[Ground, list[Case]] = defaultdict(list)
    for case in cases:
        by_ground[case.ground].append(case)
    for ground in tuple(by_ground):
        if len(by_ground[ground.without_vectors()]) < LEAST_CASES:
            by_ground[ground.without_vectors()] = by_ground[ground]
    return Calibration(
        embedder=embedder,
        answerer=answerer,
        source=source,
        curves={
            ground: _curve(by_ground[ground], ground)
            for ground in Ground
            if len(by_ground[ground]) >= LEAST_CASES
        },
    )


def calibration_metrics(cases: Sequence[Case], confidences: Sequence[float]) -> dict[str, Metric]:
    """``aurc``, ``ece`` and ``brier`` of the cases' answers, given with these confidences (0..1).

    An answer to a question that the documents do not answer is wrong.
    """
    given = [
        Answered(outcome=Outcome.ANSWERED, text="", confidence=float(one)) for one in confidences
    ]
    right = np.array([case.right for case in cases], np.float64)
    found = [area_under_risk_coverage(given, right), *confidence_metrics(given, right)]
    return {metric.name: metric for metric in found}


def _curve(cases: Sequence[Case], ground: Ground) -> Curve:
    usable = [
        feature
        for feature in Feature
        if not (ground is ground.without_vectors() and feature is Feature.NEAREST)
    ]
    answerable = _logistic(cases, usable, [case.answerable for case in cases])
    return Curve(
        right=_logistic(cases, usable, [case.right for case in cases]),
        answerable=answerable,
        floor=_floor(cases, answerable),
    )


def _logistic(
    cases: Sequence[Case], usable: Sequence[Feature], targets: Sequence[float]
) -> Logistic:
    bias, slopes = logistic_regression(
        np.array([[case.features.get(one, 0.0) for one in usable] for case in cases]),
        np.array(targets, np.float64),
        np.array([case.weight for case in cases]),
    )
    weights = {
        one: round(float(slope), _DIGITS)
        for one, slope in zip(usable, slopes, strict=True)
        if slope
    }
    return Logistic(bias=round(bias, _DIGITS), weights=weights)


def _floor(cases: Sequence[Case], answerable: Logistic) -> float:
    """The chance below which to refuse: the highest that keeps ``REFUSED_AT_MOST`` in every set."""
    chances: dict[str, list[float]] = defaultdict(list)
    for case in cases:
        if case.answerable > 0:
            chances[case.source].append(answerable.chance(case.features))
    floors = []
    for found in map(sorted, chances.values()):
        first_kept = int(REFUSED_AT_MOST * len(found))
        before = found[first_kept - 1] if first_kept else found[0]
        floors.append((before + found[first_kept]) / 2)
    return round(min(floors, default=0.0), _DIGITS)


def _case(example: Example, question: str, answer: Answer, answerable: float) -> Case:
    return Case(
        ground=ground_of(question, answer.hits),
        features=features_of(question, answer),
        right=_right(example, answer) * answerable,
        answerable=answerable,
        cosine=max((hit.parts.get("dense", 0.0) for hit in answer.hits), default=0.0),
        cluster=example.cluster,
        source="",
        evident=is_enough(answer.hits),
    )


def _right(example: Example, answer: Answer) -> float:
    """How surely ``answer`` is right: the sentence it cites first, or a chat model's whole text."""
    if answer.outcome is not Outcome.ANSWERED:
        return 0.0
    golds = gold_answers(example)
    if answer.context and golds:
        return float(any(holds(answer.text, one) for one in golds))
    first = next(iter(answer.citations()), None)
    if first is None:
        return 0.0
    if golds or example.evidence:
        return float(is_right(example, GoldText.of(example), first))
    return RIGHT_IN_PLACE * any(place.document == first.document for place in example.gold)
