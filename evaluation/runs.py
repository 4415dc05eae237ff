"""Runs as the record keeps them: every question's result, committed as it comes.

A run is known by what decides its results: kind, dataset, questions, settings, code and systems.
Asked for again it goes on where it stopped, and one that is finished is there at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import JSON, DateTime, Engine, ForeignKey, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from evaluation.dataset import Example
from evaluation.errors import RunAmbiguous, RunNotFound, RunUnfinished
from evaluation.plan import Plan
from evaluation.results import Answered, Cost, Kind, Result, Retrieved, Run
from vectorstore.database import Base, reading
from vectorstore.schema import now

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LATEST: Final = "latest"
"""Names the run that was begun last."""


class RunRow(Base):
    """A run; ``plan`` is what decides its results, ``attempt`` tells repetitions apart."""

    __tablename__ = "runs"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    attempt: Mapped[int] = mapped_column(default=1)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RunExampleRow(Base):
    """A question of a run; ``position`` counts from 0."""

    __tablename__ = "run_examples"

    run_number: Mapped[int] = mapped_column(
        ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    example: Mapped[dict[str, Any]] = mapped_column(JSON)


class RunResultRow(Base):
    """What one system did with one question."""

    __tablename__ = "run_results"

    run_number: Mapped[int] = mapped_column(
        ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True
    )
    system: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    cost: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """A run in a list; ``done`` counts results, of ``total``."""

    id: str
    plan: Plan
    questions: int
    done: int
    started_at: datetime
    finished_at: datetime | None

    @property
    def total(self) -> int:
        """Results the run has when it is finished."""
        return self.questions * len(self.plan.systems)


class Runs:
    """Keeps runs and gives them back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def open(self, plan: Plan, examples: Sequence[Example], *, again: bool = False) -> str:
        """The id of the newest run of ``plan``, begun when there is none or ``again`` is wanted.

        A repetition's id ends in its number, such as ``3fa90c11be-2``.
        """
        with Session(self._engine) as session, session.begin():
            newest = session.scalar(
                select(RunRow)
                .where((RunRow.id == plan.id) | RunRow.id.startswith(f"{plan.id}-"))
                .order_by(RunRow.number.desc())
                .limit(1)
            )
            if newest is not None and not (again and newest.finished_at is not None):
                return newest.id
            attempt = 1 if newest is None else newest.attempt + 1
            row = RunRow(
                id=plan.id if attempt == 1 else f"{plan.id}-{attempt}",
                attempt=attempt,
                plan=asdict(plan),
            )
            session.add(row)
            session.flush()
            session.add_all(
                RunExampleRow(run_number=row.number, position=at, example=asdict(example))
                for at, example in enumerate(examples)
            )
            return row.id

    def done(self, run_id: str) -> set[tuple[str, int]]:
        """(system, position) of every result that is kept."""
        with Session(self._reading) as session:
            number = self._row(session, run_id).number
            kept = select(RunResultRow.system, RunResultRow.position).where(
                RunResultRow.run_number == number
            )
            return {(row.system, row.position) for row in session.execute(kept)}

    def keep(self, run_id: str, results: Iterable[tuple[str, int, Result, Cost]]) -> None:
        """Commit results: (system, position, result, cost); those kept already stay."""
        with Session(self._engine) as session, session.begin():
            number = self._row(session, run_id).number
            given = {(system, at): (result, cost) for system, at, result, cost in results}
            there = session.execute(
                select(RunResultRow.system, RunResultRow.position).where(
                    RunResultRow.run_number == number,
                    RunResultRow.position.in_({at for _, at in given}),
                )
            )
            for row in there:
                given.pop((row.system, row.position), None)
            rows = [
                {
                    "run_number": number,
                    "system": system,
                    "position": at,
                    "result": _adapter(cast("Any", type(result))).dump_python(result, mode="json"),
                    "cost": asdict(cost),
                }
                for (system, at), (result, cost) in given.items()
            ]
            if rows:
                session.execute(insert(RunResultRow), rows)

    def finish(self, run_id: str) -> None:
        """Mark the run as finished."""
        with Session(self._engine) as session, session.begin():
            row = self._row(session, run_id)
            row.finished_at = row.finished_at or now()

    def is_finished(self, run_id: str) -> bool:
        """Whether every result is there."""
        with Session(self._reading) as session:
            return self._row(session, run_id).finished_at is not None

    def load(self, name: str) -> Run:
        """A finished run by its id, the beginning of it, or ``latest``.

        Raises RunNotFound, RunAmbiguous and RunUnfinished.
        """
        with Session(self._reading) as session:
            row = self._find(session, name)
            if row.finished_at is None:
                raise RunUnfinished(run=row.id)
            examples = session.scalars(
                select(RunExampleRow.example)
                .where(RunExampleRow.run_number == row.number)
                .order_by(RunExampleRow.position)
            )
            kept = session.execute(
                select(RunResultRow.system, RunResultRow.result, RunResultRow.cost)
                .where(RunResultRow.run_number == row.number)
                .order_by(RunResultRow.system, RunResultRow.position)
            )
            return _run(row, list(examples), [(r.system, r.result, r.cost) for r in kept])

    def entries(self) -> list[RunEntry]:
        """All runs, the newest first."""
        questions = (
            select(RunExampleRow.run_number, func.count().label("n"))
            .group_by(RunExampleRow.run_number)
            .subquery()
        )
        results = (
            select(RunResultRow.run_number, func.count().label("n"))
            .group_by(RunResultRow.run_number)
            .subquery()
        )
        query = (
            select(RunRow, func.coalesce(questions.c.n, 0), func.coalesce(results.c.n, 0))
            .outerjoin(questions, questions.c.run_number == RunRow.number)
            .outerjoin(results, results.c.run_number == RunRow.number)
            .order_by(RunRow.number.desc())
        )
        with Session(self._reading) as session:
            return [
                RunEntry(
                    id=row.id,
                    plan=_adapter(Plan).validate_python(row.plan),
                    questions=asked,
                    done=done,
                    started_at=_aware(row.started_at),
                    finished_at=row.finished_at and _aware(row.finished_at),
                )
                for row, asked, done in session.execute(query)
            ]

    def remove(self, name: str) -> str:
        """Delete a run with its results; returns its id. Raises as ``load`` for the name."""
        with Session(self._engine) as session, session.begin():
            row = self._find(session, name)
            run_id = row.id
            session.execute(delete(RunRow).where(RunRow.number == row.number))
        return run_id

    def _row(self, session: Session, run_id: str) -> RunRow:
        row = session.scalar(select(RunRow).where(RunRow.id == run_id))
        if row is None:
            raise RunNotFound(run=run_id, known=self._known(session))
        return row

    def _find(self, session: Session, name: str) -> RunRow:
        newest = select(RunRow).order_by(RunRow.number.desc())
        if name == LATEST:
            found = list(session.scalars(newest.limit(1)))
        else:
            found = list(session.scalars(newest.where(RunRow.id == name)))
            found = found or list(
                session.scalars(newest.where(RunRow.id.startswith(name, autoescape=True)))
            )
        if not found:
            raise RunNotFound(run=name, known=self._known(session))
        if len(found) > 1:
            raise RunAmbiguous(run=name, known=", ".join(row.id for row in found))
        return found[0]

    def _known(self, session: Session) -> str:
        ids = session.scalars(select(RunRow.id).order_by(RunRow.number.desc()).limit(5))
        return ", ".join(ids) or "none yet"


def _run(
    row: RunRow, examples: list[dict[str, Any]], kept: list[tuple[str, dict[str, Any], Any]]
) -> Run:
    plan = _adapter(Plan).validate_python(row.plan)
    kinds: dict[Kind, Any] = {Kind.RETRIEVAL: Retrieved, Kind.ANSWERS: Answered}
    of_kind = _adapter(kinds[plan.kind])
    costs = _adapter(Cost)
    return Run(
        id=row.id,
        kind=plan.kind,
        dataset=plan.dataset,
        dataset_digest=plan.dataset_digest,
        by_page=plan.by_page,
        synthetic=plan.synthetic,
        seed=plan.seed,
        settings=plan.settings,
        code=plan.code,
        started_at=_aware(row.started_at),
        examples=tuple(_adapter(Example).validate_python(one) for one in examples),
        results={
            system: tuple(of_kind.validate_python(r) for s, r, _ in kept if s == system)
            for system in plan.systems
        },
        costs={
            system: tuple(costs.validate_python(c) for s, _, c in kept if s == system)
            for system in plan.systems
        },
    )


@lru_cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _aware(moment: datetime) -> datetime:
    """SQLite gives times back without their zone, which is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
