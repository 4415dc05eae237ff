"""The queue: what it accepted it still knows, each file in one state, whoever asks."""

from __future__ import annotations

from pathlib import Path

import pytest

import ingest.job_tables  # noqa: F401  (the tables register themselves)
from ingest.inbox import Inbox
from ingest.job_files import JobFile
from ingest.job_tables import FileState
from ingest.jobs import MOST_ATTEMPTS, Jobs
from rag.errors import EmptyFile, InvalidCollectionName
from rag.job_errors import JobNotFound, NoSpace
from vectorstore.database import open_database


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox", reserve_bytes=0)


@pytest.fixture
def jobs(tmp_path: Path, inbox: Inbox) -> Jobs:
    return Jobs(open_database(tmp_path / "record.sqlite3"), inbox)


def claimed(jobs: Jobs) -> JobFile:
    file = jobs.claim()
    assert file is not None
    return file


def states(jobs: Jobs, job_id: str) -> list[str]:
    return [file.state.value for file in jobs.job(job_id).files]


TWO = [("a.txt", b"pump"), ("资料.txt", "水泵".encode())]


def test_files_are_taken_in_their_order_each_once(jobs: Jobs, inbox: Inbox) -> None:
    first = jobs.submit(TWO, " c ")
    second = jobs.submit([("b.txt", b"valve")], "d")
    taken = [claimed(jobs) for _ in range(3)]
    assert [(file.name, file.collection) for file in taken] == [
        ("a.txt", "c"),
        ("资料.txt", "c"),
        ("b.txt", "d"),
    ]
    assert inbox.path(taken[1].kept).read_text("utf-8") == "水泵"
    assert jobs.claim() is None
    assert states(jobs, first) == ["parsing", "parsing"]
    assert jobs.at_hand(second) == jobs.job(second).files[0]
    assert [job.id for job in jobs.jobs()] == [second, first]
    assert jobs.job(first[:6]).id == first


def test_a_file_that_is_ready_lets_go_of_its_bytes(jobs: Jobs, inbox: Inbox) -> None:
    job = jobs.submit(TWO, "c")
    file = claimed(jobs)
    assert jobs.tell(file.id, FileState.EMBEDDING, 3, 9)
    assert (jobs.job(job).files[0].chunks_done, jobs.job(job).files[0].chunks) == (3, 9)
    jobs.finish(file.id, status="added", pages=2, chunks=9, warnings=["w"])
    done = jobs.job(job).files[0]
    assert (done.state, done.status, done.pages, done.warnings) == ("ready", "added", 2, ("w",))
    assert not inbox.path(file.kept).exists()
    assert (jobs.left(job), jobs.waiting(), jobs.job(job).done) == (1, 1, False)
    other = claimed(jobs)
    jobs.refuse(other.id, EmptyFile(file="资料.txt"))
    assert jobs.job(job).done
    assert jobs.job(job).files[1].refusal == {"error": "EmptyFile", "values": {"file": "资料.txt"}}
    assert not inbox.path(other.kept).exists()


def test_what_cannot_be_copied_is_in_the_job_refused(jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.submit([("gone.txt", tmp_path / "gone.txt"), *TWO], "c")
    assert states(jobs, job) == ["refused", "queued", "queued"]
    assert claimed(jobs).name == "a.txt"


def test_a_job_that_is_not_accepted_leaves_nothing(tmp_path: Path, jobs: Jobs) -> None:
    with pytest.raises(InvalidCollectionName):
        jobs.submit(TWO, " ")
    full = Jobs(jobs._engine, Inbox(tmp_path / "inbox", reserve_bytes=10**18))
    with pytest.raises(NoSpace):
        full.submit(TWO, "c")
    assert jobs.jobs() == []
    assert not [*(tmp_path / "inbox").glob("*")]


def test_cancelled_files_are_not_taken_and_can_be_tried_again(jobs: Jobs, inbox: Inbox) -> None:
    job = jobs.submit([*TWO, ("c.txt", b"hose")], "c")
    done = claimed(jobs)
    jobs.finish(done.id, status="added", pages=1, chunks=1, warnings=[])
    at_hand = claimed(jobs)
    assert jobs.cancel(job) == 2
    assert not jobs.tell(at_hand.id, FileState.EMBEDDING, 1, 2)
    jobs.give_back(at_hand.id)
    assert states(jobs, job) == ["ready", "cancelled", "cancelled"]
    assert jobs.claim() is None
    assert inbox.path(at_hand.kept).exists()
    assert jobs.retry(job) == 2
    assert claimed(jobs).name == "资料.txt"


def test_one_cancelled_too_late_is_what_became_of_it(jobs: Jobs) -> None:
    job = jobs.submit(TWO[:1], "c")
    file = claimed(jobs)
    jobs.cancel(job)
    jobs.finish(file.id, status="added", pages=1, chunks=1, warnings=[])
    assert states(jobs, job) == ["ready"]


def test_after_a_crash_files_go_on_until_they_are_given_up(jobs: Jobs) -> None:
    job = jobs.submit(TWO[:1], "c")
    for _ in range(MOST_ATTEMPTS):
        assert states(jobs, job) == ["queued"]
        claimed(jobs)
        jobs.resume()
    (file,) = jobs.job(job).files
    assert (file.state, file.attempts) == (FileState.FAILED, MOST_ATTEMPTS)
    assert file.refusal is not None
    assert file.refusal["error"] == "GaveUp"
    assert jobs.retry(job) == 1
    assert claimed(jobs).attempts == 1


def test_giving_back_counts_as_no_attempt(jobs: Jobs) -> None:
    job = jobs.submit(TWO[:1], "c")
    for _ in range(2 * MOST_ATTEMPTS):
        jobs.give_back(claimed(jobs).id)
        jobs.resume()
    assert states(jobs, job) == ["queued"]


@pytest.mark.parametrize("wrong", ["", "zz", "%", "资料"])
def test_an_unknown_job_is_an_error(jobs: Jobs, wrong: str) -> None:
    jobs.submit(TWO, "c")
    with pytest.raises(JobNotFound):
        jobs.job(wrong)


def test_a_file_to_be_read_anew_is_still_that_after_a_break(jobs: Jobs) -> None:
    jobs.submit(TWO[:1], "c", again=True)
    jobs.submit(TWO[1:], "c")
    assert claimed(jobs).again
    jobs.resume()
    assert [claimed(jobs).again for _ in range(2)] == [True, False]
