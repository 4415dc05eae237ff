"""A run's metrics, and the metrics of two systems side by side, as rows of a table.

Gives plain values for ``app/components/metrics.py`` to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.i18n import Translator
    from evaluation.reports.glossary import Language
    from evaluation.reports.summary import Comparison, RunSummary
    from evaluation.reports.wording import Row
    from evaluation.statistics.intervals import Interval


MAIN: Final = frozenset(
    {
        *("hit@1", "hit@5", "mrr@10", "match", "f1", "citation_precision", "citation_recall"),
        *("abstention_precision", "abstention_recall", "answered", "ece", "judged_correct"),
    }
)
"""The metrics that are looked at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricCell:
    """A value with its interval as written; ``span`` is (low, value, high) within 0..1.

    ``mark`` says that it is clearly best, or what a difference shows; ``span`` is None where the
    metric is no share.
    """

    value: str = ""
    interval: str = ""
    mark: str = ""
    span: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One metric: its name, what it means, and a cell a column.

    ``name`` is ``metric`` as it is shown, with an arrow where less is better.
    """

    metric: str
    name: str
    means: str
    cells: tuple[MetricCell, ...]


def metric_table(summary: RunSummary, t: Translator) -> tuple[MetricRow, ...]:
    """The metrics of ``summary``, a column a system."""
    from evaluation.reports.wording import metric_rows

    columns = [one.metrics for one in summary.systems.values()]
    return tuple(
        _row(row, [column.get(row.name) for column in columns], t) for row in metric_rows(summary)
    )


def timing_table(summary: RunSummary, t: Translator) -> tuple[MetricRow, ...]:
    """Times and prices of ``summary``, a column a system."""
    from evaluation.reports.wording import timing_rows

    return tuple(_row(row, [None] * len(row.cells), t) for row in timing_rows(summary))


def comparison_table(comparisons: Sequence[Comparison], t: Translator) -> tuple[MetricRow, ...]:
    """Each metric before, after, and the difference with what it shows."""
    from evaluation.reports.formatting import change_bounds, number, p_value
    from evaluation.reports.glossary import scale_of
    from evaluation.reports.wording import points

    rows = []
    for one in comparisons:
        found, scale = one.difference, scale_of(one.difference.metric)
        change = MetricCell(
            value=points(found.value, scale, report_language(t)),
            interval=change_bounds(found.low, found.high, scale),
            mark=f"{t(f'compare.{one.direction}')} · {p_value(one.p)}",
        )
        sides = (MetricCell(value=number(value, scale)) for value in (found.before, found.after))
        rows.append(
            MetricRow(
                metric=found.metric,
                name=found.metric,
                means=means_of(found.metric, t),
                cells=(*sides, change),
            )
        )
    return tuple(rows)


def report_language(t: Translator) -> Language:
    """The reader's language among those that reports are written in."""
    return "zh" if t.language == "zh" else "en"


def means_of(metric: str, t: Translator) -> str:
    """What ``metric`` means, in a sentence; empty for one that nobody explained."""
    from evaluation.reports.glossary import entry

    known = entry(metric)
    return known.sentence(report_language(t)) if known else ""


def _row(row: Row, intervals: Sequence[Interval | None], t: Translator) -> MetricRow:
    cells = (
        MetricCell(
            value=cell.value,
            interval=cell.interval,
            mark=t("evaluate.best") if cell.best else "",
            span=_span(row.name, interval),
        )
        for cell, interval in zip(row.cells, intervals, strict=True)
    )
    arrow = " ↓" if row.less_is_better else ""
    return MetricRow(
        metric=row.name, name=f"{row.name}{arrow}", means=means_of(row.name, t), cells=tuple(cells)
    )


def _span(metric: str, interval: Interval | None) -> tuple[float, float, float] | None:
    from evaluation.reports.formatting import Scale
    from evaluation.reports.glossary import scale_of

    if interval is None or scale_of(metric) is not Scale.SHARE:
        return None
    ends = (interval.low, interval.value, interval.high)
    if not all(map(isfinite, ends)):
        return None
    low, value, high = (min(1.0, max(0.0, end)) for end in ends)
    return low, value, high
