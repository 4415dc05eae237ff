"""How often the right answer wins a vote, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence


def majority(shares: Sequence[float], samples: int) -> float:
    """Probability that the first answer wins, where each sample picks answer i by ``shares[i]``.

    The sum over all outcomes of the multinomial. Of answers with equally many votes the product
    takes that of the lowest sample number; by symmetry each of k is it with probability 1/k.
    """
    total = 0.0
    for counts in _outcomes(samples, len(shares)):
        most = max(counts)
        if counts[0] == most:
            chance = math.factorial(samples) * math.prod(
                share**count / math.factorial(count)
                for share, count in zip(shares, counts, strict=True)
            )
            total += chance / counts.count(most)
    return total


def _outcomes(samples: int, answers: int) -> Iterator[tuple[int, ...]]:
    """All ways in which ``samples`` votes fall on ``answers``."""
    if answers == 1:
        yield (samples,)
        return
    for first in range(samples + 1):
        for rest in _outcomes(samples - first, answers - 1):
            yield (first, *rest)
