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
from evaluation.reports.glossary import Language, entry
from evaluation.reports.summary import RunSummary
from evaluation.reports.texts import cause_name, text
from evaluation.reports.wording import (
    Row,
    facts,
    metric_rows,
    notes,
    statements,
    timing_rows,
)

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATE: Final = "report.html.j2"


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
    rows: tuple[Row, ...]
    timings: tuple[Row, ...]
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
    causes = (
        dict.fromkeys(c for counts in failures.causes.values() for c in counts) if failures else {}
    )
    return _Section(
        summary=summary,
        facts=facts(summary, language),
        rows=metric_rows(summary),
        timings=timing_rows(summary),
        notes=notes(summary, language),
        statements=statements(summary, language),
        figures=_figures(summary, language),
        command=_command(summary),
        failures=failures,
        causes=tuple(causes),
    )


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
