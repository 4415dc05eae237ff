"""Results as tables for a terminal: one run's systems, two runs against each other, a gate.

Systems go down and metrics across, in as many tables as the width asks. A star (and bold type)
marks a system only where it beats every other one by more than chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from evaluation.reports.formatting import (
    NARROW,
    Scale,
    bounds,
    change,
    change_bounds,
    number,
    p_value,
)
from evaluation.reports.glossary import scale_of
from evaluation.reports.summary import LEVEL, Comparison, Direction, RunSummary
from evaluation.statistics.comparisons import Difference
from evaluation.statistics.gate import Verdict
from evaluation.statistics.intervals import Interval

GAP: Final = 2
WIDE: Final = 100
_POINTS: Final = "shares change in points, hundredths"
_DIRECTIONS: Final = {
    Direction.BETTER: ("better", "green"),
    Direction.WORSE: ("worse", "red"),
    Direction.NOT_SHOWN: ("no difference shown", "dim"),
}
_STATUSES: Final = {
    "passed": ("passed", "green"),
    "regressed": ("REGRESSED", "bold red"),
    "undecided": ("undecided", "yellow"),
}


def print_summary(console: Console, summary: RunSummary, *, took_s: float | None = None) -> None:
    """The tables of one dataset, timings after metrics, and what the numbers can show below them.

    ``took_s`` is how long the run took, in seconds.
    """
    console.print(Text(summary.dataset, style="bold"), end="")
    console.print(Text("  " + " · ".join(_facts(summary, took_s)), style="dim"))
    best = summary.clear_best()
    metrics = {name: one.metrics for name, one in summary.systems.items()}
    timings = {name: one.timings for name, one in summary.systems.items()}
    for names, values in ((summary.metric_names(), metrics), (summary.timing_names(), timings)):
        for table in _tables(names, values, best, console.width):
            console.print(table)
            console.print()
    for line in _notes(summary, best):
        console.print(Text(line, style="dim"))
    console.print()


def _facts(summary: RunSummary, took_s: float | None) -> list[str]:
    facts = [f"{summary.questions:,} questions"]
    if summary.clusters != summary.questions:
        facts.append(f"{summary.clusters:,} groups by document")
    facts.append("by page" if summary.by_page else "by document")
    if summary.synthetic:
        facts.append("synthetic")
    if took_s is not None:
        facts.append(number(took_s * 1000, Scale.MILLISECONDS))
    return facts


def _tables(
    names: Sequence[str],
    systems: dict[str, dict[str, Interval]],
    best: dict[str, str],
    width: int,
) -> list[Table]:
    """The columns shared out evenly over the fewest tables that fit into ``width`` cells."""
    cells = {name: _column(name, systems, best) for name in names}
    widths = [max(cell_len(one) for one in (n, *map(str, cells[n]))) + GAP for n in names]
    room = width - max(cell_len(system) for system in systems)
    tables = []
    for shown in _shared_out(names, widths, room):
        table = Table(box=None, pad_edge=False, padding=(0, 0, 0, GAP))
        table.add_column("", no_wrap=True)
        for name in shown:
            table.add_column(escape(name), no_wrap=True)
        for row, system in enumerate(systems):
            table.add_row(Text(system), *(cells[name][row] for name in shown))
        tables.append(table)
    return tables


def _shared_out(names: Sequence[str], widths: Sequence[int], room: int) -> list[Sequence[str]]:
    """Consecutive groups of about equal size, as few as fit; one name each if none fit."""
    for groups in range(1, len(names) + 1):
        size = ceil(len(names) / groups)
        starts = range(0, len(names), size)
        if size == 1 or all(sum(widths[start : start + size]) <= room for start in starts):
            return [names[start : start + size] for start in starts]
    return []


def _column(name: str, systems: dict[str, dict[str, Interval]], best: dict[str, str]) -> list[Text]:
    """One metric's cells, in the order of the systems."""
    known = [one[name] for one in systems.values() if name in one]
    decimals = 3 if any(0 < one.high - one.low < NARROW for one in known) else 2
    scale = scale_of(name)
    column = []
    for system, intervals in systems.items():
        if name not in intervals:
            column.append(Text())
            continue
        one = intervals[name]
        wins = best.get(name) == system
        value = number(one.value, scale) + ("*" if wins else " " * (name in best))
        interval = bounds(one.low, one.high, scale, decimals=decimals)
        text = Text(value, style="bold" if wins else "")
        column.append(text.append(f" {interval}", style="not bold dim") if interval else text)
    return column


def _notes(summary: RunSummary, best: dict[str, str]) -> list[str]:
    notes = ["[ ]  95 % interval over questions, those of one document kept together"]
    if summary.contrasts:
        shown = "*  better than every other system" if best else "No system beats every other one"
        tests = len(summary.contrasts)
        notes.append(f"{shown} (p < {LEVEL:.2f} after Holm over {tests} comparisons)")
    if summary.detectable:
        name, least = next(iter(summary.detectable.items()))
        unit = " points" if scale_of(name) is Scale.SHARE else ""
        notes.append(
            f"True differences in {name} under {change(least, scale_of(name)).lstrip('+')}{unit} "
            "would often be missed with so many questions"
        )
    return notes


def print_comparison(
    console: Console, comparisons: Sequence[Comparison], *, before: str, after: str
) -> None:
    """What changed from the run or system named ``before`` to ``after``, metric by metric.

    Differences of shares are in points; ``up/down`` counts the questions that rose and fell.
    """
    wide = console.width >= WIDE
    table = _change_table("verdict", "up/down" if wide else None)
    for one in comparisons:
        words, style = _DIRECTIONS[one.direction]
        counts = [f"{one.difference.better}/{one.difference.worse}"] if wide else []
        table.add_row(
            *_change_cells(one.difference, one.p), *map(Text, counts), Text(words, style=style)
        )
    console.print(Text(f"{before} → {after}", style="bold"))
    console.print(table)
    if comparisons:
        most = max(comparisons, key=lambda one: one.difference.questions).difference
        tests = ", ".join(dict.fromkeys(one.difference.test for one in comparisons))
        counted = f"{most.questions:,} questions in {most.clusters:,} groups"
        console.print(Text(f"{counted} · {tests} · p after Holm · {_POINTS}", style="dim"))
    console.print()


def print_gate(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Each gated metric with the drop allowed and what came of it, then the gate's own verdict."""
    table = _change_table("gate", "may drop")
    for one in verdicts:
        words, style = _STATUSES[one.status]
        allowed = change(one.max_drop, scale_of(one.metric)).lstrip("+")
        table.add_row(
            *_change_cells(one.difference, one.p), Text(allowed), Text(words, style=style)
        )
    console.print(table)
    console.print(Text(_POINTS, style="dim"))
    for status, told in (
        ("regressed", "dropped by more than allowed, beyond chance"),
        ("undecided", "too few questions to tell a drop from chance"),
        ("passed", "no drop beyond the allowed one"),
    ):
        names = [one.metric for one in verdicts if one.status == status]
        if names:
            console.print(
                Text(f"{status}: {', '.join(names)} ({told})", style=_STATUSES[status][1])
            )


def _change_table(last: str, middle: str | None) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 0, 0, GAP))
    table.add_column("", overflow="fold")
    for name in ("before", "after", "difference", "p", *([middle] if middle else ()), last):
        table.add_column(name, no_wrap=True)
    return table


def _change_cells(difference: Difference, p: float) -> list[Text]:
    """Metric, before, after, difference with its interval, p."""
    scale = scale_of(difference.metric)
    interval = change_bounds(difference.low, difference.high, scale)
    return [
        Text(difference.metric),
        Text(number(difference.before, scale)),
        Text(number(difference.after, scale)),
        Text(f"{change(difference.value, scale)} {interval}".rstrip()),
        Text(p_value(p).removeprefix("p ").removeprefix("= ")),
    ]
