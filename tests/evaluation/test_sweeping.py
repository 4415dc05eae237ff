"""Sweeps: every combination, and a winner only where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.errors import MetricUnknown
from evaluation.results import Run
from evaluation.sweeping import grid, sweep_of
from tests.evaluation.made import a_run, an_example, found

EXAMPLES = tuple(an_example(number) for number in range(200))


def a_run_right_in(share: float, seed: int) -> Run:
    """Each question right with this chance."""
    right = np.random.default_rng(seed).random(len(EXAMPLES)) < share
    results = tuple(found(f"d{n}" if ok else "other") for n, ok in enumerate(right))
    return a_run(EXAMPLES, {"fused": results})


def test_the_grid_is_every_combination() -> None:
    assert list(grid({"a": "1, 2", "b": "x"})) == [{"a": "1", "b": "x"}, {"a": "2", "b": "x"}]
    assert len(list(grid({"a": "1,2,3", "b": "x,y"}))) == 6


def test_a_clear_winner_is_named() -> None:
    runs = [a_run_right_in(0.5, 1), a_run_right_in(0.9, 2), a_run_right_in(0.55, 3)]
    found_sweep = sweep_of("hit@1", ["a", "b", "c"], runs)
    assert found_sweep.winner == found_sweep.best == 1
    assert found_sweep.not_worse == (1,)
    assert found_sweep.against[1] == 1.0
    assert max(found_sweep.against[0], found_sweep.against[2]) < 0.001
    assert found_sweep.intervals[1].value > 0.85


def test_equal_settings_have_no_winner() -> None:
    same = a_run_right_in(0.7, 1)
    found_sweep = sweep_of("hit@1", ["a", "b"], [same, same])
    assert found_sweep.winner is None
    assert found_sweep.best == 0
    assert found_sweep.not_worse == (0, 1)


def test_settings_that_differ_by_chance_alone_rarely_have_a_winner() -> None:
    won = sum(
        sweep_of(
            "hit@1", list("abcd"), [a_run_right_in(0.7, 10 * trial + n) for n in range(4)]
        ).winner
        is not None
        for trial in range(40)
    )
    assert won <= 4, "5 % of 40 is 2"


def test_two_good_settings_are_told_apart_from_a_bad_one() -> None:
    good, bad = a_run_right_in(0.9, 1), a_run_right_in(0.4, 2)
    found_sweep = sweep_of("mrr@10", ["good", "same", "bad"], [good, good, bad])
    assert found_sweep.winner is None
    assert found_sweep.not_worse == (0, 1)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(MetricUnknown, match="bleu"):
        sweep_of("bleu", ["a"], [a_run_right_in(0.5, 1)])
