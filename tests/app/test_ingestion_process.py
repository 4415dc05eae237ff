"""The worker beside the app: started when files wait, started again when it dies, ended in time."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.i18n import Translator
from app.ingestion_process import IngestionProcess
from app.reindexing import begin_rebuild, shown_reindexing
from app.wiring import Services
from ingest.job_tables import UNDERWAY, FileState
from tests.fakes import OpenServices, WordEmbedder

DEADLINE_S = 120.0
DRAIN_S = 10.0


@pytest.fixture
def opened(services: OpenServices, models_cache: Path, tmp_path: Path) -> Services:
    """Services on a folder that holds the exported model, so that the worker finds it."""
    shutil.copytree(models_cache, tmp_path / "data" / "models")
    return services(chunk_tokens=32)


@pytest.fixture
def beside(opened: Services) -> Iterator[IngestionProcess]:
    one = IngestionProcess(lambda: opened)
    one.start()
    yield one
    one.close()


def until(true: Callable[[], bool], why: str) -> None:
    ends = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < ends, why
        time.sleep(0.02)


def papers(count: int, title: str) -> list[tuple[str, bytes]]:
    """Small files, each of a few passages, in both languages."""
    return [
        (
            f"{title}-{number}.txt",
            "\n\n".join(
                f"Part {part} of {title} {number}: {'the pump weighs 4 kg and ' * 4}水泵重 4 公斤。"
                for part in range(4)
            ).encode(),
        )
        for number in range(count)
    ]


def worker_of(beside: IngestionProcess) -> int:
    """The process id of the worker, 0 while there is none."""
    process = beside._process
    return process.pid if process is not None and process.poll() is None else 0


def test_it_is_started_again_after_a_kill_and_the_app_finds_each_passage_once(
    opened: Services, beside: IngestionProcess
) -> None:
    assert worker_of(beside) == 0, "nothing waits"
    job = opened.jobs.submit(papers(12, "pump"), "c")
    until(lambda: opened.jobs.progress(job).files_done >= 2, "two files are ready")
    killed = worker_of(beside)
    os.kill(killed, signal.SIGKILL)
    until(lambda: opened.jobs.job(job).done, "all files are ready")
    assert worker_of(beside) not in (0, killed)
    files = opened.jobs.job(job).files
    assert {file.state for file in files} == {FileState.READY}
    (collection,) = opened.record.collections()
    listed = Counter(entry.name for entry in opened.record.documents(collection.id))
    assert listed == Counter(name for name, _ in papers(12, "pump"))
    assert opened.chroma is not None
    chroma = opened.chroma
    until(lambda: chroma.count(collection.id) == collection.chunks, "Chroma follows by itself")
    assert opened.lexical.count(collection.id) == collection.chunks == sum(f.chunks for f in files)
    hits = opened.index.search("Part 2 of pump 7", collections=["c"], top_k=50)
    ids = [hit.passage.chunk_id for hit in hits]
    assert len(ids) == len(set(ids)) > 0


def test_one_that_cannot_work_is_started_more_and_more_seldom(
    services: OpenServices, tmp_path: Path
) -> None:
    """Again at once, then after a pause of 2 seconds, then after one of 4."""
    opened = services(embedder=WordEmbedder())
    opened.jobs.submit(papers(1, "pump"), "c")
    script = "import sys; print(file=open(sys.argv[1], 'a')); sys.exit(1)"
    starts = tmp_path / "starts"
    beside = IngestionProcess(lambda: opened, [sys.executable, "-c", script, str(starts)])
    beside.start()
    until(lambda: starts.exists() and len(starts.read_text()) == 3, "it is started again")
    third = time.monotonic()
    time.sleep(3.0)
    assert len(starts.read_text()) == 3
    until(lambda: len(starts.read_text()) == 4, "it is started again after a pause")
    assert time.monotonic() - third < 30
    beside.close()


def test_at_the_end_the_file_at_hand_goes_back_into_the_queue_in_time(
    opened: Services, beside: IngestionProcess
) -> None:
    long = "\n\n".join(f"Part {part}: {'a valve of 3 bar, 阀门 ' * 6}" for part in range(4000))
    job = opened.jobs.submit([("long.txt", long.encode()), *papers(2, "seal")], "c")
    until(
        lambda: opened.jobs.job(job).files[0].state is FileState.EMBEDDING, "it is being embedded"
    )
    asked = time.monotonic()
    beside.close()
    assert time.monotonic() - asked < DRAIN_S
    assert worker_of(beside) == 0
    assert not opened.worker.is_running()
    states = [file.state for file in opened.jobs.job(job).files]
    assert not set(states) & set(UNDERWAY)
    assert states == [FileState.QUEUED] * 3
    assert opened.jobs.job(job).files[0].attempts == 0


def test_it_is_started_to_make_indexes_anew_and_the_app_fills_its_own(
    opened: Services, beside: IngestionProcess
) -> None:
    opened.jobs.submit(papers(2, "pumps"), "papers")
    until(lambda: not opened.jobs.waiting(), "the files did not come in")
    begin_rebuild(opened)

    def is_over() -> bool:
        shown = shown_reindexing(opened, Translator("en"))
        return shown is not None and not shown.busy

    until(is_over, "the indexes were not made anew")
    [collection] = opened.record.collections()
    assert collection.generation == 1
    assert opened.synchroniser.held(collection.index_id) == (collection.chunks,) * 2
    assert worker_of(beside)


def test_what_a_command_brings_in_reaches_the_apps_own_index(
    opened: Services, services: OpenServices, beside: IngestionProcess
) -> None:
    assert opened.index.search("pump", collections=[], top_k=1) == []
    assert beside is not None
    command = services(embedder=opened.embedder)
    command.jobs.submit(papers(1, "pump"), "c")
    assert command.worker.run(lambda: not command.jobs.waiting())

    def is_told() -> bool:
        (collection,) = opened.record.collections()
        chroma = opened.chroma
        return chroma is not None and chroma.count(collection.index_id) == collection.chunks > 0

    until(is_told, "the app's index was not told")
