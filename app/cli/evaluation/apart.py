"""Several question sets measured at once, each in a process of its own: a search uses one core."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing, suppress
from dataclasses import replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from app.wiring import open_services
from app.workbench import Request, Workbench
from rag.errors import QuorumError

if TYPE_CHECKING:
    from evaluation.dataset import Dataset


def apart(sets: Sequence[Dataset]) -> bool:
    """Whether these sets can be measured apart: several, with corpora of their own."""
    from evaluation.dataset import LibraryCorpus

    library = any(isinstance(one.corpus, LibraryCorpus) for one in sets)
    return not library and len({one.corpus.digest for one in sets}) > 1


def measured_apart(
    requests: Sequence[Request], systems: Sequence[str], settings: Mapping[str, str]
) -> Iterator[dict[int, float]]:
    """Retrieval runs of ``requests`` finished, by as many processes as there are cores.

    Gives the seconds each took, by its place, as they come. Sets that share a corpus are measured
    one after another. One that cannot be measured is left out: asked for by itself, it says why.
    """
    shared: dict[str, list[int]] = {}
    for place, request in enumerate(requests):
        shared.setdefault(request.dataset.corpus.digest, []).append(place)
    groups = sorted(shared.values(), key=lambda places: -_size(requests, places))
    workers = min(len(groups), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        asked = [
            pool.submit(_measure, {at: requests[at] for at in places}, systems, settings)
            for places in groups
        ]
        try:
            for future in as_completed(asked):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _size(requests: Sequence[Request], places: Sequence[int]) -> int:
    """Roughly how long these take: their questions."""
    counts = [len(requests[at].dataset.examples) for at in places]
    return sum(
        min(requests[at].limit or count, count) for at, count in zip(places, counts, strict=True)
    )


def _measure(
    requests: Mapping[int, Request], systems: Sequence[str], settings: Mapping[str, str]
) -> dict[int, float]:
    took = {}
    with closing(open_services()) as opened:
        bench = Workbench(opened)
        for place, request in requests.items():
            started = time.perf_counter()
            with suppress(QuorumError):
                bench.retrieval(request, systems=systems, settings=settings, tell=_nobody)
                took[place] = time.perf_counter() - started
    return took


def _nobody(_stage: str, _done: int, _of: int) -> None:
    """Nobody sees the bars of another process."""


def found_again(request: Request) -> Request:
    """The request that shows what ``measured_apart`` finished."""
    return replace(request, again=False)
