"""Which texts go through the encoder together, and what happens when they are too many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

_PADDED_AT_MOST: Final = 2
"""No text is padded to more than this many times its length."""


def batches(lengths: Sequence[int], *, most: int) -> Iterator[list[int]]:
    """Positions in ``lengths`` (tokens), longest first, in batches of similar length.

    A batch's count times its longest is at most ``most``, but for a single text over it.
    """
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        longest = lengths[batch[0]] if batch else 0
        full = longest * (len(batch) + 1) > most
        if batch and (full or longest > lengths[at] * _PADDED_AT_MOST):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def halving(batch: Sequence[int], run: Callable[[Sequence[int]], None]) -> None:
    """``run`` the batch; where memory does not suffice, its halves, and so on.

    Raises MemoryError where a single text is too much.
    """
    try:
        run(batch)
        return
    except MemoryError:
        if len(batch) < 2:
            raise
    middle = len(batch) // 2
    halving(batch[:middle], run)
    halving(batch[middle:], run)
