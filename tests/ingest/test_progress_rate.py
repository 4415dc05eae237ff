"""How far a job has come is what the record says; how fast, what was seen in the last seconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

import ingest.job_tables  # noqa: F401  (the tables register themselves)
from ingest.inbox import Inbox
from ingest.job_files import JobFile
from ingest.job_tables import FileState
from ingest.jobs import Jobs
from ingest.progress_rate import WINDOW_S, JobProgress, ProgressRate
from rag.errors import EmptyFile
from rag.job_errors import JobNotFound
from vectorstore.database import open_database


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(tmp_path / "record.sqlite3")


@pytest.fixture
def jobs(tmp_path: Path, engine: Engine) -> Jobs:
    return Jobs(engine, Inbox(tmp_path / "inbox", reserve_bytes=0))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rate(engine: Engine, clock: Clock) -> ProgressRate:
    return ProgressRate(engine, clock)


FOUR = [("a.txt", b"pump"), ("资料.txt", "水泵".encode()), ("c.txt", b"hose"), ("d.txt", b"seal")]


def claimed(jobs: Jobs) -> JobFile:
    file = jobs.claim()
    assert file is not None
    return file


def test_a_job_that_waits_has_no_rate_and_no_end_in_sight(jobs: Jobs, rate: ProgressRate) -> None:
    job = jobs.submit(FOUR, "c")
    jobs.submit(FOUR, "other")
    assert rate.of(job) == JobProgress(
        files=4, files_done=0, chunks_done=0, chunks_known=0, rate_per_s=None, left_s=None
    )


def test_the_rate_and_what_is_left_by_hand(jobs: Jobs, rate: ProgressRate, clock: Clock) -> None:
    """Of 4 files one is ready (10 chunks), one is at 5 of 30, two are unread: 20 each is likely."""
    job = jobs.submit(FOUR, "c")
    first = claimed(jobs)
    jobs.tell(first.id, FileState.EMBEDDING, 0, 10)
    assert rate.of(job).rate_per_s is None
    jobs.finish(first.id, status="added", pages=1, chunks=10, warnings=[])
    second = claimed(jobs)
    jobs.tell(second.id, FileState.EMBEDDING, 5, 30)
    clock.at_s += 5.0
    assert rate.of(job) == JobProgress(
        files=4,
        files_done=1,
        chunks_done=15,
        chunks_known=40,
        rate_per_s=3.0,
        left_s=(25 + 2 * 20) / 3.0,
    )


def test_the_rate_forgets_what_is_long_ago(jobs: Jobs, rate: ProgressRate, clock: Clock) -> None:
    job = jobs.submit(FOUR[:1], "c")
    file = claimed(jobs)
    done = 0
    for done in (0, 100, 104, 108):
        jobs.tell(file.id, FileState.EMBEDDING, done, 200)
        rate.of(job)
        clock.at_s += 8.0
    jobs.tell(file.id, FileState.EMBEDDING, done + 4, 200)
    seen = rate.of(job)
    assert seen.rate_per_s == pytest.approx((112 - 104) / 16.0)  # 100 at 24 s ago, 104 at 16 s ago
    assert seen.left_s == pytest.approx((200 - 112) / 0.5)


def test_one_that_stands_still_has_no_end_in_sight(
    jobs: Jobs, rate: ProgressRate, clock: Clock
) -> None:
    job = jobs.submit(FOUR[:1], "c")
    jobs.tell(claimed(jobs).id, FileState.EMBEDDING, 3, 9)
    rate.of(job)
    clock.at_s += 0.5
    assert rate.of(job).rate_per_s is None, "two looks at once tell nothing"
    clock.at_s += 2.0
    seen = rate.of(job)
    assert (seen.rate_per_s, seen.left_s) == (0.0, None)


def test_after_a_long_time_without_a_look_the_rate_begins_again(
    jobs: Jobs, rate: ProgressRate, clock: Clock
) -> None:
    job = jobs.submit(FOUR[:1], "c")
    file = claimed(jobs)
    rate.of(job)
    clock.at_s += WINDOW_S + 1.0
    jobs.tell(file.id, FileState.EMBEDDING, 3, 9)
    assert rate.of(job).rate_per_s is None


def test_a_file_that_is_begun_again_makes_no_negative_rate(
    jobs: Jobs, rate: ProgressRate, clock: Clock
) -> None:
    job = jobs.submit(FOUR[:1], "c")
    jobs.tell(claimed(jobs).id, FileState.EMBEDDING, 6, 9)
    rate.of(job)
    jobs.resume()
    jobs.tell(claimed(jobs).id, FileState.EMBEDDING, 0, 9)
    clock.at_s += 3.0
    assert rate.of(job).rate_per_s is None
    clock.at_s += 3.0
    jobs.tell(jobs.job(job).files[0].id, FileState.EMBEDDING, 6, 9)
    assert rate.of(job).rate_per_s == 2.0


def test_what_ended_badly_is_done_and_nothing_of_it_is_still_to_come(
    jobs: Jobs, rate: ProgressRate
) -> None:
    job = jobs.submit(FOUR, "c")
    jobs.refuse(claimed(jobs).id, EmptyFile(file="a.txt"))
    jobs.tell(claimed(jobs).id, FileState.EMBEDDING, 4, 9)
    jobs.cancel(job)
    assert rate.of(job) == JobProgress(
        files=4, files_done=4, chunks_done=4, chunks_known=4, rate_per_s=None, left_s=0.0
    )


def test_the_queue_tells_it_of_its_jobs(jobs: Jobs) -> None:
    job = jobs.submit(FOUR[:2], "c")
    assert jobs.progress(job).files == 2
    empty = jobs.submit([], "c")
    with pytest.raises(JobNotFound):
        jobs.progress("no such job")
    assert jobs.progress(empty).files == 0
