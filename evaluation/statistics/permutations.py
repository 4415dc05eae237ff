"""How often chance alone moves two systems so far apart, if which is which did not matter.

Were the two systems the same, each cluster's results could as well have been swapped between them
(Fisher 1935; Noreen 1989). Clusters are swapped whole, as their questions are not independent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from evaluation.metric import Floats, Metric
from evaluation.statistics.resampling import CELLS, Clustering

_SWAPS: Final = 9_999
_EXACT: Final = 12
"""Up to so many clusters, every way to swap them is tried."""

_LONGEST: Final = 100_000
"""Whole sums up to this are counted out exactly."""

_TIE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """The chance of a difference as low as the one found, as high, and as far from 0."""

    below: float
    above: float
    beyond: float


def swapped(before: Metric, after: Metric, clustering: Clustering, *, seed: int) -> Tails:
    """The tails of ``after - before`` when clusters are swapped between the two means.

    Exact where values are whole numbers, as 0 and 1 are, over the same questions, or where up to
    12 clusters differ; else from 9,999 random swaps and the one found, ``(k + 1) / (m + 1)``.
    Both metrics must have ``values``.
    """
    if before.values is None or after.values is None:
        raise ValueError(f"{before.name} has no values per question to swap")
    parts = [
        clustering.sums(part)
        for values in (before.values, after.values)
        for part in (np.nan_to_num(values), np.isfinite(values).astype(np.float64))
    ]
    old, old_known, new, new_known = parts
    if np.array_equal(old_known, new_known):
        sums = new - old
        if np.array_equal(sums, np.rint(sums)) and np.abs(sums).sum() <= _LONGEST:
            return _counted(sums)
    return _tried(np.stack([old, old_known]), np.stack([new, new_known]), seed=seed)


def _counted(sums: Floats) -> Tails:
    """From the exact distribution of the total of whole ``sums`` (clusters,) with random signs."""
    from scipy.stats import binom

    chances = np.ones(1)
    for size, times in zip(*np.unique(np.abs(sums[sums != 0]), return_counts=True), strict=True):
        step = np.zeros(2 * int(size) * int(times) + 1)
        step[:: 2 * int(size)] = binom.pmf(np.arange(times + 1), times, 0.5)
        chances = np.convolve(chances, step)
    most = len(chances) // 2
    found = int(sums.sum())
    far = np.abs(np.arange(-most, most + 1)) >= abs(found)
    return Tails(
        below=min(1.0, float(chances[: found + most + 1].sum())),
        above=min(1.0, float(chances[found + most :].sum())),
        beyond=min(1.0, float(chances[far].sum())),
    )


def _tried(old: Floats, new: Floats, *, seed: int) -> Tails:
    """From swaps of clusters between sums and counts ``old`` and ``new``: (2, clusters) each."""
    moved = (old != new).any(axis=0)
    gap = (new - old)[:, moved]
    totals = old.sum(axis=1), new.sum(axis=1)
    found = _apart(totals[0][:, None], totals[1][:, None])[0]
    slack = _TIE * max(1.0, abs(found))
    below = above = beyond = tried = 0
    for swaps in _swaps(gap.shape[1], seed=seed):
        shift = gap @ swaps.T
        apart = _apart(totals[0][:, None] + shift, totals[1][:, None] - shift)
        apart = apart[np.isfinite(apart)]
        tried += len(apart)
        below += int((apart <= found + slack).sum())
        above += int((apart >= found - slack).sum())
        beyond += int((np.abs(apart) >= abs(found) - slack).sum())
    own = int(gap.shape[1] > _EXACT)
    return Tails(
        below=(below + own) / (tried + own),
        above=(above + own) / (tried + own),
        beyond=(beyond + own) / (tried + own),
    )


def _apart(old: Floats, new: Floats) -> Floats:
    """The difference of two means from their sums and counts: (2, swaps) each."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(new[0] / new[1] - old[0] / old[1], np.float64)


def _swaps(count: int, *, seed: int) -> Iterator[Floats]:
    """Which of ``count`` clusters are swapped, 0 or 1: parts of (swaps, count)."""
    if count <= _EXACT:
        yield ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(np.float64)
        return
    rng = np.random.default_rng(seed)
    rows = max(1, CELLS // count)
    for start in range(0, _SWAPS, rows):
        size = min(rows, _SWAPS - start)
        yield rng.integers(0, 2, size=(size, count), dtype=np.int8).astype(np.float64)
