"""The numbers of a report out of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from evaluation.dataset import Example, Place
from evaluation.reports.summary import Direction, compare, summarise
from evaluation.results import Cost, Result, Retrieved, Run
from tests.evaluation.reports.samples import (
    answers_run,
    contrast,
    difference,
    retrieval_run,
    summary,
    system,
)


def many(right: Mapping[str, int], questions: int = 60) -> Run:
    """Each system finds the gold place first for its first so many questions, else not at all."""
    asked = tuple(
        Example(id=f"q{i}", question=f"第 {i} 问", gold=(Place(document=f"{i}.pdf", page=1),))
        for i in range(questions)
    )
    found: dict[str, tuple[Result, ...]] = {
        name: tuple(
            Retrieved(units=(f"{i}.pdf#1" if i < count else "other.pdf#1",))
            for i in range(questions)
        )
        for name, count in right.items()
    }
    costs = {name: tuple(Cost(total_ms=5.0) for _ in asked) for name in right}
    return replace(retrieval_run(), examples=asked, results=found, costs=costs)


def test_every_metric_has_its_interval_and_timings_are_apart() -> None:
    told = summarise(retrieval_run(), resamples=200)
    assert (told.questions, told.clusters) == (3, 2)
    assert told.systems["bm25"].metrics["hit@1"].value == 0.0
    # bm25 finds one of three gold pages, second: (1/2 + 0 + 0) / 3.
    assert told.systems["bm25"].metrics["mrr@10"].value == pytest.approx(1 / 6)
    assert told.systems["fused"].metrics["mrr@10"].value == 1.0
    for one in told.systems.values():
        for interval in one.metrics.values():
            assert interval.low <= interval.value <= interval.high
        assert one.timings["total_ms"].value == pytest.approx(21.0)
        assert "total_ms" not in one.metrics


def test_answers_have_curves() -> None:
    told = summarise(answers_run(), resamples=200)
    curves = told.systems["extractive"].curves
    assert curves is not None
    assert len(curves.risk_coverage) == 1, "one question was answered"
    assert curves.total_ms == (20.0, 21.0, 22.0)


def test_the_same_run_and_seed_give_the_same_numbers() -> None:
    assert summarise(retrieval_run(), resamples=100, seed=3) == summarise(
        retrieval_run(), resamples=100, seed=3
    )


def test_the_best_is_compared_with_every_other_system() -> None:
    told = summarise(many({"a": 20, "b": 55, "c": 54}), resamples=200)
    named = [c for c in told.contrasts if c.difference.metric == "hit@1"]
    assert [(c.best, c.other) for c in named] == [("b", "a"), ("b", "c")]
    assert named[0].difference.value == pytest.approx(35 / 60)
    assert named[0].p < 0.001
    assert named[1].p > 0.05, "55 against 54 of 60 is nothing"
    assert all(c.p >= c.difference.p for c in told.contrasts), "Holm only raises"
    assert told.clear_best() == {}


def test_a_clear_lead_has_a_winner_and_a_smallest_difference() -> None:
    told = summarise(many({"a": 20, "b": 55}), resamples=200)
    assert told.clear_best()["hit@1"] == "b"
    assert 0 < told.detectable["hit@1"] < 0.5


def test_one_system_has_nobody_to_beat() -> None:
    told = summarise(many({"only": 30}), resamples=200)
    assert told.contrasts == ()
    assert told.clear_best() == {}
    assert 0 < told.detectable["hit@1"] < 0.5


def test_all_others_must_be_beaten() -> None:
    told = summary(
        {name: system({"em": (0.5, 0.4, 0.6)}) for name in ("a", "b", "c")},
        contrasts=(
            contrast("em", "a", "b", 0.2, 0.001),
            contrast("em", "a", "c", 0.1, 0.07),
            contrast("f1", "b", "a", 0.2, 0.001),
            contrast("f1", "b", "c", 0.2, 0.049),
        ),
    )
    assert told.clear_best() == {"f1": "b"}


def test_metrics_that_only_some_systems_have_keep_their_order() -> None:
    told = summary(
        {"a": system({"em": (0.5, 0, 1), "f1": (0.5, 0, 1)}), "b": system({"bleu": (1, 0, 2)})}
    )
    assert told.metric_names() == ["em", "f1", "bleu"]
    assert told.timing_names() == []


def test_p_values_are_adjusted_together() -> None:
    # Holm over .01, .04, .03: 3 x .01 = .03; 2 x .03 = .06; max(.06, .04) = .06.
    found = compare([difference("em", 0.5, 0.6, p) for p in (0.01, 0.04, 0.03)])
    assert [one.p for one in found] == pytest.approx([0.03, 0.06, 0.06])


def test_a_test_that_could_not_be_made_does_not_count() -> None:
    found = compare([difference("em", 0.5, 0.6, 0.04), difference("f1", 0.5, 0.6, math.nan)])
    assert found[0].p == pytest.approx(0.04)
    assert found[0].direction is Direction.BETTER
    assert math.isnan(found[1].p)
    assert found[1].direction is Direction.NOT_SHOWN


@pytest.mark.parametrize(
    ("metric", "after", "p", "direction"),
    [
        ("em", 0.6, 0.01, Direction.BETTER),
        ("em", 0.4, 0.01, Direction.WORSE),
        ("em", 0.6, 0.05, Direction.NOT_SHOWN),
        ("aurc", 0.6, 0.01, Direction.WORSE),
        ("total_ms", 0.4, 0.01, Direction.BETTER),
        ("em", 0.5, 0.01, Direction.NOT_SHOWN),
    ],
)
def test_direction_is_what_the_metric_calls_better(
    metric: str, after: float, p: float, direction: Direction
) -> None:
    (found,) = compare([difference(metric, 0.5, after, p)])
    assert found.direction is direction
