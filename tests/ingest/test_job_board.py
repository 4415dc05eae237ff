"""Jobs as they are watched: told from the record alone, the newest first, and not for ever."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from ingest.inbox import Inbox
from ingest.job_board import FAILED_SHOWN_FOR, SHOWN_FOR, JobBoard
from ingest.job_files import JobFile
from ingest.job_tables import FileState, JobFileRow
from ingest.jobs import Jobs
from rag.errors import EmptyFile
from rag.job_errors import WorkBroke
from vectorstore.database import open_database
from vectorstore.schema import now

FILES = [(name, b"pump") for name in ("a.txt", "资料.txt", "c.txt", "d.txt")]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(tmp_path / "record.sqlite3")


@pytest.fixture
def jobs(tmp_path: Path, engine: Engine) -> Jobs:
    return Jobs(engine, Inbox(tmp_path / "inbox", reserve_bytes=0))


def claimed(jobs: Jobs) -> JobFile:
    file = jobs.claim()
    assert file is not None
    return file


def ready(jobs: Jobs) -> None:
    jobs.finish(claimed(jobs).id, status="added", pages=1, chunks=2, warnings=[])


def grow_old(engine: Engine, by: timedelta) -> None:
    with Session(engine) as session, session.begin():
        session.execute(update(JobFileRow).values(updated_at=now() - by))


def test_an_empty_board(engine: Engine) -> None:
    board = JobBoard(engine)
    assert board.recent("c") == []
    assert board.files("nobody", most=5) == []


def test_files_are_counted_by_state(engine: Engine, jobs: Jobs) -> None:
    job = jobs.submit(FILES, "Docs 文档")
    ready(jobs)
    jobs.refuse(claimed(jobs).id, EmptyFile(file="资料.txt"))
    claimed(jobs)
    [told] = JobBoard(engine).recent("docs 文档")
    assert told.counts == {
        FileState.READY: 1,
        FileState.REFUSED: 1,
        FileState.PARSING: 1,
        FileState.QUEUED: 1,
    }
    assert (told.id, told.files, told.done, told.can_be_retried) == (job, 4, False, False)
    assert told.created_at <= told.changed_at <= now()


def test_each_collection_has_its_own_jobs_the_newest_first(engine: Engine, jobs: Jobs) -> None:
    first, other, second = (jobs.submit(FILES[:1], name) for name in ("c", "d", "c"))
    board = JobBoard(engine)
    assert [job.id for job in board.recent("c")] == [second, first]
    assert [job.id for job in board.recent("d")] == [other]
    assert board.recent("e") == []
    assert board.awaited() == ["c", "d"]
    jobs.cancel(other)
    assert board.awaited() == ["c"]


def test_what_has_ended_is_told_for_a_while(engine: Engine, jobs: Jobs) -> None:
    board = JobBoard(engine)
    jobs.submit(FILES[:1], "c")
    ready(jobs)
    assert [job.done for job in board.recent("c")] == [True]
    grow_old(engine, SHOWN_FOR)
    assert board.recent("c") == []


def test_what_failed_is_told_longer_and_what_waits_always(engine: Engine, jobs: Jobs) -> None:
    board = JobBoard(engine)
    failed, waits = jobs.submit(FILES[:1], "c"), jobs.submit(FILES[:1], "c")
    jobs.fail(claimed(jobs).id, WorkBroke(file="a.txt", detail="RuntimeError"))
    grow_old(engine, SHOWN_FOR)
    assert [(job.id, job.can_be_retried) for job in board.recent("c")] == [
        (waits, False),
        (failed, True),
    ]
    grow_old(engine, FAILED_SHOWN_FOR)
    assert [job.id for job in board.recent("c")] == [waits]


def test_a_job_that_waits_is_told_however_many_came_after_it(engine: Engine, jobs: Jobs) -> None:
    waits = jobs.submit(FILES[:1], "c")
    for _ in range(12):
        jobs.cancel(jobs.submit(FILES[:1], "c"))
    told = JobBoard(engine).recent("c")
    assert told[-1].id == waits
    assert len(told) == 11


def test_files_of_a_state_are_told_in_order_and_not_too_many(engine: Engine, jobs: Jobs) -> None:
    job = jobs.submit(FILES, "c")
    jobs.submit(FILES, "c")
    ready(jobs)
    board = JobBoard(engine)
    assert [file.name for file in board.files(job, most=3)] == ["a.txt", "资料.txt", "c.txt"]
    waiting = board.files(job, states=[FileState.QUEUED], most=9)
    assert [file.name for file in waiting] == ["资料.txt", "c.txt", "d.txt"]
    assert {file.job_id for file in waiting} == {job}
