"""``python -m ingest jobs | cancel | retry | work``, and adding beside another worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from app.cli.ingest import app
from app.cli.ingestion_jobs import pace
from app.wiring import Services, open_services
from ingest.job_tables import FileState
from ingest.progress_rate import JobProgress
from tests.app.cli.conftest import Command

ROOT = Path(__file__).resolve().parents[3]
DEADLINE_S = 120.0
DRAIN_S = 10.0
PUMP = ("pump.md", b"# Pump\n\nThe pump weighs 4 kg.\n")
LEAVE = ("休假.txt", "员工每年有 12 天年假。".encode())


@pytest.fixture
def ingest(command: Callable[[typer.Typer], Command]) -> Command:
    return command(app)


@contextmanager
def opened() -> Iterator[Services]:
    """Services as a command opens them."""
    services = open_services()
    try:
        yield services
    finally:
        services.close()


def submitted(*files: tuple[str, bytes]) -> str:
    """The id of a job with these files, which nobody takes yet."""
    with opened() as services:
        return services.jobs.submit(files, "papers")


def until(true: Callable[[], bool], why: str) -> None:
    ends = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < ends, why
        time.sleep(0.05)


def started(*arguments: str | Path) -> subprocess.Popen[str]:
    """``python -m ingest`` with these arguments, in a process of its own."""
    command = [sys.executable, "-m", "ingest", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_jobs_are_listed_cancelled_and_tried_again(ingest: Command) -> None:
    assert ingest.json("jobs") == []
    assert ingest("jobs").stdout == ""
    job = submitted(PUMP, LEAVE)
    (listed,) = ingest.json("jobs")
    assert (listed["id"], listed["collection"], listed["done"]) == (job, "papers", False)
    assert [(one["name"], one["state"]) for one in listed["files"]] == [
        ("pump.md", "queued"),
        ("休假.txt", "queued"),
    ]
    cancelled = ingest("cancel", job[:8])
    assert (cancelled.exit_code, cancelled.stdout) == (0, "cancelled 2 files\n")
    assert ingest.json("jobs")[0]["done"] is True
    assert ingest("cancel", job[:8]).stdout == "cancelled 0 files\n"
    again = ingest("retry", job[:8])
    assert (again.exit_code, again.stdout) == (0, "tried 2 files again\n")
    (listed,) = ingest.json("jobs")
    assert [(one["state"], one["status"]) for one in listed["files"]] == [("ready", "added")] * 2
    assert ingest("retry", job[:8]).stdout == "tried 0 files again\n"
    told = ingest("jobs").stdout
    assert job[:8] in told
    assert "1/1 passages" in told
    assert "休假.txt" in told


def test_a_refused_file_is_listed_with_its_reason_and_not_tried_again(ingest: Command) -> None:
    job = submitted(("blank.txt", b" "))
    with opened() as services:
        services.worker.run(lambda: not services.jobs.waiting())
    told = ingest("jobs").stdout
    assert "refused" in told
    assert "'blank.txt'" in told
    (file,) = ingest.json("jobs")[0]["files"]
    assert file["status"] == "refused"
    assert "blank.txt" in file["reason"]
    assert file["hint"]
    assert ingest("retry", job).stdout == "tried 0 files again\n"


@pytest.mark.parametrize("name", ["cancel", "retry"])
def test_an_unknown_job_is_an_error(ingest: Command, name: str) -> None:
    submitted(PUMP)
    result = ingest(name, "没有")
    assert result.exit_code == 1
    assert "There is no job '没有'" in result.stderr
    assert "python -m ingest jobs" in result.stderr
    assert ingest(name).exit_code == 2


def test_two_add_the_same_files_at_once_and_each_is_there_once(
    ingest: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(
            f"Pump {number} weighs 4 kg. 水泵 {number}。", "utf-8"
        )
    both = [started("add", folder, "-c", "papers", "--json") for _ in range(2)]
    told = [process.communicate(timeout=DEADLINE_S) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    reports = [report for out, _ in told for report in json.loads(out)]
    assert Counter(one["status"] for one in reports) == {"added": 6, "unchanged": 6}
    (listing,) = ingest.json("list")
    assert Counter(one["name"] for one in listing["documents"]) == Counter(
        f"{number}.txt" for number in range(6)
    )
    with opened() as services:
        (collection,) = services.record.collections()
        assert services.chroma is not None
        _ = services.ingestion
        assert services.lexical.count(collection.id) == services.chroma.count(collection.id) == 6


def test_a_worker_without_its_model_tells_so_for_each_file(
    ingest: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(PUMP, LEAVE)
    monkeypatch.setenv("QUORUM_EMBEDDING_MODEL", "/nowhere/小模型")
    worker = started("work")
    until(lambda: ingest.json("jobs")[0]["done"], "every file has its reason")
    _, complaints = worker.communicate(timeout=DEADLINE_S)
    assert (worker.returncode, "Traceback" in complaints) == (0, False), complaints
    for file in ingest.json("jobs")[0]["files"]:
        assert file["state"] == "failed"
        assert "/nowhere/小模型" in file["reason"]
        assert file["hint"]


HANGING = """
import threading
from app.cli.console import services
from app.cli.ingestion_jobs import follow
from tests.fakes import WordEmbedder

class Hanging(WordEmbedder):
    def embed_passages(self, texts, sentences):
        threading.Event().wait()

with services() as opened:
    opened.embedder = Hanging()
    files = [("pump.txt", "水泵 pump".encode()), ("valve.txt", b"A valve.")]
    follow(opened, opened.jobs.submit(files, "c"), "Adding", stuck_s=0.5)
"""


def test_adding_what_hangs_ends_with_the_reason(ingest: Command) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "'pump.txt' did not get on for" in done.stderr
    assert "next `add`" in done.stderr
    (listed,) = ingest.json("jobs")
    assert [one["state"] for one in listed["files"]] == ["failed", "queued"]


@pytest.mark.parametrize(
    ("rate", "left", "told"),
    [
        (None, None, ""),
        (0.0, None, "0.0/s · "),
        (8.04, 65.4, "8.0/s, 1:05 left · "),
        (2.0, 3599.6, "2.0/s, 60:00 left · "),
        (None, 0.0, "0:00 left · "),
    ],
)
def test_the_pace_is_told_as_far_as_it_is_known(
    rate: float | None, left: float | None, told: str
) -> None:
    seen = JobProgress(
        files=2, files_done=1, chunks_done=3, chunks_known=5, rate_per_s=rate, left_s=left
    )
    assert pace(seen) == told


def test_a_worker_takes_what_is_added_and_gives_back_what_it_is_at_when_it_is_ended(
    ingest: Command, tmp_path: Path
) -> None:
    (tmp_path / "pump.md").write_bytes(PUMP[1])
    with opened() as services:
        worker = started("work")
        until(services.worker.is_running, "the worker has begun")
        (report,) = ingest.json("add", tmp_path / "pump.md", "-c", "papers")
        assert report["status"] == "added"
        assert services.worker.is_running()
        long = "\n\n".join(f"Part {part}: {'a valve of 3 bar, 阀门 ' * 6}" for part in range(4000))
        job = services.jobs.submit([("long.txt", long.encode())], "papers")
        until(
            lambda: services.jobs.job(job).files[0].state is FileState.EMBEDDING,
            "the long file is being embedded",
        )
        asked = time.monotonic()
        os.kill(worker.pid, signal.SIGTERM)
        _, complaints = worker.communicate(timeout=DEADLINE_S)
        assert time.monotonic() - asked < DRAIN_S
        assert (worker.returncode, "Traceback" in complaints) == (0, False), complaints
        assert not services.worker.is_running()
        (file,) = services.jobs.job(job).files
        assert (file.state, file.attempts) == (FileState.QUEUED, 0)
        assert services.jobs.cancel(job) == 1
    names = [one["name"] for one in ingest.json("list")[0]["documents"]]
    assert names == ["pump.md"]
