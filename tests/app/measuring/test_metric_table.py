"""Metrics as rows of a table, with intervals, in both languages."""

from __future__ import annotations

import pytest

from app.i18n import Translator
from app.measuring.comparisons import compared
from app.measuring.metric_table import (
    MAIN,
    comparison_table,
    means_of,
    metric_table,
    report_language,
    timing_table,
)
from evaluation.comparing import Side
from evaluation.reports.glossary import entry
from tests.app.measuring.runs_made import answers, read, searches

EN, ZH = Translator("en"), Translator("zh")


def test_each_metric_has_a_value_with_its_interval_a_system() -> None:
    rows = {row.metric: row for row in metric_table(read(searches()).summary, ZH)}
    dense, bm25 = rows["hit@5"].cells
    assert (dense.value, bm25.value) == ("0.333", "1.000")
    assert dense.span is not None
    low, value, high = dense.span
    assert 0 < low < value < high < 1
    assert value == pytest.approx(1 / 3)
    assert bm25.mark == "★ 明显最优"
    assert rows["hit@5"].means.startswith("前 5 条检索结果")
    assert rows["hit@1"].cells[1].value == "0.000", "another place stands first"


def test_less_is_better_has_its_arrow_and_only_shares_are_drawn() -> None:
    rows = {
        row.metric: row for row in metric_table(read(answers("0 bar", "x", "2 bar")).summary, EN)
    }
    assert rows["ece"].name == "ece ↓"
    assert rows["match"].name == "match"
    assert rows["bleu"].cells[0].span is None
    [time, *_] = timing_table(read(answers("0 bar", "x")).summary, EN)
    assert time.cells[0].span is None
    assert "ms" in time.cells[0].value


def test_a_comparison_has_both_sides_and_the_difference() -> None:
    run = searches()
    found = compared(Side.of(run, "dense"), Side.of(run, "bm25"))
    rows = {row.metric: row for row in comparison_table(found.comparisons, EN)}
    before, after, change = rows["hit@5"].cells
    assert (before.value, after.value, change.value) == ("0.333", "1.000", "+66.7 points")
    assert change.mark.startswith("better · p")
    assert comparison_table((), ZH) == ()
    chinese = {row.metric: row for row in comparison_table(found.comparisons, ZH)}
    assert chinese["hit@5"].cells[2].mark.startswith("更好 · p")


def test_metrics_are_explained() -> None:
    assert all(entry(metric) for metric in MAIN)
    assert means_of("match", EN).startswith("The share of answers")
    assert means_of("nobody's", EN) == ""
    assert (report_language(EN), report_language(ZH)) == ("en", "zh")
