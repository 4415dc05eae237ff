"""A run as JSON that is the same, byte for byte, whenever the same is measured again.

Only ``timings``, which come last, differ between repetitions.
"""

from __future__ import annotations

import json
from math import isfinite

from evaluation.reports.summary import RunSummary
from evaluation.statistics.intervals import Interval

DECIMALS = 6


def payload(summary: RunSummary) -> dict[str, object]:
    """``{"dataset", "questions", "systems": {NAME: {METRIC: {"value", "low", "high"}}}, …}``.

    Undefined numbers are None; ``settings`` are sorted by name, the rest keeps the run's order.
    """
    return {
        "dataset": summary.dataset,
        "questions": summary.questions,
        "systems": {name: _numbers(one.metrics) for name, one in summary.systems.items()},
        "kind": summary.kind.value,
        "by_page": summary.by_page,
        "synthetic": summary.synthetic,
        "clusters": summary.clusters,
        "seed": summary.seed,
        "settings": dict(sorted(summary.settings.items())),
        "code": summary.code,
        "dataset_digest": summary.dataset_digest,
        "run": summary.run_id,
        "timings": {name: _numbers(one.timings) for name, one in summary.systems.items()},
    }


def as_json(*summaries: RunSummary) -> str:
    """One summary as an object, several as a list of them; two spaces deep, newline at the end."""
    payloads = [payload(summary) for summary in summaries]
    value = payloads[0] if len(payloads) == 1 else payloads
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _numbers(intervals: dict[str, Interval]) -> dict[str, dict[str, float | None]]:
    return {
        name: {"value": _finite(one.value), "low": _finite(one.low), "high": _finite(one.high)}
        for name, one in intervals.items()
    }


def _finite(value: float) -> float | None:
    """Rounded; adding zero makes -0.0 the same as 0.0."""
    return round(float(value), DECIMALS) + 0.0 if isfinite(value) else None
