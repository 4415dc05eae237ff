"""Whether a metric dropped by more than is allowed, beyond what chance explains.

Without an allowed drop the test is that of ``difference``, one-sided: results swapped between the
runs, which for reruns of one system is exact. With one it is the t test of a drop that large. What
is gated together is adjusted together (Holm 1979), so the chance that a gate over several metrics
fails where nothing got worse is still at most its level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from evaluation.metric import Metric
from evaluation.statistics.comparisons import Difference, Pair, difference_of, holm

Status = Literal["passed", "regressed", "undecided"]

RESOLUTION: Final = 0.05
"""A drop that goes so much beyond the allowed one, as a share of the metric's range, must show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says of one metric.

    ``p`` is one-sided, of a drop of ``max_drop`` or less, adjusted by Holm over the metrics gated.

    * ``regressed``: it dropped by more than ``max_drop``: ``p`` is below the gate's level.
    * ``undecided``: it is not shown, but the interval of ``difference`` reaches more than
      ``RESOLUTION`` beyond the allowed drop, or there is none. More questions would tell.
    * ``passed``: neither. Also where no question changed.
    """

    metric: str
    difference: Difference
    max_drop: float
    p: float
    status: Status


def gate(
    before: Mapping[str, Metric],
    after: Mapping[str, Metric],
    clusters: Sequence[str],
    *,
    max_drop: Mapping[str, float],
    level: float = 0.05,
    resamples: int = 2000,
    seed: int = 0,
) -> list[Verdict]:
    """A verdict for each metric of ``max_drop``, in its order.

    ``max_drop`` is in the metric's own unit and not negative; where less is better, a rise is the
    drop. ``clusters`` (questions,) name the group of each question. Raises KeyError for a metric
    that is missing from either run, ValueError for a negative drop or different questions.
    """
    if any(not allowed >= 0 for allowed in max_drop.values()):
        raise ValueError(f"max_drop must not be negative: {dict(max_drop)}")
    pairs = [
        Pair.of(before[name], after[name], clusters, resamples=resamples, seed=seed)
        for name in max_drop
    ]
    adjusted = holm([_chance(one, max_drop[one.before.name]) for one in pairs])
    return [
        _verdict(name, pair, max_drop[name], p=p, level=level)
        for name, pair, p in zip(max_drop, pairs, adjusted, strict=True)
    ]


def _chance(pair: Pair, allowed: float) -> float:
    """One-sided p-value of a drop of ``allowed`` or less."""
    sign = _worse(pair)
    if allowed:
        return pair.chance(sign * allowed, sign)
    tails = pair.tails()
    return tails.above if sign > 0 else tails.below


def _worse(pair: Pair) -> int:
    """The sign of a change for the worse."""
    return -1 if pair.before.higher_is_better else 1


def _verdict(name: str, pair: Pair, allowed: float, *, p: float, level: float) -> Verdict:
    found = difference_of(pair)
    furthest = -found.low if _worse(pair) < 0 else found.high
    span = pair.span if np.isfinite(pair.span) else abs(found.before)
    status: Status = "passed"
    if p < level:
        status = "regressed"
    elif pair.spread().error != 0 and not furthest <= allowed + RESOLUTION * span:
        status = "undecided"
    return Verdict(metric=name, difference=found, max_drop=allowed, p=p, status=status)
