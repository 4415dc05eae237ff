"""What a person asked to have measured: a value that travels to the process that carries it out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final, Self

from app.conversations import LOCAL_USER
from evaluation.errors import RunNotFound
from evaluation.results import Kind

if TYPE_CHECKING:
    from app.workbench import Tell, Workbench
    from evaluation.dataset import Dataset
    from evaluation.plan import Plan
    from evaluation.results import Run
    from evaluation.runs import Runs

_NOT_SETTINGS: Final = ("part", "judge", "guidance")
"""What a plan tells beside its settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be measured, and for whom.

    ``systems`` are searches or models, all searches or the first model where none is named.
    ``limit`` questions (0: all) of ``question_set`` are drawn by ``seed``; ``part`` is train, dev
    or test, empty for the whole set. ``again`` measures what is finished already.
    """

    kind: Kind
    question_set: str
    systems: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    limit: int = 20
    seed: int = 0
    part: str = ""
    judge: str = ""
    again: bool = False
    user: str = LOCAL_USER

    def to_json(self) -> str:
        """The order as one line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, told: str) -> Self:
        """``to_json`` undone."""
        values = json.loads(told)
        kind, systems = Kind(values.pop("kind")), tuple(values.pop("systems"))
        return cls(kind=kind, systems=systems, **values)

    @classmethod
    def going_on_with(cls, plan: Plan, user: str) -> Self:
        """The order that goes on with a run of ``plan`` where it stopped."""
        settings = {
            name: value for name, value in plan.settings.items() if name not in _NOT_SETTINGS
        }
        return cls(
            kind=plan.kind,
            question_set=plan.dataset,
            systems=plan.systems,
            settings=settings,
            limit=plan.limit,
            seed=plan.seed,
            part=plan.settings.get("part", ""),
            judge=plan.settings.get("judge", ""),
            user=user,
        )


def carry_out(bench: Workbench, order: Order, dataset: Dataset, tell: Tell) -> Run:
    """Measure what ``order`` says over ``dataset``; raises as the workbench does."""
    from app.workbench import Request

    request = Request(
        dataset=dataset, limit=order.limit, seed=order.seed, part=order.part, again=order.again
    )
    if order.kind is Kind.RETRIEVAL:
        return bench.retrieval(request, systems=order.systems, settings=order.settings, tell=tell)
    return bench.answers(
        request, models=order.systems, settings=order.settings, judge=order.judge, tell=tell
    )


def order_of(runs: Runs, run: str, user: str) -> Order:
    """The order that goes on with the run of this id. Raises RunNotFound."""
    entries = runs.entries()
    for entry in entries:
        if entry.id == run:
            return Order.going_on_with(entry.plan, user)
    raise RunNotFound(run=run, known=", ".join(one.id for one in entries[:5]) or "none yet")
