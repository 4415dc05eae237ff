"""Questions put to systems, one after another or several at once, every result kept as it comes.

A run that was stopped goes on with the questions it lacks; since every question is answered by
itself, it ends as one that was never stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import islice
from typing import Final, Protocol

from evaluation.dataset import Example, unit_of
from evaluation.gold import GoldText, trace
from evaluation.results import Answered, CitedClaim, Cost, GoldTrace, Opinion, Result, Retrieved
from evaluation.runs import Runs
from evaluation.systems import INCLUDES
from rag.answer import Answer, Outcome
from rag.checking import alce
from rag.errors import QuorumError
from rag.protocols import Index
from rag.types import Passage

SEARCHED: Final = 50
"""Passages a search is asked for."""

KEPT_UNITS: Final = 20
"""Places of a ranking that a result keeps: more than any metric looks at."""

_KEEP_EVERY_S: Final = 0.5

OnProgress = Callable[[int, int], None]
"""Gets how many questions are done, and of how many."""

Judge = Callable[[Example, Answered, Sequence[Passage]], Opinion]
"""A judging model's opinion of an answer made from these passages."""

Measured = tuple[str, int, Result, Cost]
"""System, position, result, cost."""


class Answerer(Protocol):
    """The product, answering."""

    def __call__(self, question: str) -> Iterator[Answer]:
        """Growing answers; the last has an outcome. May raise a QuorumError."""


class Shelf(Protocol):
    """The passages of a corpus by document."""

    def __call__(self, document: str) -> Sequence[Passage]:
        """Every passage of ``document``, none when it is not there."""


def run_retrieval(
    runs: Runs,
    run_id: str,
    examples: Sequence[Example],
    systems: Mapping[str, Index],
    collections: Sequence[str],
    *,
    by_page: bool,
    on_progress: OnProgress,
) -> None:
    """Search for every example that the run lacks, with every system."""

    def measure(at: int) -> list[Measured]:
        took: dict[str, float] = {}
        results: list[Measured] = []
        for name, index in systems.items():
            started = time.perf_counter()
            hits = index.search(examples[at].question, collections=collections, top_k=SEARCHED)
            took[name] = (time.perf_counter() - started) * 1000
            total = took[name] + sum(took.get(part, 0.0) for part in INCLUDES.get(name, ()))
            found = Retrieved(
                units=tuple(islice(_units((hit.passage for hit in hits), by_page), KEPT_UNITS))
            )
            results.append((name, at, found, Cost(total_ms=total)))
        return results

    _run(runs, run_id, len(examples), systems, measure, on_progress=on_progress)


def run_answers(
    runs: Runs,
    run_id: str,
    examples: Sequence[Example],
    systems: Mapping[str, Answerer],
    *,
    tracer: GoldTracer,
    judge: Judge | None,
    prices: tuple[float, float],
    at_once: int,
    on_progress: OnProgress,
) -> None:
    """Ask every system every example that the run lacks, ``at_once`` questions at a time.

    ``prices`` are per million tokens of the prompt and of the completion.
    """

    def measure(at: int) -> list[Measured]:
        return [
            (name, at, *_answered(examples[at], answerer, tracer, judge, prices))
            for name, answerer in systems.items()
        ]

    _run(
        runs,
        run_id,
        len(examples),
        systems,
        measure,
        on_progress=on_progress,
        at_once=at_once,
    )


def _run(
    runs: Runs,
    run_id: str,
    total: int,
    systems: Iterable[str],
    measure: Callable[[int], list[Measured]],
    *,
    on_progress: OnProgress,
    at_once: int = 1,
) -> None:
    kept, names = runs.done(run_id), tuple(systems)
    lacking = [at for at in range(total) if any((name, at) not in kept for name in names)]
    done = total - len(lacking)
    on_progress(done, total)
    waiting: list[Measured] = []
    last_kept = time.monotonic()
    try:
        for measured in _in_parallel(measure, lacking, at_once):
            waiting.extend(measured)
            done += 1
            on_progress(done, total)
            if time.monotonic() - last_kept >= _KEEP_EVERY_S:
                runs.keep(run_id, waiting)
                waiting, last_kept = [], time.monotonic()
    finally:
        runs.keep(run_id, waiting)
    runs.finish(run_id)


def _in_parallel(
    measure: Callable[[int], list[Measured]], positions: Sequence[int], at_once: int
) -> Iterator[list[Measured]]:
    if at_once == 1:
        yield from map(measure, positions)
        return
    with ThreadPoolExecutor(at_once, thread_name_prefix="ask") as pool:
        asked: list[Future[list[Measured]]] = [pool.submit(measure, at) for at in positions]
        try:
            for future in as_completed(asked):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


class GoldTracer:
    """Follows an example's gold text through the corpus, the search and the prompt."""

    def __init__(
        self, index: Index, collections: Sequence[str], shelf: Shelf, *, by_page: bool
    ) -> None:
        self._index = index
        self._collections = collections
        self._shelf = shelf
        self.by_page = by_page

    def trace(self, example: Example, prompt: Sequence[Passage]) -> tuple[GoldTrace | None, bool]:
        """How far the gold text came, and whether it stands in the prompt; None without gold."""
        if not (example.answerable and (example.gold or example.evidence)):
            return None, False
        documents = dict.fromkeys(place.document for place in example.gold)
        shelf = [passage for name in documents for passage in self._shelf(name)]
        gold = GoldText.of(example, shelf)
        found = self._index.search(example.question, collections=self._collections, top_k=SEARCHED)
        came = trace(gold, [hit.passage for hit in found], shelf)
        return came, gold.held_by(prompt)


def _answered(
    example: Example,
    answerer: Answerer,
    tracer: GoldTracer,
    judge: Judge | None,
    prices: tuple[float, float],
) -> tuple[Answered, Cost]:
    started = time.perf_counter()
    try:
        for answer in answerer(example.question):
            final = answer
    except QuorumError as error:
        took = (time.perf_counter() - started) * 1000
        refused = Answered(outcome=Outcome.NOT_IN_DOCUMENTS, text="", error=type(error).__name__)
        return refused, Cost(total_ms=took)
    total_ms = (time.perf_counter() - started) * 1000
    read = final.passages()
    gold, in_prompt = tracer.trace(example, read)
    answered = Answered(
        outcome=final.outcome or Outcome.NOT_IN_DOCUMENTS,
        text=final.text,
        claims=tuple(_checked(final)),
        prompt=tuple(_units(read, tracer.by_page)),
        gold=gold,
        gold_in_prompt=in_prompt,
        confidence=final.confidence,
        token_logprobs=final.token_logprobs,
        notice=final.notice,
        trouble=final.trouble,
        prompt_version=final.prompt_version,
    )
    if judge is not None:
        answered = replace(answered, opinion=judge(example, answered, read))
    return answered, _cost(final, total_ms, prices)


def _checked(answer: Answer) -> Iterator[CitedClaim]:
    for claim in answer.claims:
        supported, needed = alce(claim.text, [citation.quote for citation in claim.citations])
        yield CitedClaim(claim=claim, supported=supported, needed=needed)


def _cost(answer: Answer, total_ms: float, prices: tuple[float, float]) -> Cost:
    tokens = answer.prompt_tokens, answer.completion_tokens
    price = None
    if tokens[0] is not None and tokens[1] is not None:
        price = (tokens[0] * prices[0] + tokens[1] * prices[1]) / 1_000_000
    return Cost(
        total_ms=total_ms,
        first_token_ms=answer.timings_ms.get("first_token"),
        prompt_tokens=tokens[0],
        completion_tokens=tokens[1],
        price=price,
    )


def _units(passages: Iterable[Passage], by_page: bool) -> Iterator[str]:
    """The places of ``passages``, each once, in their order."""
    places = (
        unit_of(one.document, one.chunk.page if by_page and one.paginated else None)
        for one in passages
    )
    return iter(dict.fromkeys(places))
