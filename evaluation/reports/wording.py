"""The numbers of a run as cells of a table and as sentences: what reports and pages show alike.

Knows no markup: whoever shows these texts escapes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.reports.formatting import (
    NARROW,
    Scale,
    bounds,
    change,
    change_bounds,
    number,
    p_value,
)
from evaluation.reports.glossary import Language, higher_is_better, scale_of
from evaluation.reports.summary import Contrast, RunSummary
from evaluation.reports.texts import text
from evaluation.statistics.intervals import Interval

_NO_BREAK: Final = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One metric of one system: the value, its interval in brackets, whether it is clearly best.

    All empty where the system does not have the metric.
    """

    value: str = ""
    interval: str = ""
    best: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One metric of all systems, in their order."""

    name: str
    less_is_better: bool
    cells: tuple[Cell, ...]


def facts(summary: RunSummary, language: Language) -> tuple[str, ...]:
    """How many questions, in how many groups, and what counts as a place."""
    found = [text("questions", language, n=f"{summary.questions:,}")]
    if summary.clusters != summary.questions:
        found.append(text("clusters", language, n=f"{summary.clusters:,}"))
    return (*found, text("by_page" if summary.by_page else "by_document", language))


def metric_rows(summary: RunSummary) -> tuple[Row, ...]:
    """Every metric but times and prices."""
    systems = [one.metrics for one in summary.systems.values()]
    return _rows(summary.metric_names(), systems, summary, summary.clear_best())


def timing_rows(summary: RunSummary) -> tuple[Row, ...]:
    """Times and prices."""
    systems = [one.timings for one in summary.systems.values()]
    return _rows(summary.timing_names(), systems, summary, {})


def _rows(
    names: Sequence[str],
    systems: Sequence[Mapping[str, Interval]],
    summary: RunSummary,
    best: Mapping[str, str],
) -> tuple[Row, ...]:
    return tuple(
        Row(
            name=name,
            less_is_better=not higher_is_better(name),
            cells=tuple(
                _cell(name, named.get(name), best=best.get(name) == system)
                for system, named in zip(summary.systems, systems, strict=True)
            ),
        )
        for name in names
    )


def _cell(name: str, interval: Interval | None, *, best: bool) -> Cell:
    if interval is None:
        return Cell()
    decimals = 3 if 0 < interval.high - interval.low < NARROW else 2
    scale = scale_of(name)
    return Cell(
        value=number(interval.value, scale),
        interval=bounds(interval.low, interval.high, scale, decimals=decimals),
        best=best,
    )


def notes(summary: RunSummary, language: Language) -> tuple[str, ...]:
    """What brackets, arrows and stars of the table mean, and what so many questions can show."""
    best = summary.clear_best()
    told = [text("interval_note", language)]
    if not all(higher_is_better(name) for name in summary.metric_names()):
        told.append(text("less_is_better_note", language))
    if summary.contrasts:
        key = "best_note" if best else "no_best_note"
        told.append(text(key, language, n=len(summary.contrasts)))
    if summary.detectable:
        name, least = next(iter(summary.detectable.items()))
        shown = points(least, scale_of(name), language).lstrip("+")
        told.append(text("detectable_note", language, metric=name, least=shown))
    return tuple(told)


def statements(summary: RunSummary, language: Language) -> tuple[tuple[str, str], ...]:
    """For each metric, its name and what its hardest contrast shows."""
    best = summary.clear_best()
    hardest: dict[str, Contrast] = {}
    for one in summary.contrasts:
        name = one.difference.metric
        if name not in hardest or _hardness(one) > _hardness(hardest[name]):
            hardest[name] = one
    told = []
    for name, one in hardest.items():
        scale, found = scale_of(name), one.difference
        if name in best:
            key = "clear_best" if len(summary.systems) > 2 else "clear_best_of_two"
            shown = found.value
            interval = change_bounds(found.low, found.high, scale)
        else:
            lower = not higher_is_better(name)
            key, shown = ("no_clear_best_lower" if lower else "no_clear_best"), abs(found.value)
            ends = (-found.high, -found.low) if lower else (found.low, found.high)
            interval = change_bounds(*ends, scale)
        words = text(
            key,
            language,
            best=one.best,
            other=one.other,
            change=points(shown, scale, language).lstrip("+" if name not in best else ""),
            interval=interval.replace(" ", _NO_BREAK),
            p=p_value(one.p).replace(" ", _NO_BREAK),
        )
        told.append((name, words))
    return tuple(told)


def _hardness(contrast: Contrast) -> tuple[float, float]:
    """Larger where the best system's lead is less sure, then where it is smaller."""
    return contrast.p, -abs(contrast.difference.value)


def points(value: float, scale: Scale, language: Language) -> str:
    """A difference with its sign and its unit: ``+2.4 points``, ``−12 ms``."""
    written = change(value, scale)
    return text("points", language, n=written) if scale is Scale.SHARE else written
