"""When further samples of an answer cannot matter (Aggarwal et al. 2023, Adaptive-Consistency)."""

from __future__ import annotations

import math
from typing import Final

from rag.tally import Tally
from rag.voting.clustering import TIE

SURE: Final = 0.95
"""Probability from which the leader is taken to stay ahead, as in the paper."""


def settled(tally: Tally, remaining: int) -> bool:
    """Whether the winner of ``tally`` is certain enough, with ``remaining`` samples to come.

    It is where all of them together, with a weight of 1 each, could not catch up with the leader;
    and where the leader is ahead of the next cluster with a probability of ``SURE``, from a uniform
    prior over the share of each (the paper's Beta criterion). The posterior counts votes and not
    their weights. So that light votes are not more certain than heavy ones, the next cluster
    counts at least as many votes of the leader's mean weight as it takes to weigh what it weighs.
    """
    if remaining <= 0:
        return True
    if not tally.clusters:
        return False
    leader, *others = tally.clusters
    weight = max((one.weight for one in others), default=0.0)
    if leader.weight > weight + remaining + TIE:
        return True
    leading = len(leader.members)
    mean = leader.weight / leading
    as_heavy = math.ceil(weight / mean - TIE) if mean > 0 else leading
    following = max([len(one.members) for one in others] + [as_heavy])
    return ahead(leading, following) >= SURE


def ahead(leading: int, following: int) -> float:
    """Probability that an answer with ``leading`` votes is likelier than one with ``following``.

    That a share drawn from Beta(leading + 1, following + 1) is over one half: for whole numbers the
    chance of at most ``leading`` heads in ``leading + following + 1`` tosses of a coin.
    """
    tosses = leading + following + 1
    return float(sum(math.comb(tosses, heads) for heads in range(leading + 1)) / 2**tosses)
