"""The runs of a data folder as a list shows them, in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from app.measuring.orders import Order
from app.wording import model_name
from evaluation.results import Kind

if TYPE_CHECKING:
    from app.i18n import Translator
    from app.workbench import Workbench
    from evaluation.runs import RunEntry
    from rag.settings import Settings

_BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRun:
    """A run in the list; ``began`` is ISO 8601.

    ``finished`` tells whether it can be opened, ``running`` whether it is being measured.
    """

    id: str
    question_set: str
    kind: str
    systems: str
    settings: str
    questions: int
    began: str
    state: str
    finished: bool
    running: bool


def shown_runs(bench: Workbench, underway: Order | None, t: Translator) -> list[ShownRun]:
    """All runs, the newest first; ``underway`` is the order that is being carried out."""
    return [
        _shown(entry, bench.services.settings, t, running=_is_of(entry, underway))
        for entry in bench.runs.entries()
    ]


def remove_runs(bench: Workbench, ids: Sequence[str]) -> None:
    """Delete these runs with their results. Raises RunNotFound."""
    for run in ids:
        bench.runs.remove(run)


def system_name(settings: Settings, t: Translator, kind: Kind, system: str) -> str:
    """A search or a model as the reader knows it."""
    if kind is Kind.ANSWERS:
        return model_name(settings, t, system)
    return t.known(f"system.{system}", system)


def settings_in_words(settings: dict[str, str], t: Translator) -> str:
    """The settings of a run that are not usual, in a line; empty where all are."""
    named = (
        f"{t.known(f'evaluate.setting.{name}', name)}: "
        f"{t.known(f'strategy.{value}', value) if name == 'strategy' else value}"
        for name, value in sorted(settings.items())
        if name != "guidance"
    )
    return _BETWEEN.join(named)


def _is_of(entry: RunEntry, order: Order | None) -> bool:
    """Whether ``order`` goes on with this run."""
    if order is None or entry.finished_at is not None:
        return False
    again = Order.going_on_with(entry.plan, order.user)
    asked = (order.kind, order.question_set, order.limit, order.seed, order.part)
    return asked == (again.kind, again.question_set, again.limit, again.seed, again.part)


def _shown(entry: RunEntry, settings: Settings, t: Translator, *, running: bool) -> ShownRun:
    plan = entry.plan
    name = partial(system_name, settings, t, plan.kind)
    finished = entry.finished_at is not None
    if running:
        state = t("runs.running")
    elif finished:
        state = t("runs.finished")
    else:
        state = t("runs.stopped", done=entry.done, total=entry.total)
    return ShownRun(
        id=entry.id,
        question_set=plan.dataset,
        kind=t(f"evaluate.kind.{plan.kind}"),
        systems=t("evaluate.comma").join(map(name, plan.systems)),
        settings=settings_in_words(plan.settings, t),
        questions=entry.questions,
        began=entry.started_at.isoformat(),
        state=state,
        finished=finished,
        running=running,
    )
