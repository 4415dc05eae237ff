"""Metrics in a table: a row a metric with what it means, a column a system, with intervals.

Drawn in the browser as text nodes only, so a model's name cannot become markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from app.components.drawn_in_browser import component
from app.i18n import Translator
from app.measuring.metric_table import MetricRow


def draw_metrics(
    rows: Sequence[MetricRow], columns: Sequence[str], t: Translator, *, key: str, title: str
) -> None:
    """Draw ``rows`` under the headings ``columns``; ``title`` is the table's name."""
    component("metrics")(
        data={
            "title": title,
            "metric": t("evaluate.metric"),
            "columns": list(columns),
            "rows": [asdict(row) for row in rows],
        },
        key=key,
    )
