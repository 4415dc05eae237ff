"""A report as one HTML file: nothing in it runs, and nothing in it asks a network.

What the template shows is decided here; all text of people and documents is escaped by Jinja.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evaluation.reports import charts
from evaluation.reports.failures import Failures
from evaluation.reports.formatting import (
    NARROW,
    Scale,
    bounds,
    change,
    change_bounds,
    number,
    p_value,
)
from evaluation.reports.glossary import Language, entry, higher_is_better, scale_of
from evaluation.reports.summary import Contrast, RunSummary
from evaluation.reports.texts import cause_name, text
from evaluation.statistics.intervals import Interval

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATE: Final = "report.html.j2"
_NO_BREAK: Final = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    value: str = ""
    interval: str = ""
    best: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    name: str
    less_is_better: bool
    cells: tuple[_Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """``picture`` is SVG of our own making, put into the page as it is."""

    title: str
    picture: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One run as the template shows it."""

    summary: RunSummary
    facts: tuple[str, ...]
    rows: tuple[_Row, ...]
    timings: tuple[_Row, ...]
    notes: tuple[str, ...]
    statements: tuple[tuple[str, str], ...]
    figures: tuple[_Figure, ...]
    command: str
    failures: Failures | None
    causes: tuple[str, ...] = field(default=())


def as_html(
    summaries: Sequence[RunSummary],
    *,
    language: Language = "en",
    failures: Mapping[str, Failures] | None = None,
) -> str:
    """The report on ``summaries``, in their order; ``failures`` by ``RunSummary.run_id``."""
    sections = [_section(one, (failures or {}).get(one.run_id), language) for one in summaries]
    names = dict.fromkeys(
        name for one in summaries for name in (*one.metric_names(), *one.timing_names())
    )
    known = {name: told for name in names if (told := entry(name)) is not None}
    page: str = _template().render(
        language=language,
        t=lambda key, **values: text(key, language, **values),
        cause_name=lambda cause: cause_name(cause, language),
        sections=sections,
        glossary=[(name, told.sentence(language)) for name, told in known.items()],
    )
    return page


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(_TEMPLATE)


def _section(summary: RunSummary, failures: Failures | None, language: Language) -> _Section:
    facts = [text("questions", language, n=f"{summary.questions:,}")]
    if summary.clusters != summary.questions:
        facts.append(text("clusters", language, n=f"{summary.clusters:,}"))
    facts.append(text("by_page" if summary.by_page else "by_document", language))
    systems = summary.systems.values()
    best = summary.clear_best()
    causes = (
        dict.fromkeys(c for counts in failures.causes.values() for c in counts) if failures else {}
    )
    return _Section(
        summary=summary,
        facts=tuple(facts),
        rows=_rows(summary.metric_names(), [one.metrics for one in systems], summary, best),
        timings=_rows(summary.timing_names(), [one.timings for one in systems], summary, {}),
        notes=_notes(summary, best, language),
        statements=_statements(summary, best, language),
        figures=_figures(summary, language),
        command=_command(summary),
        failures=failures,
        causes=tuple(causes),
    )


def _rows(
    names: Sequence[str],
    systems: Sequence[Mapping[str, Interval]],
    summary: RunSummary,
    best: Mapping[str, str],
) -> tuple[_Row, ...]:
    return tuple(
        _Row(
            name=name,
            less_is_better=not higher_is_better(name),
            cells=tuple(
                _cell(name, named.get(name), best=best.get(name) == system)
                for system, named in zip(summary.systems, systems, strict=True)
            ),
        )
        for name in names
    )


def _cell(name: str, interval: Interval | None, *, best: bool) -> _Cell:
    if interval is None:
        return _Cell()
    decimals = 3 if 0 < interval.high - interval.low < NARROW else 2
    scale = scale_of(name)
    return _Cell(
        value=number(interval.value, scale),
        interval=bounds(interval.low, interval.high, scale, decimals=decimals),
        best=best,
    )


def _notes(summary: RunSummary, best: Mapping[str, str], language: Language) -> tuple[str, ...]:
    notes = [text("interval_note", language)]
    if not all(higher_is_better(name) for name in summary.metric_names()):
        notes.append(text("less_is_better_note", language))
    if summary.contrasts:
        key = "best_note" if best else "no_best_note"
        notes.append(text(key, language, n=len(summary.contrasts)))
    if summary.detectable:
        name, least = next(iter(summary.detectable.items()))
        told = _points(least, scale_of(name), language).lstrip("+")
        notes.append(text("detectable_note", language, metric=name, least=told))
    return tuple(notes)


def _statements(
    summary: RunSummary, best: Mapping[str, str], language: Language
) -> tuple[tuple[str, str], ...]:
    """For each metric, its name and what its hardest contrast shows."""
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
            change=_points(shown, scale, language).lstrip("+" if name not in best else ""),
            interval=interval.replace(" ", _NO_BREAK),
            p=p_value(one.p).replace(" ", _NO_BREAK),
        )
        told.append((name, words))
    return tuple(told)


def _hardness(contrast: Contrast) -> tuple[float, float]:
    """Larger where the best system's lead is less sure, then where it is smaller."""
    return contrast.p, -abs(contrast.difference.value)


def _points(value: float, scale: Scale, language: Language) -> str:
    written = change(value, scale)
    return text("points", language, n=written) if scale is Scale.SHARE else written


def _figures(summary: RunSummary, language: Language) -> tuple[_Figure, ...]:
    drawn: list[tuple[str, str, Any]] = [
        (
            text("chart_intervals", language),
            "",
            charts.intervals_chart(summary, language=language),
        )
    ]
    drawn.extend(
        (
            text("reliability", language, system=name),
            text("reliability_note", language),
            charts.reliability_chart(one, language=language),
        )
        for name, one in summary.systems.items()
    )
    for key, chart in (
        ("risk_coverage", charts.risk_coverage_chart(summary.systems, language=language)),
        ("latency", charts.latency_chart(summary.systems, language=language)),
    ):
        drawn.append((text(key, language), text(f"{key}_note", language), chart))
    return tuple(
        _Figure(title=title, note=note, picture=charts.svg(chart))
        for title, note, chart in drawn
        if chart is not None
    )


def _command(summary: RunSummary) -> str:
    """What to type to measure the same again; the data set by its name."""
    parts = ["python", "-m", "evaluation", summary.kind.value, "--dataset", summary.dataset]
    parts += ["--limit", str(summary.questions), "--seed", str(summary.seed)]
    for name, value in sorted(summary.settings.items()):
        parts += ["--set", f"{name}={value}"]
    return shlex.join(parts)
