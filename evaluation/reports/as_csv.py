"""A run as tables for a spreadsheet: its metrics, and what came of each question.

Files begin with a byte order mark, without which Excel shows no Chinese. A text that a spreadsheet
would run as a formula gets an apostrophe before it (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Final

from evaluation.dataset import Example
from evaluation.metric import Metric
from evaluation.reports.as_json import DECIMALS
from evaluation.reports.summary import RunSummary
from evaluation.results import Answered, Result, Run

BYTE_ORDER_MARK: Final = "\ufeff"
LIST_SEPARATOR: Final = " | "
MOST_FOUND: Final = 10
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORMULA_WIDE: Final = ("＝", "＋", "－", "＠")

_SUMMARY_COLUMNS: Final = (
    *("dataset", "system", "metric", "value", "low", "high"),
    *("questions", "clusters", "run", "seed"),
)
_QUESTION_COLUMNS: Final = ("id", "question", "answers", "gold", "system", "outcome", "result")


def summary_csv(*summaries: RunSummary) -> str:
    """One row per data set, system and metric, timings after the other metrics."""
    rows = [
        (
            *(summary.dataset, system, name),
            *map(_written, (interval.value, interval.low, interval.high)),
            *(interval.questions, interval.clusters, summary.run_id, summary.seed),
        )
        for summary in summaries
        for system, one in summary.systems.items()
        for name, interval in (*one.metrics.items(), *one.timings.items())
    ]
    return _table(_SUMMARY_COLUMNS, rows)


def questions_csv(run: Run, metrics: Mapping[str, Mapping[str, Metric]]) -> str:
    """One row per question and system, those of a question together.

    ``metrics`` are those of each system by name; only means have a value for a single question, the
    others get no column. ``result`` is the answer, or the first ``MOST_FOUND`` places found; a
    value is empty where a metric does not apply.
    """
    names = dict.fromkeys(
        name
        for system in run.results
        for name, metric in metrics[system].items()
        if metric.values is not None
    )
    rows = [
        (
            *_asked(example),
            system,
            *_came(results[position]),
            *(_value(metrics[system].get(name), position) for name in names),
        )
        for position, example in enumerate(run.examples)
        for system, results in run.results.items()
    ]
    return _table((*_QUESTION_COLUMNS, *names), rows)


def _asked(example: Example) -> tuple[str, ...]:
    answers = example.answers or tuple(" / ".join(group) for group in example.required)
    gold = (place.unit for place in example.gold)
    return (
        example.id,
        example.question,
        LIST_SEPARATOR.join(answers),
        LIST_SEPARATOR.join(gold),
    )


def _came(result: Result) -> tuple[str, str]:
    """How it ended, and with what."""
    if isinstance(result, Answered):
        return result.error or result.outcome.value, result.text
    return "found", LIST_SEPARATOR.join(result.units[:MOST_FOUND])


def _value(metric: Metric | None, position: int) -> str:
    known = None if metric is None else metric.values
    return "" if known is None else _written(float(known[position]))


def _written(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") if isfinite(value) else ""


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow([_guarded(name) for name in columns])
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def _guarded(cell: object) -> object:
    """Numbers stay numbers, negative ones too: only other text can be a formula."""
    if not isinstance(cell, str) or not cell.startswith((*_FORMULA, *_FORMULA_WIDE)):
        return cell
    return cell if _is_number(cell) else f"'{cell}"


def _is_number(cell: str) -> bool:
    digits = cell.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdecimal()
