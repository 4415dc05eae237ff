"""A finished run read once: its results, the numbers made of them, and what went wrong in it.

Making the numbers resamples the questions thousands of times, so the last few runs are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from evaluation.reports.failures import Failures
    from evaluation.reports.summary import RunSummary
    from evaluation.results import Run
    from evaluation.runs import Runs

_KEPT: Final = 4
_SHOWN: Final = 10
"""How many failed questions of each system and cause are read one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A run with what reports are made of."""

    run: Run
    summary: RunSummary
    failures: Failures

    def with_names(self, name: Callable[[str], str]) -> tuple[RunSummary, Failures]:
        """The same numbers under the systems' names as ``name`` gives them."""
        contrasts = tuple(
            replace(one, best=name(one.best), other=name(one.other))
            for one in self.summary.contrasts
        )
        systems = {name(system): one for system, one in self.summary.systems.items()}
        causes = {name(system): counts for system, counts in self.failures.causes.items()}
        examples = tuple(replace(one, system=name(one.system)) for one in self.failures.examples)
        return (
            replace(self.summary, systems=systems, contrasts=contrasts),
            replace(self.failures, causes=causes, examples=examples),
        )


class Readings:
    """The runs that one person looked at last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, datetime], Reading] = OrderedDict()

    def of(self, runs: Runs, name: str) -> Reading:
        """The run of this id, beginning of one, or ``latest``; raises as ``Runs.load`` does."""
        from evaluation.reports.failures import failures_of
        from evaluation.reports.summary import summarise

        started = {entry.id: entry.started_at for entry in runs.entries()}
        if name in started and (name, started[name]) in self._kept:
            self._kept.move_to_end((name, started[name]))
            return self._kept[name, started[name]]
        run = runs.load(name)
        reading = Reading(run=run, summary=summarise(run), failures=failures_of(run, most=_SHOWN))
        self._kept[run.id, run.started_at] = reading
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return reading
