"""One library searched by every system in one process: the product first, then its rivals.

A question is embedded once, before anything is timed; that time is told apart.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from app.wiring import Services
from benchmarks.retrieval.filling import COLLECTION, Library
from benchmarks.retrieval.memory import Resident, resident
from benchmarks.retrieval.rival_passages import passages_in
from benchmarks.retrieval.stopwatch import Part, Stopwatch, Times, ask
from benchmarks.retrieval.texts import real_questions
from rag.protocols import Embedder, Vectors
from rag.settings import Settings
from vectorstore.exact import ExactIndex

BEST: Final = 10
"""Passages that single parts and rivals are asked for."""

SLOW: Final = "rank_bm25 looks at every passage for every word"

_WARM_UP: Final = 20

Search = Callable[[str], Sequence[str]]
"""A question to chunk ids, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemTimes:
    """A system: what making it ready took and added to memory, and how long questions took.

    ``times`` is None where it was not run; ``note`` says why, or what is to be known.
    """

    name: str
    ready_s: float = 0.0
    memory_mb: float = 0.0
    times: Times | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A library searched. ``product`` is the memory of a process that has only the product in it.

    ``recall`` is the share of the ``BEST`` exact nearest that Chroma finds, over all questions.
    ``load`` is how many processes wanted a core in the minute before: more than one slow it down.
    """

    questions: int
    load: float
    embedding: Times
    product: Resident
    systems: tuple[SystemTimes, ...]
    parts: tuple[Part, ...]
    recall: float


class EmbeddedBefore:
    """The embedder with the vectors of these questions at hand."""

    def __init__(self, embedder: Embedder, vectors: dict[str, Vectors]) -> None:
        self._embedder = embedder
        self._vectors = vectors

    def embed_query(self, text: str) -> Vectors:
        """See ``rag.protocols.Embedder``."""
        kept = self._vectors.get(text)
        return self._embedder.embed_query(text) if kept is None else kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)


def search(library: Library, *, questions: int, rivals_up_to: int, limit_s: float) -> Searched:
    """Ask ``questions`` of every system, each for at most ``limit_s`` seconds."""
    load = round(os.getloadavg()[0], 1)
    every = real_questions(library.data, count=questions + _WARM_UP, seed=library.seed)
    first = min(_WARM_UP, max(1, len(every) - questions))
    asked, warm_up = every[first:] or every, every[:first]
    embedder = Services(Settings(data_dir=library.work)).embedder
    vectors = {one: embedder.embed_query(one) for one in warm_up}
    embedding, found = ask(embedder.embed_query, asked, limit_s=float("inf"))
    vectors.update(zip(asked, found, strict=True))
    with closing(Services(Settings(data_dir=library.folder))) as opened:
        opened.embedder = EmbeddedBefore(embedder, vectors)
        fused, parts = _product(opened, asked, warm_up, limit_s=limit_s)
        measure = partial(_measured, asked=asked, warm_up=warm_up, limit_s=limit_s)
        memory = resident()
        systems, answers = [fused], {}
        for name, make, most in _alone_and_rivals(opened, vectors, rivals_up_to):
            if library.chunks > most:
                note = f"not run: above --rivals-up-to {most:g}, for {SLOW}"
                systems.append(SystemTimes(name=name, note=note))
                continue
            one, answers[name] = measure(name, make)
            systems.append(one)
    exact, approximate = answers["exact search"], answers["Chroma alone"]
    return Searched(
        questions=len(asked),
        load=load,
        embedding=embedding,
        product=memory,
        systems=tuple(systems),
        parts=tuple(parts),
        recall=_recall(exact, approximate),
    )


def _product(
    opened: Services, asked: Sequence[str], warm_up: Sequence[str], *, limit_s: float
) -> tuple[SystemTimes, list[Part]]:
    """The search as the app has it, with its parts watched."""
    watch = Stopwatch()
    before, started = resident().now_mb, time.perf_counter()
    for name in ("record", "embedder", "lexical", "dense", "synchroniser"):
        setattr(opened, name, watch.watch(getattr(opened, name), name))
    opened.warm_up()
    index = opened.index
    ready_s = time.perf_counter() - started
    search_for = partial(index.search, collections=(COLLECTION,), top_k=opened.settings.top_k)
    ask(search_for, warm_up, limit_s=limit_s / 10)
    watch.forget()
    began = time.perf_counter()
    for question in asked:
        with watch.question():
            search_for(question)
        if time.perf_counter() - began > limit_s:
            break
    times = watch.times()
    name, note = f"Quorum (top {opened.settings.top_k})", _stopped(times, asked, limit_s)
    return _told(name, ready_s, before, times, note), watch.parts()


def _measured(
    name: str,
    make: Callable[[], Search],
    *,
    asked: Sequence[str],
    warm_up: Sequence[str],
    limit_s: float,
) -> tuple[SystemTimes, list[Sequence[str]]]:
    gc.collect()
    before, started = resident().now_mb, time.perf_counter()
    search_for = make()
    search_for(warm_up[0])
    ready_s = time.perf_counter() - started
    ask(search_for, warm_up, limit_s=limit_s / 10)
    times, found = ask(search_for, asked, limit_s=limit_s)
    note = _stopped(times, asked, limit_s)
    return _told(name, ready_s, before, times, note), found


def _stopped(times: Times, asked: Sequence[str], limit_s: float) -> str:
    return "" if times.asked == len(asked) else f"stopped at {times.asked} after {limit_s:g} s"


def _told(name: str, ready_s: float, before_mb: float, times: Times, note: str = "") -> SystemTimes:
    return SystemTimes(
        name=name,
        ready_s=round(ready_s, 2),
        memory_mb=round(resident().now_mb - before_mb, 1),
        times=times,
        note=note,
    )


def _alone_and_rivals(
    opened: Services, vectors: dict[str, Vectors], rivals_up_to: int
) -> list[tuple[str, Callable[[], Search], float]]:
    """Name, maker, and the most chunks it is tried with."""
    wanted = opened.record.chosen([COLLECTION])

    def chroma() -> Search:
        return lambda q: [i for i, _ in opened.dense.nearest(vectors[q], wanted, BEST)]

    def tantivy() -> Search:
        def search(question: str) -> list[str]:
            query = opened.lexical.query_of(question, wanted)
            return [i for i, _ in opened.lexical.best(query, wanted, BEST)]

        return search

    def exact() -> Search:
        index = ExactIndex(opened.record, opened.embedder)
        return lambda q: [i for i, _ in index.nearest(vectors[q], wanted, BEST)]

    def scan() -> Search:
        ids, matrix = opened.record.vectors(wanted[0])
        return lambda q: _scan(ids, matrix, vectors[q])

    def ensemble() -> Search:
        from benchmarks.retrieval.langchain_rival import ensemble_retriever

        passages = passages_in(opened, wanted)
        return ensemble_retriever(passages, opened.embedder, most=BEST)

    return [
        ("Chroma alone", chroma, np.inf),
        ("tantivy alone", tantivy, np.inf),
        ("exact search", exact, np.inf),
        ("numpy scan", scan, np.inf),
        ("LangChain EnsembleRetriever", ensemble, rivals_up_to),
    ]


def _scan(ids: Sequence[str], matrix: Vectors, vector: Vectors) -> list[str]:
    scores = matrix @ vector
    best = np.argpartition(-scores, min(BEST, len(scores) - 1))[:BEST]
    return [ids[i] for i in best[np.argsort(-scores[best])]]


def _recall(exact: Sequence[Sequence[str]], approximate: Sequence[Sequence[str]]) -> float:
    shares = [
        len(set(one) & set(other)) / len(one)
        for one, other in zip(exact, approximate, strict=False)
    ]
    return round(float(np.mean(shares)), 4)
