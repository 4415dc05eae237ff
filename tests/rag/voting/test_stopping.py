"""When the rest of the samples cannot matter."""

from __future__ import annotations

from itertools import accumulate

import pytest
from scipy.stats import beta

from rag.tally import Cluster, Tally
from rag.voting.stopping import SURE, ahead, settled


def voted(*clusters: tuple[int, float]) -> Tally:
    """A tally whose clusters have so many members of so much weight each."""
    firsts = accumulate((members for members, _ in clusters), initial=0)
    found = tuple(
        Cluster(members=tuple(range(first, first + members)), weight=members * weight)
        for first, (members, weight) in zip(firsts, clusters, strict=False)
    )
    return Tally(clusters=found, planned=15)


@pytest.mark.parametrize(("leading", "following"), [(0, 0), (1, 0), (4, 0), (7, 2), (5, 9), (8, 8)])
def test_the_posterior_is_the_beta_distribution(leading: int, following: int) -> None:
    exact = beta.sf(0.5, leading + 1, following + 1)
    assert ahead(leading, following) == pytest.approx(float(exact), abs=1e-12)


def test_four_that_agree_settle_it_and_three_do_not() -> None:
    assert ahead(3, 0) == pytest.approx(15 / 16)
    assert ahead(4, 0) == pytest.approx(31 / 32)
    assert not settled(voted((3, 1.0)), 12)
    assert settled(voted((4, 1.0)), 11)
    assert settled(voted((7, 1.0), (1, 1.0)), 7)
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
    assert ahead(10, 2) >= SURE
    assert settled(voted((10, 1.0), (2, 1.0)), 3)
    assert not settled(voted((10, 0.2), (2, 0.95)), 3)
    assert not settled(voted((6, 0.0)), 3), "votes without weight decide nothing"


def test_a_leader_by_weight_with_fewer_votes_is_not_settled() -> None:
    assert not settled(voted((2, 1.0), (6, 0.3)), 7)
