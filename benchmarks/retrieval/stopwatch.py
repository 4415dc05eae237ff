"""How long questions take, and which parts of a search take it: milliseconds."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds a question: the median, the 95th per cent, the mean of so many."""

    asked: int
    p50_ms: float
    p95_ms: float
    mean_ms: float

    @classmethod
    def of(cls, took_ms: Sequence[float]) -> Times:
        """Of one time or more."""
        p50, p95 = (round(float(one), 3) for one in np.percentile(took_ms, [50, 95]))
        mean = round(float(np.mean(took_ms)), 3)
        return cls(asked=len(took_ms), p50_ms=p50, p95_ms=p95, mean_ms=mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A method that a search calls: how often a question, and its time in all these calls."""

    name: str
    calls: float
    times: Times


class Stopwatch:
    """Tells the time spent in the methods of watched parts; a call inside another counts there.

    ``clock`` tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._inside = False
        self._lap: dict[str, list[float]] = defaultdict(list)
        self._laps: list[tuple[float, dict[str, list[float]]]] = []

    def watch(self, part: Any, name: str) -> Any:
        """``part`` with its methods timed as ``name.method``."""
        return _Watched(part, name, self._calling)

    @contextmanager
    def question(self) -> Iterator[None]:
        """Time one question."""
        self._lap = defaultdict(list)
        started = self._clock()
        yield
        self._laps.append(((self._clock() - started) * 1000, self._lap))

    def forget(self) -> None:
        """Begin anew."""
        self._laps = []

    def times(self) -> Times:
        """Of whole questions."""
        return Times.of([whole for whole, _ in self._laps])

    def parts(self) -> list[Part]:
        """The methods that were called, the longest first, then what is left as ``rest``."""
        names = {name for _, lap in self._laps for name in lap}
        found = [
            Part(
                name=name,
                calls=sum(len(lap.get(name, ())) for _, lap in self._laps) / len(self._laps),
                times=Times.of([sum(lap.get(name, ())) for _, lap in self._laps]),
            )
            for name in names
        ]
        rest = [whole - sum(map(sum, lap.values())) for whole, lap in self._laps]
        found.sort(key=lambda part: -part.times.mean_ms)
        return [*found, Part(name="rest", calls=1.0, times=Times.of(rest))]

    @contextmanager
    def _calling(self, name: str) -> Iterator[None]:
        if self._inside:
            yield
            return
        self._inside = True
        started = self._clock()
        try:
            yield
        finally:
            self._inside = False
            self._lap[name].append((self._clock() - started) * 1000)


class _Watched:
    """Passes everything on to ``part``."""

    def __init__(self, part: Any, name: str, calling: Callable[[str], Any]) -> None:
        self._part = part
        self._name = name
        self._calling = calling

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._part, attribute)
        if not callable(value):
            return value
        called = f"{self._name}.{attribute}"

        def timed(*given: Any, **named: Any) -> Any:
            with self._calling(called):
                return value(*given, **named)

        self.__dict__[attribute] = timed
        return timed


def ask(
    search: Callable[[str], Found], questions: Sequence[str], *, limit_s: float
) -> tuple[Times, list[Found]]:
    """Times and results of the questions, as many as fit into ``limit_s``, one at least."""
    took, found = [], []
    began = time.perf_counter()
    for question in questions:
        started = time.perf_counter()
        found.append(search(question))
        took.append((time.perf_counter() - started) * 1000)
        if time.perf_counter() - began > limit_s:
            break
    return Times.of(took), found
