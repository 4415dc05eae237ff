"""Cells and sentences of a run, as reports and pages show them."""

from __future__ import annotations

from evaluation.reports.formatting import Scale
from evaluation.reports.wording import (
    Cell,
    facts,
    metric_rows,
    notes,
    points,
    statements,
    timing_rows,
)
from tests.evaluation.reports.samples import contrast, summary, system

TWO = summary(
    {
        "words": system({"hit@1": (0.5, 0.41, 0.59), "ece": (0.2, 0.195, 0.205)}),
        "fused": system({"hit@1": (0.62, 0.53, 0.7)}, {"total_ms": (1234.0, 1100.0, 1600.0)}),
    },
    contrasts=(contrast("hit@1", "fused", "words", 0.12, 0.002),),
    detectable={"hit@1": 0.08},
)


def test_rows_hold_a_cell_a_system_the_clear_best_marked() -> None:
    hit, ece = metric_rows(TWO)
    assert (hit.name, hit.less_is_better) == ("hit@1", False)
    assert hit.cells == (
        Cell(value="0.500", interval="[.41–.59]"),
        Cell(value="0.620", interval="[.53–.70]", best=True),
    )
    assert (ece.name, ece.less_is_better) == ("ece", True)
    assert ece.cells == (Cell(value="0.200", interval="[.195–.205]"), Cell())
    [time] = timing_rows(TWO)
    assert time.cells == (Cell(), Cell(value="1.2 s", interval="[1.1–1.6 s]"))


def test_notes_say_what_marks_mean_and_what_can_be_seen() -> None:
    told = notes(TWO, "en")
    assert len(told) == 4
    assert "★" in told[2]
    assert "smaller than 8.0 points" in told[3]
    assert "小于 8.0 个百分点" in notes(TWO, "zh")[3]


def test_a_difference_is_said_with_its_interval() -> None:
    [(metric, words)] = statements(TWO, "en")
    assert metric == "hit@1"
    assert words.startswith("fused beats words: +12.0 points")
    assert "p\u00a0=\u00a0.002" in words
    [(_, chinese)] = statements(TWO, "zh")
    assert chinese.startswith("fused 显著优于 words")
    assert statements(summary({"fused": system({})}), "en") == ()


def test_facts_count_questions_and_groups() -> None:
    assert facts(TWO, "en")[0] == "300 questions"
    assert facts(TWO, "zh") == ("300 个问题", "按文档分为 84 组", "以页为单位")


def test_points_have_their_unit() -> None:
    assert points(0.024, Scale.SHARE, "en") == "+2.4 points"
    assert points(-0.024, Scale.SHARE, "zh") == "−2.4 个百分点"
    assert points(-12.0, Scale.MILLISECONDS, "en") == "−12 ms"
