"""When further samples of an answer cannot matter (after Aggarwal et al. 2023).

Adaptive-Consistency stops when the Beta posterior over the shares of the two leading answers makes
it likely enough that the leader's is the larger, as if samples went on for ever. Here a known
number is still to come, so it is asked of the same posterior whether those would turn the vote.
"""

from __future__ import annotations

import math
from typing import Final

from rag.tally import Tally
from rag.voting.clustering import TIE

SURE: Final = 0.97
"""Probability from which the leader is taken to stay ahead; chosen by ``benchmarks/voting``: it
saves more calls than the paper's .95 on the posterior alone, and changes no more answers."""


def settled(tally: Tally, remaining: int) -> bool:
    """Whether the winner of ``tally`` is certain enough, with ``remaining`` samples to come.

    It is where it stays ahead of the next cluster with a probability of ``SURE``. How likely votes
    are to come for each follows from how many there are (``chance``). What they do to the lead
    follows from their weights: one for the leader adds its mean weight, any other takes 1, the most
    it can. So where even all of them could not catch up, the probability is 1.
    """
    if remaining <= 0:
        return True
    if not tally.clusters:
        return False
    leader, *others = tally.clusters
    leading = len(leader.members)
    following = max((len(one.members) for one in others), default=0)
    mean = leader.weight / leading
    lead = leader.weight - max((one.weight for one in others), default=0.0)
    sure = 0.0
    for more in range(remaining + 1):
        left = lead + more * mean - (remaining - more)
        won = 1.0 if left > TIE else 0.5 if left >= -TIE else 0.0
        sure += won * chance(more, leading, following, remaining)
    return sure >= SURE


def chance(more: int, leading: int, following: int, remaining: int) -> float:
    """Probability that ``more`` of ``remaining`` votes go to an answer that has ``leading``.

    The others go to the one that has ``following``. From a uniform prior over the share of each the
    posterior is Beta(leading + 1, following + 1), and the votes to come are beta-binomial.
    """
    others = remaining - more
    ways = math.comb(leading + more, more) * math.comb(following + others, others)
    return ways / math.comb(leading + following + remaining + 1, remaining)
