"""JSON that is the same whenever the same is measured again."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import timedelta

from evaluation.reports.as_json import as_json, payload
from tests.evaluation.reports.samples import (
    MOMENT,
    answers_summary,
    interval,
    retrieval_summary,
    summary,
    system,
)


def test_the_shape_is_the_documented_one() -> None:
    told = json.loads(as_json(retrieval_summary()))
    assert list(told)[:3] == ["dataset", "questions", "systems"]
    assert told["dataset"] == "manuals"
    assert told["questions"] == 300
    assert list(told["systems"]) == ["bm25", "fused"]
    assert told["systems"]["bm25"]["mrr@10"] == {"value": 0.612, "low": 0.57, "high": 0.652}
    assert "total_ms" not in told["systems"]["bm25"]
    assert told["timings"]["fused"]["total_ms"] == {"value": 31.0, "low": 29.0, "high": 33.0}
    assert told["settings"] == {"QUORUM_TOP_K": "8"}
    assert (told["run"], told["seed"], told["kind"]) == ("0a1b2c3d4e", 7, "retrieval")


def test_all_but_timings_is_equal_when_only_times_differ() -> None:
    first = retrieval_summary()
    slower = {
        name: replace(one, timings={"total_ms": interval(99.0, 98.0, 100.0)})
        for name, one in first.systems.items()
    }
    second = replace(first, systems=slower, started_at=MOMENT + timedelta(days=1))
    ours, theirs = as_json(first), as_json(second)
    assert ours != theirs
    marker = '"timings"'
    assert ours.split(marker)[0] == theirs.split(marker)[0]


def test_numbers_that_are_not_there_are_null_and_the_rest_has_six_places() -> None:
    told = summary({"a": system({"f1": (math.nan, math.nan, math.nan), "x": (2.3, 1.0, math.inf)})})
    told.systems["a"].metrics["y"] = interval(1 / 3, -1e-9, 2 / 3)
    written = as_json(told)
    metrics = json.loads(written)["systems"]["a"]
    assert metrics["f1"] == {"value": None, "low": None, "high": None}
    assert metrics["x"]["high"] is None
    assert metrics["y"] == {"value": 0.333333, "low": 0.0, "high": 0.666667}
    assert "NaN" not in written
    assert "-0.0" not in written


def test_settings_have_one_order() -> None:
    one = summary({"a": system({})}, settings={"b": "2", "a": "1"})
    other = summary({"a": system({})}, settings={"a": "1", "b": "2"})
    assert as_json(one) == as_json(other)


def test_several_runs_are_a_list_and_chinese_stays_readable() -> None:
    written = as_json(retrieval_summary(), answers_summary())
    told = json.loads(written)
    assert [one["dataset"] for one in told] == ["manuals", "手册问答"]
    assert "手册问答" in written
    assert told[1]["synthetic"] is True
    assert told[0] == payload(retrieval_summary())
