"""Calibrating put together: questions are asked, and what comes back is fitted and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from rag.filter import EVERYTHING, Filter

if TYPE_CHECKING:
    from app.workbench import Tell, Workbench
    from evaluation.calibrating import Case
    from evaluation.dataset import Dataset, Example
    from evaluation.statistics.intervals import Interval
    from rag.answer import Answer
    from rag.confidence import Calibration
    from rag.protocols import Index
    from rag.types import Hit

_DOCUMENTS_KEPT: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The cases of one set, those of each question together, and what they were made with.

    ``embedder`` is the embedding model's id, ``answerer`` as ``rag.confidence.answerer_of`` says.
    """

    cases: tuple[tuple[Case, ...], ...]
    embedder: str
    answerer: str


@dataclass(slots=True)
class HoldingBack:
    """An index that finds nothing in the documents of these names."""

    index: Index
    documents: frozenset[str] = field(default_factory=frozenset)

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``; it looks twice as deep where documents are held back."""
        deep = 2 * top_k if self.documents else top_k
        hits = self.index.search(question, collections=collections, top_k=deep, where=where)
        return [hit for hit in hits if hit.passage.document not in self.documents][:top_k]


def drawn(dataset: Dataset, limit: int, seed: int) -> list[Example]:
    """``limit`` answerable questions with gold places (0: all), and as many that are not.

    Sets without unanswerable questions give none. Raises NothingToAsk.
    """
    from evaluation.datasets.sampling import retrievable, sample
    from evaluation.errors import NothingToAsk

    answerable = retrievable(dataset)
    if not answerable:
        raise NothingToAsk(
            dataset=dataset.name,
            kind="calibration run",
            detail=f"it has {len(dataset.examples)} questions",
            expected="Fitting needs questions with gold documents that the corpus holds.",
        )
    chosen = sample(answerable, limit or len(answerable), seed)
    without = [one for one in dataset.examples if not one.answerable]
    return chosen + sample(without, len(chosen), seed)


def ask_all(
    bench: Workbench,
    dataset: Dataset,
    examples: Sequence[Example],
    *,
    model: str,
    seed: int,
    tell: Tell,
    truly_answerable: float = 1.0,
    weight: float = 1.0,
) -> Asked:
    """Ask ``model`` these questions of ``dataset``, and as many that its documents do not answer.

    See ``evaluation.calibrating.cases_of``. Raises UnknownModel and ModelNotConfigured.
    """
    from evaluation.calibrating import cases_of
    from evaluation.corpora import passages_of
    from rag.confidence import NoRefusal, answerer_of

    settings = bench.configured({})
    with bench.corpus(dataset, settings, tell) as (opened, collections):
        opened.check_model(model)
        index = opened.index = HoldingBack(opened.index)
        opened.confidence = NoRefusal()
        passages = lru_cache(maxsize=_DOCUMENTS_KEPT)(
            partial(passages_of, opened.record, collections)
        )
        answerers: dict[str, int] = {}

        def ask(question: str, held_back: frozenset[str]) -> Answer:
            index.documents = held_back
            answer = opened.ask(question, collections, model)
            answerers[answerer_of(answer)] = answerers.get(answerer_of(answer), 0) + 1
            return answer

        found = []
        for case in cases_of(
            examples,
            ask,
            lambda name: "\n".join(one.chunk.text for one in passages(name)),
            seed=seed,
            source=dataset.name,
            truly_answerable=truly_answerable,
            weight=weight,
        ):
            found.append(case)
            tell("questions", len(found), len(examples))
        answerer = max(answerers, key=lambda one: answerers[one])
        return Asked(cases=tuple(found), embedder=opened.embedder.model_id, answerer=answerer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A calibration, and what it is worth on ``held_out`` cases that it was not fitted on.

    ``before`` and ``after`` are intervals by the metrics' names (``calibration_metrics``).
    """

    calibration: Calibration
    held_out: int
    before: dict[str, Interval]
    after: dict[str, Interval]


def calibrated(
    bench: Workbench,
    datasets: Sequence[Dataset],
    *,
    model: str,
    limit: int,
    seed: int,
    tell: Tell,
) -> Calibrated:
    """Fit ``model``'s answers on the train part of these sets, and measure on the rest.

    Raises NothingToAsk, TooFewToFit, UnknownModel and ModelNotConfigured.
    """
    from evaluation.calibrating import LEAST_CASES, calibration_metrics, fitted
    from evaluation.datasets.sampling import part_of
    from evaluation.errors import TooFewToFit
    from evaluation.statistics.intervals import interval
    from rag.confidence import Confidence

    train: list[Case] = []
    rest: list[Case] = []
    for dataset in datasets:
        examples = drawn(dataset, limit, seed)
        fits = {one.id for one in part_of(examples, "train", seed)}
        asked = ask_all(bench, dataset, examples, model=model, seed=seed, tell=tell)
        for example, cases in zip(examples, asked.cases, strict=True):
            (train if example.id in fits else rest).extend(cases)
    found = fitted(
        train,
        embedder=asked.embedder,
        answerer=asked.answerer,
        source=", ".join(one.name for one in datasets),
    )
    held_out = [case for case in rest if case.ground in found.curves]
    if not held_out:
        raise TooFewToFit(cases=len(train), least=LEAST_CASES)

    def worth(confidence: Confidence) -> dict[str, Interval]:
        stated = [
            confidence.chances(case.ground, case.features, asked.answerer).right
            for case in held_out
        ]
        clusters = [case.cluster for case in held_out]
        metrics = calibration_metrics(held_out, stated)
        return {name: interval(one, clusters, seed=seed) for name, one in metrics.items()}

    kept = partial(bench.services.calibrations.find, asked.embedder)
    return Calibrated(
        calibration=found,
        held_out=len(held_out),
        before=worth(Confidence(asked.embedder, kept)),
        after=worth(Confidence(asked.embedder, lambda _answerer: found)),
    )
