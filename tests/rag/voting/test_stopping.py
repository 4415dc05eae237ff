"""When the rest of the samples cannot matter."""

from __future__ import annotations

from itertools import accumulate

import pytest
from scipy.stats import betabinom

from rag.tally import Cluster, Tally
from rag.voting.stopping import chance, settled


def voted(*clusters: tuple[int, float]) -> Tally:
    """A tally whose clusters have so many members of so much weight each."""
    firsts = accumulate((members for members, _ in clusters), initial=0)
    found = tuple(
        Cluster(members=tuple(range(first, first + members)), weight=members * weight)
        for first, (members, weight) in zip(firsts, clusters, strict=False)
    )
    return Tally(clusters=found, planned=15)


@pytest.mark.parametrize(
    ("leading", "following", "remaining"), [(0, 0, 3), (1, 0, 4), (4, 0, 11), (7, 2, 6), (5, 9, 1)]
)
def test_the_votes_to_come_are_beta_binomial(leading: int, following: int, remaining: int) -> None:
    exact = betabinom(remaining, leading + 1, following + 1)
    for more in range(remaining + 1):
        told = chance(more, leading, following, remaining)
        assert told == pytest.approx(float(exact.pmf(more)), abs=1e-12)


def test_a_chance_worked_by_hand() -> None:
    """Laplace's rule of succession: one vote to none, so the next is for it two times in three."""
    assert chance(1, 1, 0, 1) == pytest.approx(2 / 3)
    assert chance(0, 1, 0, 1) == pytest.approx(1 / 3)


def test_four_of_fifteen_that_agree_settle_it_and_three_do_not() -> None:
    assert not settled(voted((3, 1.0)), 12)
    assert settled(voted((4, 1.0)), 11)
    assert settled(voted((6, 1.0), (1, 1.0)), 8)
    assert not settled(voted((4, 1.0), (1, 1.0)), 10)


def test_what_the_rest_cannot_reach_is_settled() -> None:
    assert settled(voted((3, 1.0)), 2)
    assert not settled(voted((2, 1.0)), 2), "two more could tie"
    assert settled(voted((3, 1.0), (1, 1.0)), 1)
    assert not settled(voted((3, 1.0), (2, 1.0)), 1)
    assert not settled(voted((3, 0.5)), 2), "two heavy votes outweigh three light ones"


def test_no_vote_settles_nothing_and_no_sample_left_settles_all() -> None:
    assert not settled(Tally(planned=5), 5)
    assert settled(Tally(planned=5), 0)
    assert settled(voted((1, 1.0), (1, 1.0)), 0)


def test_light_votes_are_not_more_certain_than_heavy_ones() -> None:
    assert settled(voted((10, 1.0), (2, 1.0)), 3)
    assert not settled(voted((10, 0.2), (2, 0.95)), 3)
    assert not settled(voted((6, 0.0)), 3), "votes without weight decide nothing"


def test_a_leader_by_weight_with_fewer_votes_is_not_settled() -> None:
    assert not settled(voted((2, 1.0), (6, 0.3)), 7)
