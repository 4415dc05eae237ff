"""Two systems over the same questions: in two runs, or side by side in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from evaluation.errors import RunsDiffer, SystemUnknown
from evaluation.metric import Metric
from evaluation.results import Run
from evaluation.scoring import TIMINGS, metrics_of
from evaluation.statistics.comparisons import Difference, difference

_SEPARATOR: Final = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One system of a run."""

    run: Run
    system: str

    @classmethod
    def of(cls, run: Run, system: str = "") -> Self:
        """The system of this name, or the run's last one (ours, where there are several).

        Raises SystemUnknown.
        """
        if system and system not in run.results:
            raise SystemUnknown(system=system, run=run.id, known=", ".join(run.results))
        return cls(run=run, system=system or list(run.results)[-1])

    @property
    def name(self) -> str:
        """As it is given on a command line: ``RUN:SYSTEM``."""
        return f"{self.run.id}{_SEPARATOR}{self.system}"

    def metrics(self) -> dict[str, Metric]:
        """What can be compared: everything but times and prices."""
        every = metrics_of(self.run, self.system)
        return {name: metric for name, metric in every.items() if name not in TIMINGS}


def split_name(name: str) -> tuple[str, str]:
    """``RUN`` or ``RUN:SYSTEM`` as (run, system), the latter empty when it is not given."""
    run, _, system = name.partition(_SEPARATOR)
    return run, system


def check_comparable(before: Side, after: Side) -> None:
    """Raise RunsDiffer unless both answered the same questions in the same way."""
    detail = ""
    if before.run.kind is not after.run.kind:
        detail = f"one measured {before.run.kind}, the other {after.run.kind}"
    elif [e.id for e in before.run.examples] != [e.id for e in after.run.examples]:
        shared = len({e.id for e in before.run.examples} & {e.id for e in after.run.examples})
        detail = (
            f"they asked {len(before.run.examples)} and {len(after.run.examples)} questions, "
            f"{shared} of them the same"
        )
    elif before.run.examples != after.run.examples:
        detail = "what is known of the answers differs"
    if detail:
        raise RunsDiffer(before=before.run.id, after=after.run.id, detail=detail)


def differences(before: Side, after: Side, *, seed: int = 0) -> list[Difference]:
    """Every metric that both have, from ``before`` to ``after``. Raises RunsDiffer."""
    check_comparable(before, after)
    clusters = before.run.clusters
    old, new = before.metrics(), after.metrics()
    return [difference(old[name], new[name], clusters, seed=seed) for name in old if name in new]
