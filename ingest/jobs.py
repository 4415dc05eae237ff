"""Files on their way into collections, as the record keeps them: nothing accepted is forgotten.

A job is what one person handed in at once. Each of its files goes ``queued → parsing → embedding →
indexing`` and ends ``ready``, ``refused``, ``failed`` or ``cancelled``, each step in one
transaction. Knows files and states, not how a file is taken in.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from ingest.inbox import Inbox
from ingest.job_files import Job, JobFile, job_file
from ingest.job_tables import ENDED, RETRIED, UNDERWAY, FileState, JobFileRow, JobRow
from ingest.progress_rate import JobProgress, ProgressRate
from ingest.sources import document_name
from rag.errors import LoadError, QuorumError
from rag.job_errors import GaveUp, JobNotFound
from rag.reading_errors import stored_error
from vectorstore.collection_names import collection_name
from vectorstore.database import reading
from vectorstore.schema import now

MOST_ATTEMPTS: Final = 3


class Jobs:
    """The queue. Any process may hand in, watch, cancel and retry; one worker claims."""

    def __init__(self, engine: Engine, inbox: Inbox) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._inbox = inbox
        self._rate = ProgressRate(self._reading)

    def submit(
        self,
        files: Iterable[tuple[str, bytes | Path | LoadError]],
        collection: str,
        *,
        again: bool = False,
    ) -> str:
        """Accept files, each a document's name and its content, and return the job's id.

        When this returns, they are safe. A file that cannot be copied, or comes with the reason why
        it cannot be taken, is in the job, refused. With ``again`` known bytes are read anew.
        Raises InvalidCollectionName, and NoSpace before anything is accepted.
        """
        target, rows = collection_name(collection), list[JobFileRow]()
        job_id = uuid.uuid4().hex
        try:
            for name, content in files:
                row = JobFileRow(job_id=job_id, name=document_name(name), again=again)
                rows.append(row)
                try:
                    if isinstance(content, LoadError):
                        raise content
                    row.kept = self._inbox.keep(content, name=row.name)
                except LoadError as error:
                    row.state, row.refusal = FileState.REFUSED, stored_error(error)
            with Session(self._engine) as session, session.begin():
                session.add(JobRow(id=job_id, collection=target))
                session.flush()
                session.add_all(rows)
        except BaseException:
            for row in rows:
                if row.kept:
                    self._inbox.remove(row.kept)
            raise
        return job_id

    def claim(self) -> JobFile | None:
        """The file that has waited longest, PARSING from now on; None when none waits."""
        with Session(self._engine) as session, session.begin():
            row = session.scalar(
                select(JobFileRow)
                .where(JobFileRow.state == FileState.QUEUED)
                .order_by(JobFileRow.id)
                .limit(1)
            )
            if row is None:
                return None
            row.state, row.attempts, row.updated_at = FileState.PARSING, row.attempts + 1, now()
            row.chunks_done = 0
            session.flush()
            return job_file(row, session.get_one(JobRow, row.job_id).collection)

    def coming(self, most: int) -> list[JobFile]:
        """Up to ``most`` files that will be claimed next, in order; none is claimed by this."""
        with Session(self._reading) as session:
            rows = session.execute(
                select(JobFileRow, JobRow.collection)
                .join(JobRow, JobRow.id == JobFileRow.job_id)
                .where(JobFileRow.state == FileState.QUEUED)
                .order_by(JobFileRow.id)
                .limit(most)
            )
            return [job_file(row, collection) for row, collection in rows]

    def tell(self, file_id: int, state: FileState, chunks_done: int, chunks: int) -> bool:
        """Note how far a file has come; false when it has been cancelled meanwhile."""
        return self._change(file_id, UNDERWAY, state=state, chunks_done=chunks_done, chunks=chunks)

    def finish(
        self, file_id: int, *, status: str, pages: int, chunks: int, warnings: Sequence[str]
    ) -> None:
        """The file's document is ready."""
        self._end(
            file_id,
            FileState.READY,
            status=status,
            pages=pages,
            chunks=chunks,
            chunks_done=chunks,
            warnings=list(warnings),
            refusal=None,
        )

    def refuse(self, file_id: int, error: QuorumError) -> None:
        """The file itself cannot be taken in."""
        self._end(file_id, FileState.REFUSED, refusal=stored_error(error))

    def fail(self, file_id: int, error: QuorumError) -> None:
        """Something else stood in the way; the file is kept and can be tried again."""
        self._end(file_id, FileState.FAILED, refusal=stored_error(error))

    def give_back(self, file_id: int) -> None:
        """Queue a file again that was not finished through no fault of its own."""
        self._change(file_id, UNDERWAY, state=FileState.QUEUED, attempts=JobFileRow.attempts - 1)

    def cancel(self, job_id: str) -> int:
        """Cancel what of the job has not ended; returns how many files that were."""
        return self._move(job_id, (FileState.QUEUED, *UNDERWAY), FileState.CANCELLED)

    def retry(self, job_id: str) -> int:
        """Queue the failed and cancelled files of the job again; returns how many."""
        return self._move(job_id, RETRIED, FileState.QUEUED, attempts=0, refusal=None)

    def resume(self) -> int:
        """Queue again what an earlier worker left; to be called by the one that holds the lock.

        A file that ended it MOST_ATTEMPTS times is given up. Returns how many go on.
        """
        going_on = 0
        with Session(self._engine) as session, session.begin():
            for row in session.scalars(select(JobFileRow).where(JobFileRow.state.in_(UNDERWAY))):
                if row.attempts >= MOST_ATTEMPTS:
                    row.state = FileState.FAILED
                    row.refusal = stored_error(GaveUp(file=row.name, attempts=row.attempts))
                else:
                    row.state, going_on = FileState.QUEUED, going_on + 1
            waiting = session.scalars(
                select(JobFileRow.kept).where(JobFileRow.state.in_((FileState.QUEUED, *RETRIED)))
            ).all()
        self._inbox.keep_only(waiting)
        return going_on

    def waiting(self) -> int:
        """How many files have not ended."""
        query = select(func.count(JobFileRow.id)).where(JobFileRow.state.not_in(ENDED))
        with Session(self._reading) as session:
            return session.scalar(query) or 0

    def left(self, job_id: str) -> int:
        """How many files of the job have not ended."""
        query = select(func.count(JobFileRow.id)).where(
            JobFileRow.job_id == job_id, JobFileRow.state.not_in(ENDED)
        )
        with Session(self._reading) as session:
            return session.scalar(query) or 0

    def at_hand(self, job_id: str) -> JobFile | None:
        """The file of the job that is being taken in."""
        query = (
            select(JobFileRow, JobRow.collection)
            .join(JobRow, JobRow.id == JobFileRow.job_id)
            .where(JobFileRow.job_id == job_id, JobFileRow.state.in_(UNDERWAY))
        )
        with Session(self._reading) as session:
            found = session.execute(query.limit(1)).first()
            return None if found is None else job_file(found[0], found[1])

    def progress(self, job_id: str) -> JobProgress:
        """How far the job of this whole id has come, and how fast; JobNotFound otherwise."""
        found = self._rate.of(job_id)
        if not found.files:
            self.job(job_id)
        return found

    def job(self, job_id: str) -> Job:
        """The job of this id, or of the one id that begins so; JobNotFound otherwise."""
        with Session(self._reading) as session:
            query = select(JobRow).where(JobRow.id.startswith(job_id, autoescape=True))
            rows = session.scalars(query.limit(2)).all()
            if len(rows) != 1 or not job_id:
                raise JobNotFound(id=job_id)
            return self._job(session, rows[0])

    def jobs(self, most: int = 50) -> list[Job]:
        """The newest jobs, the newest first."""
        with Session(self._reading) as session:
            rows = session.scalars(
                select(JobRow).order_by(JobRow.created_at.desc(), JobRow.id).limit(most)
            )
            return [self._job(session, row) for row in rows.all()]

    def _job(self, session: Session, row: JobRow) -> Job:
        files = session.scalars(
            select(JobFileRow).where(JobFileRow.job_id == row.id).order_by(JobFileRow.id)
        )
        return Job(
            id=row.id,
            collection=row.collection,
            created_at=row.created_at,
            files=tuple(job_file(one, row.collection) for one in files),
        )

    def _change(self, file_id: int, before: Sequence[FileState], **values: Any) -> bool:
        with Session(self._engine) as session, session.begin():
            changed: Any = session.execute(
                update(JobFileRow)
                .where(JobFileRow.id == file_id, JobFileRow.state.in_(before))
                .values(updated_at=now(), **values)
            )
            return bool(changed.rowcount)

    def _end(self, file_id: int, state: FileState, **values: Any) -> None:
        """End a file and let go of its bytes, unless it can be tried again.

        One that was cancelled too late is what became of it.
        """
        ended = self._change(file_id, (*UNDERWAY, FileState.CANCELLED), state=state, **values)
        if ended and state not in RETRIED:
            with Session(self._reading) as session:
                self._inbox.remove(session.get_one(JobFileRow, file_id).kept)

    def _move(
        self, job_id: str, before: Sequence[FileState], after: FileState, **values: Any
    ) -> int:
        own_id = self.job(job_id).id
        with Session(self._engine) as session, session.begin():
            changed: Any = session.execute(
                update(JobFileRow)
                .where(JobFileRow.job_id == own_id, JobFileRow.state.in_(before))
                .values(state=after, updated_at=now(), **values)
            )
            return int(changed.rowcount)
