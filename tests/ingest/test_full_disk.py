"""A full disk, on a small file system of its own: nothing is torn, and reading goes on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring import Services
from ingest.inbox import Inbox
from ingest.job_tables import FileState
from ingest.jobs import Jobs
from ingest.worker import Worker
from rag.errors import QuorumError
from rag.job_errors import NoSpace
from rag.settings import Settings
from tests.fakes import WordEmbedder
from tests.ingest.test_worker import work_off

SIZE = "16m"
PUMP = b"The X-200 pump weighs 4 kg."


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of ``SIZE``."""
    folder = tmp_path / "small"
    folder.mkdir()
    told = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if subprocess.run(told, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def opened(small_disk: Path, request: pytest.FixtureRequest) -> Iterator[Services]:
    """Services there, with a document; what is to stay free is nothing."""
    made = Services(Settings(data_dir=small_disk / "data", strategy="direct"))
    made.embedder = WordEmbedder()
    made.reader = request.getfixturevalue("reader")
    made.inbox = Inbox(small_disk / "data" / "inbox", reserve_bytes=0)
    made.jobs = Jobs(made.engine, made.inbox)
    made.worker = Worker(
        jobs=made.jobs,
        inbox=made.inbox,
        ingestion=lambda: made.ingestion,
        lock_file=small_disk / "data" / "worker.lock",
        reserve_bytes=0,
    )
    made.jobs.submit([("pump.txt", PUMP)], "c")
    work_off(made)
    yield made
    made.close()


def texts(opened: Services, question: str) -> list[str]:
    hits = opened.index.search(question, collections=["c"], top_k=5)
    return [hit.passage.chunk.text for hit in hits]


def fill(folder: Path, *, leave: int) -> Path:
    """Fill the disk but for ``leave`` bytes."""
    junk = folder / "junk"
    with junk.open("wb") as opened:
        try:
            while True:
                opened.write(bytes(65_536))
                opened.flush()
        except OSError:
            pass
    size = junk.stat().st_size
    with junk.open("r+b") as opened:
        opened.truncate(max(0, size - leave))
    return junk


def test_with_too_little_left_nothing_is_accepted_and_search_goes_on(
    opened: Services, small_disk: Path
) -> None:
    usual = Jobs(opened.engine, Inbox(small_disk / "data" / "inbox"))
    with pytest.raises(NoSpace, match="MB"):
        usual.submit([("valve.txt", b"A valve.")], "c")
    assert opened.jobs.waiting() == 0
    assert list((small_disk / "data" / "inbox").iterdir()) == []
    assert texts(opened, "pump") == [PUMP.decode()]


@pytest.mark.parametrize("leave", [0, 40_000, 120_000, 300_000, 700_000])
def test_a_disk_that_gets_full_at_any_stage_costs_only_time(
    opened: Services, small_disk: Path, leave: int
) -> None:
    valve = "".join(f"Valve number {n} is open.\n\n" for n in range(2_000)).encode()
    junk = fill(small_disk, leave=leave)
    accepted = True
    try:
        opened.jobs.submit([("valve.txt", valve)], "c")
        work_off(opened)
    except (QuorumError, OSError):
        accepted = False
    except Exception as error:  # noqa: BLE001 (the database's own: a full disk)
        assert "full" in str(error)  # noqa: PT017
        accepted = False
    assert texts(opened, "pump") == [PUMP.decode()]
    junk.unlink()
    if not accepted:
        opened.jobs.submit([("valve.txt", valve)], "c")
    for job in opened.jobs.jobs():
        if any(file.state is FileState.FAILED for file in job.files):
            opened.jobs.retry(job.id)
    work_off(opened)
    files = [file for job in opened.jobs.jobs() for file in job.files]
    assert {file.state for file in files} == {FileState.READY}
    assert opened.upkeep.examine() == []
    assert "Valve number 7" in "".join(texts(opened, "valve number 7"))
