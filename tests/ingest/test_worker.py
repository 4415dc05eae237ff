"""The worker takes every file in, once; what ends it, or hangs, costs at most the file's time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.wiring import Services
from ingest.job_tables import FileState
from ingest.reading import ConfinedReader
from ingest.reading_ahead import ReadingAhead
from ingest.worker import Worker
from rag.protocols import Vectors
from rag.types import Document, Span
from tests.fakes import OpenServices, WordEmbedder
from vectorstore.schema import State

ROOT = Path(__file__).resolve().parents[2]
PUMP = "The X-200 pump weighs 4 kg.\n\n水泵重 4 公斤。"


class Slow(WordEmbedder):
    """Waits in each batch until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.may_go_on = threading.Event(), threading.Event()

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        self.reached.set()
        assert self.may_go_on.wait(30)
        return super().embed_passages(texts, sentences)


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


def work_off(opened: Services) -> None:
    assert opened.worker.run(lambda: not opened.jobs.waiting())


def test_what_was_handed_in_is_found_and_what_is_bad_has_its_reason(opened: Services) -> None:
    files = [("pump.txt", PUMP.encode()), ("blank.txt", b" "), ("valve.txt", b"A valve.")]
    job = opened.jobs.submit(files, "c")
    work_off(opened)
    found = opened.jobs.job(job).files
    assert [file.state.value for file in found] == ["ready", "refused", "ready"]
    assert found[0].chunks == found[0].chunks_done == 1
    assert (found[1].refusal or {})["error"] == "EmptyFile"
    hits = opened.index.search("水泵", collections=["c"], top_k=5)
    assert hits[0].passage.chunk.text == PUMP
    assert not [*(opened.settings.data_dir / "inbox").iterdir()]


def test_the_next_file_is_read_while_one_is_embedded(services: OpenServices) -> None:
    slow = Slow()
    opened = services(embedder=slow)
    names: list[str] = []

    class Noting(ConfinedReader):
        def read(
            self, path: Path, *, name: str, max_bytes: int, recognise: bool = True
        ) -> Document:
            document = super().read(path, name=name, max_bytes=max_bytes, recognise=recognise)
            names.append(name)
            return document

    opened.reading_ahead = ReadingAhead(opened.reader, Noting, at_once=1)
    job = opened.jobs.submit([(f"{n}.txt", f"{PUMP} {n}".encode()) for n in range(3)], "c")
    working = threading.Thread(target=work_off, args=[opened])
    working.start()
    assert slow.reached.wait(30)
    deadline = time.monotonic() + 30
    while not names and time.monotonic() < deadline:
        time.sleep(0.01)
    told = [file.state.value for file in opened.jobs.job(job).files]
    slow.may_go_on.set()
    working.join()
    assert told == ["embedding", "queued", "queued"], "the record knows nothing of it"
    assert names == ["1.txt", "2.txt"]
    assert [file.state.value for file in opened.jobs.job(job).files] == ["ready"] * 3
    hits = opened.index.search("4 公斤 2", collections=["c"], top_k=9)
    assert {hit.passage.document for hit in hits} == {"0.txt", "1.txt", "2.txt"}


def test_a_file_that_is_there_already_is_not_read_ahead(services: OpenServices) -> None:
    opened = services(embedder=WordEmbedder())
    opened.jobs.submit([("pump.txt", PUMP.encode())], "c")
    work_off(opened)
    read: list[str] = []

    class Noting(ConfinedReader):
        def read(
            self, path: Path, *, name: str, max_bytes: int, recognise: bool = True
        ) -> Document:
            read.append(name)
            return super().read(path, name=name, max_bytes=max_bytes, recognise=recognise)

    opened.reading_ahead = opened.ingestion._reader = ReadingAhead(opened.reader, Noting, at_once=1)
    files = [("valve.txt", b"A valve."), ("pump.txt", PUMP.encode()), ("motor.txt", b"A motor.")]
    opened.jobs.submit(files, "c")
    work_off(opened)
    assert read == ["motor.txt"]


def test_only_one_works(opened: Services, services: OpenServices) -> None:
    entered, leave = threading.Event(), threading.Event()

    def until() -> bool:
        entered.set()
        return leave.is_set()

    thread = threading.Thread(target=opened.worker.run, args=(until,))
    thread.start()
    assert entered.wait(10)
    other = services(embedder=WordEmbedder())
    assert other.worker.is_running()
    assert other.worker.run(lambda: True) is False
    leave.set()
    thread.join()
    assert not other.worker.is_running()


def test_a_file_that_cannot_be_taken_in_stops_no_other(services: OpenServices) -> None:
    class Breaking(WordEmbedder):
        def embed_passages(
            self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
        ) -> tuple[Vectors, list[Vectors]]:
            if any("poison" in text for text in texts):
                raise MemoryError
            return super().embed_passages(texts, sentences)

    opened = services(embedder=Breaking())
    job = opened.jobs.submit([("p.txt", b"poison"), ("pump.txt", PUMP.encode())], "c")
    work_off(opened)
    broken, good = opened.jobs.job(job).files
    assert (broken.state, good.state) == (FileState.FAILED, FileState.READY)
    assert broken.refusal == {
        "error": "WorkBroke",
        "values": {"file": "p.txt", "detail": "MemoryError"},
    }
    assert opened.versions.in_state(State.PARSING) == []


@pytest.mark.parametrize("how", ["stop", "cancel"])
def test_the_file_at_hand_can_be_left(services: OpenServices, how: str) -> None:
    embedder = Slow()
    opened = services(embedder=embedder, chunk_tokens=32)
    text = "\n\n".join(f"Part {n} " + "word " * 25 for n in range(80))
    job = opened.jobs.submit([("long.txt", text.encode())], "c")
    thread = threading.Thread(target=work_off, args=(opened,))
    thread.start()
    assert embedder.reached.wait(20)
    if how == "stop":
        opened.worker.stop()
    else:
        opened.jobs.cancel(job)
    embedder.may_go_on.set()
    thread.join()
    (file,) = opened.jobs.job(job).files
    assert file.state is (FileState.QUEUED if how == "stop" else FileState.CANCELLED)
    assert opened.record.collections() == []
    assert opened.jobs.retry(job) == (0 if how == "stop" else 1)
    again = Worker(
        jobs=opened.jobs,
        inbox=opened.inbox,
        ingestion=lambda: opened.ingestion,
        lock_file=opened.settings.data_dir / "worker.lock",
        reserve_bytes=0,
    )
    assert again.run(lambda: not opened.jobs.waiting())
    assert opened.jobs.job(job).files[0].state is FileState.READY


@pytest.mark.parametrize("how", ["stop", "cancel"])
def test_a_long_reading_can_be_left(services: OpenServices, how: str) -> None:
    """It would take many seconds: the reading itself is ended, and no attempt is counted."""
    opened = services(embedder=WordEmbedder())
    files = [("long.txt", "A pump, 水泵. ".encode() * 1_500_000), ("pump.txt", PUMP.encode())]
    job = opened.jobs.submit(files, "c")
    threads = [
        threading.Thread(target=work_off, args=(opened,)),
        threading.Thread(target=opened.worker.watch, args=(lambda: None,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    while (process := opened.reader._process) is None or not readers_of(process.pid):  # type: ignore[attr-defined]
        time.sleep(0.01)
    asked = time.monotonic()
    if how == "stop":
        opened.worker.stop()
    else:
        opened.jobs.cancel(job)
    threads[0].join(10)
    assert time.monotonic() - asked < 10
    opened.worker.stop()
    threads[1].join(10)
    assert [thread.is_alive() for thread in threads] == [False, False]
    found = opened.jobs.job(job).files
    assert [file.state.value for file in found] == (
        ["queued", "queued"] if how == "stop" else ["cancelled", "cancelled"]
    )
    assert how == "cancel" or found[0].attempts == 0
    assert opened.record.collections() == []


def readers_of(process: int) -> list[str]:
    """Processes that ``process`` has forked to read a file."""
    return Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()


def test_what_hangs_becomes_an_error_with_its_reason(services: OpenServices) -> None:
    embedder = Slow()
    opened = services(embedder=embedder)
    job = opened.jobs.submit([("pump.txt", PUMP.encode())], "c")
    working = threading.Thread(target=work_off, args=(opened,))
    stuck = threading.Event()
    watching = threading.Thread(
        target=opened.worker.watch, args=(stuck.set,), kwargs={"stuck_s": 0.5}
    )
    working.start()
    watching.start()
    assert stuck.wait(20)
    (file,) = opened.jobs.job(job).files
    assert file.state is FileState.FAILED
    assert (file.refusal or {})["error"] == "NoProgress"
    embedder.may_go_on.set()
    working.join()
    watching.join()
    assert opened.jobs.job(job).files[0].state is FileState.FAILED


def test_a_file_that_crashes_its_reader_is_refused_and_the_next_goes_on(opened: Services) -> None:
    files = [("poison.txt", "A pump, 水泵. ".encode() * 1_500_000), ("pump.txt", PUMP.encode())]
    job = opened.jobs.submit(files, "c")
    working = threading.Thread(target=work_off, args=(opened,))
    working.start()
    while (process := opened.reader._process) is None or not readers_of(process.pid):  # type: ignore[attr-defined]
        time.sleep(0.01)
    os.kill(int(readers_of(process.pid)[0]), signal.SIGSEGV)
    working.join(60)
    poison, pump = opened.jobs.job(job).files
    assert (poison.state, pump.state) == (FileState.REFUSED, FileState.READY)
    assert poison.refusal == {
        "error": "ReaderCrashed",
        "values": {"file": "poison.txt", "detail": "signal 11"},
    }
    assert opened.jobs.retry(job) == 0


DEADLY = """
import importlib, os, signal, sys
from pathlib import Path
from app.wiring import Services
from rag.settings import Settings
from tests.fakes import WordEmbedder
from tests.ingest.queue_loop import LOADED

class Deadly(WordEmbedder):
    def embed_passages(self, texts, sentences):
        if any("poison" in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_passages(texts, sentences)

def work():
    opened = Services(Settings(data_dir=Path(sys.argv[1])))
    opened.embedder = Deadly()
    opened.worker.run(lambda: not opened.jobs.waiting())
    opened.close()

for module in LOADED:
    importlib.import_module(module)
for death in range(3):
    worker = os.fork()
    if worker == 0:
        work()
        os._exit(0)
    assert os.waitpid(worker, 0)[1] == signal.SIGKILL, death
work()
"""


def test_a_file_that_ends_three_workers_is_given_up_and_the_next_goes_on(opened: Services) -> None:
    files = [("p.txt", "a poison, 毒药".encode()), ("pump.txt", PUMP.encode())]
    job = opened.jobs.submit(files, "c")
    data = str(opened.settings.data_dir)
    subprocess.run([sys.executable, "-c", DEADLY, data], cwd=ROOT, check=True, timeout=120)
    poison, pump = opened.jobs.job(job).files
    assert (poison.state, pump.state) == (FileState.FAILED, FileState.READY)
    assert poison.refusal == {"error": "GaveUp", "values": {"file": "p.txt", "attempts": 3}}
    assert [entry.name for entry in opened.record.documents(opened.record.collection("c").id)] == [
        "pump.txt"
    ]


SUBMIT = """
import sys
from pathlib import Path
from app.wiring import Services
from rag.settings import Settings
opened = Services(Settings(data_dir=Path(sys.argv[1])))
for n in range(5):
    opened.jobs.submit([("pump.txt", b"The X-200 pump weighs 4 kg.")], "c")
opened.close()
"""


def test_one_file_twenty_times_from_four_processes_is_one_document(opened: Services) -> None:
    _ = opened.engine
    data = str(opened.settings.data_dir)
    processes = [subprocess.Popen([sys.executable, "-c", SUBMIT, data], cwd=ROOT) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    work_off(opened)
    statuses = [file.status for job in opened.jobs.jobs() for file in job.files]
    assert sorted(statuses) == ["added", *["unchanged"] * 19]
    collection = opened.record.collection("c")
    assert len(opened.record.documents(collection.id)) == 1
    assert opened.chroma is not None
    assert opened.lexical.count(collection.id) == opened.chroma.count(collection.id) == 1
