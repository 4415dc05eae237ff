"""Tables for a spreadsheet."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metric import Metric, mean, ratio
from evaluation.reports.as_csv import questions_csv, summary_csv
from tests.evaluation.reports.samples import (
    answers_run,
    answers_summary,
    retrieval_run,
    retrieval_summary,
    summary,
    system,
)


def rows_of(written: str) -> list[dict[str, str]]:
    assert written.startswith("\ufeff"), "Excel shows no Chinese without it"
    return list(csv.DictReader(io.StringIO(written[1:], newline="")))


def test_one_row_per_system_and_metric() -> None:
    rows = rows_of(summary_csv(retrieval_summary(), answers_summary()))
    assert len(rows) == 2 * 3 + 2 * 5
    assert rows[0] == {
        "dataset": "manuals",
        "system": "bm25",
        "metric": "hit@1",
        "value": "0.5",
        "low": "0.44",
        "high": "0.56",
        "questions": "300",
        "clusters": "84",
        "run": "0a1b2c3d4e",
        "seed": "7",
    }
    assert [row["metric"] for row in rows[:3]] == ["hit@1", "mrr@10", "total_ms"]
    assert rows[-1]["dataset"] == "手册问答"


def test_undefined_numbers_are_empty() -> None:
    told = summary({"a": system({"f1": (math.nan, 0.0, math.inf)})})
    (row,) = rows_of(summary_csv(told))
    assert (row["value"], row["low"], row["high"]) == ("", "0", "")


def test_questions_of_a_search_with_gold_and_what_was_found() -> None:
    run = retrieval_run()
    metrics: dict[str, dict[str, Metric]] = {
        "bm25": {"hit@1": mean("hit@1", np.array([0.0, 0.0, np.nan]))},
        "fused": {"hit@1": mean("hit@1", np.array([1.0, 1.0, 1.0]))},
    }
    rows = rows_of(questions_csv(run, metrics))
    assert [(row["id"], row["system"]) for row in rows] == [
        ("q1", "bm25"),
        ("q1", "fused"),
        ("q2", "bm25"),
        ("q2", "fused"),
        ("q3", "bm25"),
        ("q3", "fused"),
    ]
    assert rows[0]["question"] == "水泵的最大扬程是多少？"
    assert rows[0]["gold"] == "泵.pdf#4"
    assert rows[0]["result"] == "other.pdf#1 | 泵.pdf#4"
    assert rows[2]["answers"] == "the engineer | site engineer"
    assert [row["hit@1"] for row in rows] == ["0", "1", "0", "1", "", "1"]


def test_questions_of_answers_with_outcomes_and_only_means_as_columns() -> None:
    run = answers_run()
    one = np.ones(3)
    metrics = {"extractive": {"em": mean("em", one / 3), "precision": ratio("precision", one, one)}}
    rows = rows_of(questions_csv(run, metrics))
    assert [row["outcome"] for row in rows] == ["answered", "not_in_documents", "ModelTimeout"]
    assert rows[0]["result"] == "最大扬程是 32 米。"
    assert rows[0]["em"] == "0.333333"
    assert "precision" not in rows[0]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(start: str) -> None:
    hostile = f'{start}HYPERLINK("http://x.invalid","打开")'
    run = answers_run(first_answer=hostile)
    rows = rows_of(questions_csv(run, {"extractive": {}}))
    assert rows[0]["result"] == f"'{hostile}"


def test_negative_numbers_stay_numbers() -> None:
    run = answers_run()
    metrics = {"extractive": {"kappa": mean("kappa", np.array([-0.25, 0.0, 1.0]), low=-1.0)}}
    rows = rows_of(questions_csv(run, metrics))
    assert [row["kappa"] for row in rows] == ["-0.25", "0", "1"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30))
def test_any_answer_comes_back_from_its_cell(answer: str) -> None:
    rows = rows_of(questions_csv(answers_run(first_answer=answer), {"extractive": {}}))
    assert len(rows) == 3
    assert rows[0]["result"].removeprefix("'") == answer.removeprefix("'")
