"""The charts of a run, each with a sentence that says what is seen in it.

The sentences stand below the charts, and are what a screen reader says in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.measuring.metric_table import report_language

if TYPE_CHECKING:
    from app.i18n import Translator
    from evaluation.metrics.abstention import RiskPoint
    from evaluation.metrics.confidence import ReliabilityBin
    from evaluation.reports.summary import RunSummary
    from evaluation.statistics.intervals import Interval

_HALF: Final = 0.5
_SIZE: Final = {"width": 330, "height": 290}
"""In pixels, of a chart with its axes and legend."""
_LEGEND: Final = {
    **{"orient": "top", "direction": "horizontal", "titleOrient": "top", "titleLimit": 300},
    **{"labelLimit": 220, "labelFontSize": 12, "symbolSize": 140, "symbolStrokeWidth": 2},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """``chart`` is an Altair chart; ``says`` has a sentence a system, ``note`` how to read it."""

    title: str
    chart: Any
    says: tuple[str, ...]
    note: str


def plots(summary: RunSummary, t: Translator) -> tuple[Plot, ...]:
    """What can be drawn of ``summary``: confidence, the worth of refusing, times."""
    from evaluation.reports import charts
    from evaluation.reports.texts import text

    language, systems = report_language(t), summary.systems
    drawn: list[tuple[str, Any, tuple[str, ...], str]] = [
        (
            text("reliability", language, system=name),
            charts.reliability_chart(one, language=language),
            (_reliability(one.curves.reliability, t),) if one.curves else (),
            text("reliability_note", language),
        )
        for name, one in systems.items()
    ]
    risks = tuple(
        _risk(name, one.curves.risk_coverage, t)
        for name, one in systems.items()
        if one.curves and one.curves.risk_coverage
    )
    times = tuple(
        _times(name, one.timings, t)
        for name, one in systems.items()
        if one.curves and one.curves.total_ms
    )
    for key, chart, says in (
        ("risk_coverage", charts.risk_coverage_chart(systems, language=language), risks),
        ("latency", charts.latency_chart(systems, language=language), times),
    ):
        sized = None if chart is None else chart.properties(**_SIZE)
        drawn.append((text(key, language), sized, says, text(f"{key}_note", language)))
    return tuple(
        Plot(title=title, chart=chart.configure_legend(**_LEGEND), says=says, note=note)
        for title, chart, says, note in drawn
        if chart is not None
    )


def _reliability(bins: tuple[ReliabilityBin, ...], t: Translator) -> str:
    """How far confidence is from the share right, and where most."""
    if not bins:
        return ""
    answers = sum(one.count for one in bins)
    gap = sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / answers
    worst = max(bins, key=lambda one: abs(one.confidence - one.accuracy))
    return t(
        "plot.reliability",
        gap=f"{gap:.2f}",
        confidence=f"{worst.confidence:.2f}",
        right=f"{worst.accuracy:.2f}",
        answers=answers,
    )


def _risk(system: str, curve: tuple[RiskPoint, ...], t: Translator) -> str:
    """How many are wrong among the surest half of what was answered, and among all of it."""
    last = curve[-1]
    half = max(
        (one for one in curve if one.coverage <= _HALF * last.coverage),
        key=lambda one: one.coverage,
        default=curve[0],
    )
    return t("plot.risk", system=system, half=f"{half.risk:.0%}", all=f"{last.risk:.0%}")


def _times(system: str, timings: Mapping[str, Interval], t: Translator) -> str:
    from evaluation.reports.formatting import duration

    middle, late = (duration(timings[name].value) for name in ("total_ms_p50", "total_ms_p95"))
    return t("plot.latency", system=system, middle=middle, late=late)
