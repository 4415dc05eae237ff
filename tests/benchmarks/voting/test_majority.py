"""The exact majority vote."""

from __future__ import annotations

import pytest

from benchmarks.voting.majority import majority


def test_one_sample_is_right_as_often_as_it_is() -> None:
    assert majority((0.4, 0.3, 0.3), 1) == pytest.approx(0.4)


def test_two_answers_are_the_binomial() -> None:
    p = 0.7
    assert majority((p, 1 - p), 3) == pytest.approx(p**3 + 3 * p * p * (1 - p))


def test_a_tie_is_won_by_each_as_often() -> None:
    """Two samples: both right, or one right and one wrong, which is a tie of two."""
    assert majority((0.6, 0.4), 2) == pytest.approx(0.36 + 0.48 / 2)


def test_votes_on_equally_likely_answers_decide_nothing() -> None:
    assert majority((0.2,) * 5, 9) == pytest.approx(0.2)
    assert sum(
        majority((p, *rest), 5) for p, *rest in ((0.5, 0.3, 0.2), (0.3, 0.5, 0.2), (0.2, 0.5, 0.3))
    ) == pytest.approx(1.0)
