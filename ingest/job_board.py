"""Jobs as a person watches them: counts of a job's files, and the files that matter by name.

Reads the record only, so what it tells survives a reload and a restart. Nothing here grows with
the number of files of a job, but the counting itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, Select, func, or_, select
from sqlalchemy.orm import Session

from ingest.job_files import JobFile, job_file
from ingest.job_tables import ENDED, RETRIED, FileState, JobFileRow, JobRow
from vectorstore.database import reading
from vectorstore.schema import now

SHOWN_FOR: Final = timedelta(hours=1)
FAILED_SHOWN_FOR: Final = timedelta(days=7)
_NEWEST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSummary:
    """A job in numbers; ``counts`` has the states that some of its files are in.

    ``changed_at`` is when a file of it last got on.
    """

    id: str
    collection: str
    created_at: datetime
    changed_at: datetime
    counts: Mapping[FileState, int]

    @property
    def files(self) -> int:
        """How many files were handed in."""
        return sum(self.counts.values())

    @property
    def done(self) -> bool:
        """Whether nothing of it is still to come."""
        return all(state in ENDED for state in self.counts)

    @property
    def can_be_retried(self) -> bool:
        """Whether some of its files failed or were cancelled."""
        return any(state in RETRIED for state in self.counts)


class JobBoard:
    """Reads jobs."""

    def __init__(self, engine: Engine) -> None:
        self._reading = reading(engine)

    def recent(self, collection: str) -> list[JobSummary]:
        """The collection's jobs that are under way or have just ended, the newest first.

        An ended one is told of for SHOWN_FOR, with a failed file for FAILED_SHOWN_FOR.
        """
        folded, time = collection.casefold(), now()
        return [
            job
            for job in self._newest()
            if job.collection.casefold() == folded
            and (not job.done or time - job.changed_at < _shown_for(job))
        ]

    def awaited(self) -> list[str]:
        """Names of the collections that files are on their way into, made already or not."""
        query = (
            select(JobRow.collection)
            .where(JobRow.id.in_(_open_jobs()))
            .order_by(JobRow.created_at.desc(), JobRow.id)
        )
        with Session(self._reading) as session:
            return list(dict.fromkeys(session.scalars(query)))

    def files(
        self, job_id: str, *, states: Sequence[FileState] = tuple(FileState), most: int
    ) -> list[JobFile]:
        """At most ``most`` files of the job that are in one of ``states``, in their order."""
        query = (
            select(JobFileRow, JobRow.collection)
            .join(JobRow, JobRow.id == JobFileRow.job_id)
            .where(JobFileRow.job_id == job_id, JobFileRow.state.in_(states))
            .order_by(JobFileRow.id)
            .limit(most)
        )
        with Session(self._reading) as session:
            return [job_file(row, collection) for row, collection in session.execute(query)]

    def _newest(self) -> list[JobSummary]:
        """The newest jobs and all that have not ended, the newest first."""
        newest = select(JobRow.id).order_by(JobRow.created_at.desc()).limit(_NEWEST)
        query = (
            select(JobRow, JobFileRow.state, func.count(), func.max(JobFileRow.updated_at))
            .join(JobFileRow, JobFileRow.job_id == JobRow.id)
            .where(or_(JobRow.id.in_(newest), JobRow.id.in_(_open_jobs())))
            .group_by(JobRow.id, JobFileRow.state)
            .order_by(JobRow.created_at.desc(), JobRow.id)
        )
        jobs: dict[str, JobRow] = {}
        counts: dict[str, dict[FileState, int]] = {}
        changed: dict[str, datetime] = {}
        with Session(self._reading) as session:
            for row, state, count, changed_at in session.execute(query):
                jobs[row.id] = row
                counts.setdefault(row.id, {})[state] = count
                changed[row.id] = max(changed.get(row.id, changed_at), changed_at)
            return [
                JobSummary(
                    id=row.id,
                    collection=row.collection,
                    created_at=row.created_at.replace(tzinfo=UTC),
                    changed_at=changed[row.id].replace(tzinfo=UTC),
                    counts=counts[row.id],
                )
                for row in jobs.values()
            ]


def _open_jobs() -> Select[str]:
    """Ids of the jobs that have not ended."""
    states = [state for state in FileState if state not in ENDED]
    return select(JobFileRow.job_id).where(JobFileRow.state.in_(states)).distinct()


def _shown_for(job: JobSummary) -> timedelta:
    return FAILED_SHOWN_FOR if FileState.FAILED in job.counts else SHOWN_FOR
