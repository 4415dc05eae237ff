"""What the vote of one sample counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rag.claims import Claim

LEAST_WEIGHT: Final = 0.2
"""What a sample counts of which nothing holds: several that agree still say something, and five of
them weigh no more than one whose citations hold."""

REFUSAL_WEIGHT: Final = 0.85
"""What a refusal counts: the middle of what an answer gets whose citations hold (0.7 to 1).

It cites nothing, so there is nothing to check it by. With this it outweighs doubtful answers, and
three refusals of five outweigh two answers, while as many answers that hold outweigh as many
refusals.
"""


def vote_weight(claims: Sequence[Claim], *, refuses: bool) -> float:
    """What the vote of a sample with these checked ``claims`` counts (0..1).

    The mean support of the claims, at least ``LEAST_WEIGHT``; a claim that was not checked has no
    support. For one that ``refuses`` it is ``REFUSAL_WEIGHT``.
    """
    if refuses:
        return REFUSAL_WEIGHT
    if not claims:
        return LEAST_WEIGHT
    support = sum(claim.check.support if claim.check else 0.0 for claim in claims)
    return max(LEAST_WEIGHT, min(1.0, support / len(claims)))
