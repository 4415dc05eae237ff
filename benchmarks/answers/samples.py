"""What five samples of a reply take beside one, where the server runs requests in parallel."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.retrieval.stopwatch import Times
from rag.protocols import ChatModel
from rag.replies import Finish, Message, Role

SAMPLES: Final = 5
MESSAGES: Final = (Message(role=Role.USER, content="How heavy is the pump? 水泵有多重？"),)
_TEMPERATURE: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One sample against ``SAMPLES``: whole replies, in milliseconds, and on cores.

    ``ratio`` is that of the medians. ``complete`` is how many of all samples ended so.
    """

    server: str
    one: Times
    several: Times
    ratio: float
    cpu_one_ms: float
    cpu_several_ms: float
    complete: int
    asked: int


def measure_samples(server: str, model: ChatModel, *, repetitions: int) -> Sampled:
    """Ask for one sample and for several, in turns, after one of each that does not count.

    It is then that a model finds out that a service gives one choice only.
    """
    for n in (SAMPLES, 1):
        _taken(model, n)
    taken: dict[int, list[tuple[float, float, int]]] = {1: [], SAMPLES: []}
    for _ in range(repetitions):
        for n, list_of in taken.items():
            list_of.append(_taken(model, n))
    one = Times.of([ms for ms, _, _ in taken[1]])
    several = Times.of([ms for ms, _, _ in taken[SAMPLES]])
    return Sampled(
        server=server,
        one=one,
        several=several,
        ratio=round(several.p50_ms / one.p50_ms, 3),
        cpu_one_ms=_mean([cpu for _, cpu, _ in taken[1]]),
        cpu_several_ms=_mean([cpu for _, cpu, _ in taken[SAMPLES]]),
        complete=sum(ended for runs in taken.values() for _, _, ended in runs),
        asked=repetitions * (SAMPLES + 1),
    )


def _taken(model: ChatModel, n: int) -> tuple[float, float, int]:
    """Milliseconds until all have ended, those on cores, and how many ended complete."""
    complete = 0
    on_cores = time.process_time()
    started = time.perf_counter()
    for sample in model.sample(MESSAGES, n=n, temperature=_TEMPERATURE):
        complete += sample.reply.finish is Finish.COMPLETE
    took_ms = (time.perf_counter() - started) * 1000
    return took_ms, (time.process_time() - on_cores) * 1000, complete


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 3)


def as_row(sampled: Sampled) -> dict[str, Any]:
    """A row of the table: names of columns with what stands in them."""
    return {
        "server": sampled.server,
        "one p50": sampled.one.p50_ms,
        f"{SAMPLES} samples p50": sampled.several.p50_ms,
        "ratio": sampled.ratio,
        "on cores, one": sampled.cpu_one_ms,
        f"on cores, {SAMPLES}": sampled.cpu_several_ms,
        "complete": f"{sampled.complete}/{sampled.asked}",
    }
