"""How soon an answer begins, beyond what the search and the model themselves take.

Every system is asked the same questions in turn, through the same search, of the same server. What
counts is the time until the first words, less the time inside the search, less the server's fixed
time to a first token. The product is asked once as its rivals are, and in a row of its own with
samples that vote, of which the first is shown as it grows. ``client alone`` is the openai client
with a prompt made before: the floor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from app.models import OPENAI
from app.wiring import Services
from benchmarks.answers.server import Pace
from benchmarks.retrieval.stopwatch import Times
from rag.filter import EVERYTHING, Filter
from rag.protocols import Index
from rag.strategies.names import StrategyName
from rag.types import Hit

PRODUCT: Final = "Quorum"
VOTING: Final = "Quorum, samples voting"
CLIENT: Final = "client alone"

Ask = Callable[[str], Iterator[str]]
"""A question to what is said, a piece or all so far at a time; begins when it is iterated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """One system: milliseconds until its first words, and how much of it is its own.

    ``own`` is ``first`` without the search and the model. ``cpu`` is the time on cores until the
    first words, without the search, of all threads: those of the embedder that wait for more work
    after a search count too.
    """

    system: str
    first: Times
    own: Times
    cpu: Times


class TimedIndex:
    """See ``rag.protocols.Index``; times inside it, also those on cores, since ``restart``."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.took_ms = 0.0
        self.cpu_ms = 0.0

    def restart(self) -> None:
        """Count from zero."""
        self.took_ms = self.cpu_ms = 0.0

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        started, on_cores = time.perf_counter(), time.process_time()
        hits = self._index.search(question, collections=collections, top_k=top_k, where=where)
        self.took_ms += (time.perf_counter() - started) * 1000
        self.cpu_ms += (time.process_time() - on_cores) * 1000
        return hits


def systems(services: Services, collections: Sequence[str], base_url: str) -> dict[str, Ask]:
    """The product, its rivals over the product's search, and the openai client alone."""
    import openai

    from benchmarks.answers.langchain_rival import plain_chain
    from benchmarks.answers.llama_index_rival import pieces_of, query_engine

    def search(question: str) -> list[str]:
        top_k = services.settings.top_k
        hits = services.index.search(question, collections=collections, top_k=top_k)
        return [hit.passage.chunk.text for hit in hits]

    def product(question: str, strategy: StrategyName) -> Iterator[str]:
        for answer in services.stream(question, tuple(collections), OPENAI, strategy=strategy):
            yield answer.text

    client = openai.OpenAI(base_url=base_url, api_key="none")
    return {
        PRODUCT: partial(product, strategy=StrategyName.DIRECT),
        VOTING: partial(product, strategy=StrategyName.SELF_CONSISTENCY),
        "LangChain": plain_chain(search, base_url),
        "LlamaIndex": query_engine(search, base_url),
        CLIENT: lambda question: pieces_of(client, f"Answer from what you know: {question}"),
    }


def measure_first_tokens(
    asked: Mapping[str, Ask], index: TimedIndex, questions: Sequence[str], pace: Pace
) -> list[Begun]:
    """Every system asked every question, in turns, to the end; all have been asked once before."""
    for ask in asked.values():
        for _ in ask(questions[0]):
            pass
    names = list(asked)
    took: dict[str, list[tuple[float, float, float]]] = {name: [] for name in names}
    for number, question in enumerate(questions):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            took[name].append(_one(asked[name], index, question))
    model_ms = pace.first_token_s * 1000
    return [
        Begun(
            system=name,
            first=Times.of([first for first, _, _ in taken]),
            own=Times.of([first - searched - model_ms for first, searched, _ in taken]),
            cpu=Times.of([cpu for _, _, cpu in taken]),
        )
        for name, taken in took.items()
    ]


def _one(ask: Ask, index: TimedIndex, question: str) -> tuple[float, float, float]:
    """Milliseconds until the first words, inside the search, and on cores outside of it."""
    index.restart()
    first_ms = cpu_ms = 0.0
    on_cores = time.process_time()
    started = time.perf_counter()
    for said in ask(question):
        if said and not first_ms:
            first_ms = (time.perf_counter() - started) * 1000
            cpu_ms = (time.process_time() - on_cores) * 1000 - index.cpu_ms
    return first_ms, index.took_ms, cpu_ms


def as_row(begun: Begun) -> dict[str, Any]:
    """A row of the table: names of columns with what stands in them."""
    return {
        "system": begun.system,
        "first words p50": begun.first.p50_ms,
        "p95": begun.first.p95_ms,
        "of its own p50": begun.own.p50_ms,
        "own p95": begun.own.p95_ms,
        "on cores p50": begun.cpu.p50_ms,
    }
