"""What can be compared with an opened run, and how each side of a comparison is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from app.measuring.comparisons import comparable
from app.measuring.run_list import settings_in_words, system_name

if TYPE_CHECKING:
    from app.i18n import Translator
    from app.measuring.readings import Readings
    from evaluation.comparing import Side
    from evaluation.plan import Plan
    from evaluation.results import Run
    from evaluation.runs import RunEntry, Runs
    from rag.settings import Settings

_BETWEEN: Final = " · "


def side_of(readings: Readings, runs: Runs, name: str) -> Side:
    """The side ``RUN`` or ``RUN:SYSTEM``; raises as ``Runs.load`` does, and SystemUnknown."""
    from evaluation.comparing import Side, split_name

    run, system = split_name(name)
    return Side.of(readings.of(runs, run).run, system)


def sides_in_words(sides: tuple[Side, Side], settings: Settings, t: Translator) -> tuple[str, str]:
    """What the two are called: systems of one run by their names, else with settings and run."""
    same = sides[0].run.id == sides[1].run.id
    before, after = (
        system_name(settings, t, side.run.kind, side.system)
        if same
        else _name(side.run.id, side.run, side.system, settings, t)
        for side in sides
    )
    return before, after


def choices(
    entries: Sequence[RunEntry], run: Run, settings: Settings, t: Translator
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The systems of ``run``, and what they can be compared with: (address, name) each.

    The latter are the same systems, for one can be compared with another, and those of runs that
    asked the same.
    """
    own = [
        (f"{run.id}:{system}", system_name(settings, t, run.kind, system)) for system in run.results
    ]
    others = [
        (f"{entry.id}:{system}", _name(entry.id, entry.plan, system, settings, t))
        for entry in comparable(entries, run)
        for system in reversed(entry.plan.systems)
    ]
    return own, [*others, *own]


def _name(run: str, told: Run | Plan, system: str, settings: Settings, t: Translator) -> str:
    parts = [
        system_name(settings, t, told.kind, system),
        settings_in_words(told.settings, t),
        run,
    ]
    return _BETWEEN.join(part for part in parts if part)
