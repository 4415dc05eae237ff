"""Jobs in a reader's words: what is at work, what went wrong, and how long it will take."""

from __future__ import annotations

import pytest

from app.arriving import MOST_FILES, shown_jobs, time_in_words
from app.i18n import Translator
from app.wiring import Services
from ingest.job_files import JobFile
from ingest.job_tables import FileState
from rag.errors import EmptyFile
from rag.job_errors import WorkBroke
from tests.fakes import OpenServices, WordEmbedder

EN, ZH = Translator("en"), Translator("zh")


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


def claimed(opened: Services) -> JobFile:
    file = opened.jobs.claim()
    assert file is not None
    return file


def files(count: int) -> list[tuple[str, bytes]]:
    return [(f"{number:03d}.txt", b"pump") for number in range(count)]


def test_nothing_arrives(opened: Services) -> None:
    assert shown_jobs(opened, "c", set(), EN) == []


def test_a_job_half_way(opened: Services) -> None:
    opened.jobs.submit(files(4), "c")
    opened.jobs.finish(claimed(opened).id, status="added", pages=1, chunks=3, warnings=[])
    opened.jobs.refuse(claimed(opened).id, EmptyFile(file="001.txt"))
    opened.jobs.tell(claimed(opened).id, FileState.EMBEDDING, 5, 20)
    [job] = shown_jobs(opened, "c", set(), EN)
    assert job.headline == "2 of 4 files · 1 ready · 1 refused"
    assert job.speed == "8 of 23 passages"
    assert job.share == (2 + 5 / 20) / 4
    assert (job.done, job.ended, job.can_be_retried, job.others) == (False, 2, False, "")
    assert [(file.state_text, file.note, file.share) for file in job.files] == [
        ("Ready", "Added: 3 passages.", None),
        ("Refused", "", None),
        ("Embedding", "5 of 20 passages", 0.25),
        ("Waiting", "", None),
    ]
    assert job.files[1].error[0].startswith("'001.txt' is empty")
    [job] = shown_jobs(opened, "c", set(), ZH)
    assert job.headline == "2 / 4 个文件 · 1 个可用 · 1 个未收录"
    assert job.files[1].error[0].startswith("“001.txt”是空文件")


def test_one_that_failed_can_be_tried_again_and_hidden(opened: Services) -> None:
    job_id = opened.jobs.submit(files(1), "c")
    assert [job.id for job in shown_jobs(opened, "c", {job_id}, EN)] == [job_id]
    opened.jobs.fail(claimed(opened).id, WorkBroke(file="000.txt", detail="the disk is full"))
    [job] = shown_jobs(opened, "c", set(), ZH)
    assert (job.done, job.can_be_retried, job.headline, job.speed) == (True, True, "", "")
    assert job.files[0].state == "failed"
    assert shown_jobs(opened, "c", {job_id}, EN) == []
    opened.jobs.retry(job_id)
    assert [job.done for job in shown_jobs(opened, "c", {job_id}, EN)] == [False]


def test_of_many_files_only_those_that_matter_are_named(opened: Services) -> None:
    count = MOST_FILES + 30
    opened.jobs.submit(files(count), "c")
    for _ in range(10):
        opened.jobs.refuse(claimed(opened).id, EmptyFile(file="x"))
    at_work = claimed(opened)
    [job] = shown_jobs(opened, "c", set(), EN)
    assert [file.name for file in job.files[:2]] == [at_work.name, "000.txt"]
    assert len(job.files) == 11
    assert job.others == f"{count - 11} other files are not listed here."
    while (file := opened.jobs.claim()) is not None:
        opened.jobs.refuse(file.id, EmptyFile(file="x"))
    opened.jobs.refuse(at_work.id, EmptyFile(file="x"))
    [job] = shown_jobs(opened, "c", set(), EN)
    assert (len(job.files), job.others) == (MOST_FILES, "30 other files are not listed here.")


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0.2, "1 s", "1 秒"),
        (89, "89 s", "89 秒"),
        (90, "2 min", "2 分钟"),
        (5400, "90 min", "90 分钟"),
        (5401, "2 h", "2 小时"),
        (100_000, "28 h", "28 小时"),
    ],
)
def test_a_time_has_the_unit_that_suits_it(seconds: float, english: str, chinese: str) -> None:
    assert time_in_words(seconds, EN) == english
    assert time_in_words(seconds, ZH) == chinese
