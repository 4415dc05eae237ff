"""A data folder can be examined, made anew, purged to the last byte, backed up and restored."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.wiring import Services
from ingest.sources import Source
from ingest.upkeep import MANIFEST, RECORD, back_up, restore
from rag.errors import FileUnreadable
from rag.job_errors import BackupDamaged, FolderInUse, FolderNotEmpty
from tests.fakes import OpenServices, WordEmbedder, write_files

SECRET = "The canary number seven sings 金丝雀 behind the boiler"


@pytest.fixture
def opened(services: OpenServices, tmp_path: Path) -> Services:
    opened = services(embedder=WordEmbedder())
    for path in write_files(
        tmp_path / "in", secret=SECRET, pump="A pump weighs 4 kg.", 阀门="阀门"
    ):
        opened.ingestion.add(Source(path=path, name=path.name), "c")
    return opened


def found(opened: Services, question: str) -> list[tuple[str, float]]:
    hits = opened.index.search(question, collections=["c"], top_k=10)
    return [(hit.passage.chunk_id, round(hit.score, 4)) for hit in hits]


def traces(opened: Services, marks: list[bytes]) -> list[str]:
    """Files of the data folder that hold one of ``marks``."""
    files = [file for file in opened.settings.data_dir.rglob("*") if file.is_file()]
    held = {file: file.read_bytes() for file in files}
    return [file.name for file, data in held.items() if any(mark in data for mark in marks)]


def marks_of(opened: Services) -> list[bytes]:
    """The secret as text, in whatever encoding, and its vector, as each store writes it."""
    vector = opened.embedder.embed_documents([f"secret\n{SECRET}"])[0]
    stored = vector.astype("<f2")
    return [
        SECRET.encode(),
        "金丝雀".encode("utf-16-le"),
        b"canary number seven",
        stored.tobytes(),
        vector.astype(np.float32).tobytes(),
        (stored.astype(np.float32) / np.linalg.norm(stored.astype(np.float32)))
        .astype(np.float32)
        .tobytes(),
    ]


def test_a_purge_leaves_neither_text_nor_vector_in_any_file(opened: Services) -> None:
    marks = marks_of(opened)
    before = traces(opened, marks)
    assert any(name.startswith(RECORD) for name in before), "the control: the text is there"
    assert len(traces(opened, marks[3:])) >= 2, "the control: record and Chroma hold the vector"
    opened.ingestion.remove("c", ["secret.txt"])
    assert not any(score > 0 for _, score in found(opened, "canary sings 金丝雀"))
    assert opened.upkeep.purge() >= 0
    assert traces(opened, marks) == []
    assert found(opened, "pump")
    opened.close()
    assert traces(opened, marks) == []


def test_a_purge_lets_go_of_replaced_versions(opened: Services, tmp_path: Path) -> None:
    (path,) = write_files(tmp_path / "in", secret="Nothing to see.")
    opened.ingestion.add(Source(path=path, name="secret.txt"), "c")
    assert traces(opened, [SECRET.encode()])
    assert opened.upkeep.purge() == 1
    assert traces(opened, [SECRET.encode()]) == []
    assert found(opened, "nothing to see")


def test_a_sound_folder_has_no_findings(opened: Services) -> None:
    assert opened.upkeep.examine() == []


def test_what_differs_is_told_and_a_rebuild_puts_it_right(opened: Services) -> None:
    before = [found(opened, question) for question in ("pump", "阀门", "canary sings")]
    collection = opened.record.collection("c")
    assert opened.chroma is not None
    opened.chroma.drop(collection.id)
    opened.lexical.drop(collection.id)
    told = {(one.kind, one.found, one.expected) for one in opened.upkeep.examine()}
    assert told == {("words", 0, 3), ("vectors", 0, 3)}
    assert opened.chroma.count(collection.id) == 0, "it was only examined"
    opened.upkeep.rebuild()
    assert opened.upkeep.examine() == []
    assert [found(opened, question) for question in ("pump", "阀门", "canary sings")] == before


def test_a_folder_in_use_is_left_alone(opened: Services, services: OpenServices) -> None:
    other = services(embedder=WordEmbedder())
    assert other.chroma is None
    for work in (other.upkeep.examine, other.upkeep.rebuild, other.upkeep.purge):
        with pytest.raises(FolderInUse, match="data"):
            work()
    assert opened.upkeep.examine() == []


def test_a_backup_restores_everything(
    opened: Services, services: OpenServices, tmp_path: Path
) -> None:
    before = [found(opened, question) for question in ("pump", "阀门", "canary sings")]
    opened.jobs.submit([("late.txt", b"A late gauge.")], "c")
    written = back_up(opened.settings.data_dir, tmp_path / "backup")
    assert restore(tmp_path / "backup", tmp_path / "elsewhere") == written > 0
    again = services("elsewhere", embedder=WordEmbedder())
    _ = again.ingestion
    assert [found(again, question) for question in ("pump", "阀门", "canary sings")] == before
    assert again.worker.run(lambda: not again.jobs.waiting())
    assert found(again, "late gauge")
    assert not (tmp_path / "elsewhere" / MANIFEST).exists()


def test_a_backup_made_while_files_come_holds_all_that_its_record_tells_of(
    opened: Services, services: OpenServices, tmp_path: Path
) -> None:
    ended = threading.Event()

    def come() -> None:
        number = 0
        while not ended.is_set():
            opened.jobs.submit([(f"{number}.txt", b"Gauge number %d." % number)], "c")
            opened.worker.run(lambda: not opened.jobs.waiting())
            number += 1

    coming = threading.Thread(target=come)
    coming.start()
    for round_number in range(3):
        back_up(opened.settings.data_dir, tmp_path / f"backup-{round_number}")
    ended.set()
    coming.join()
    for round_number in range(3):
        restore(tmp_path / f"backup-{round_number}", tmp_path / f"again-{round_number}")
        again = services(f"again-{round_number}", embedder=WordEmbedder())
        _ = again.ingestion
        assert again.worker.run(lambda again=again: not again.jobs.waiting())  # type: ignore[misc]
        files = [file for job in again.jobs.jobs(10_000) for file in job.files]
        assert {file.state.value for file in files} <= {"ready"}
        assert again.upkeep.examine() == []
        kept = {path.name for path in (tmp_path / f"again-{round_number}" / "originals").iterdir()}
        assert kept == again.history.contents()


def test_a_damaged_backup_writes_nothing(opened: Services, tmp_path: Path) -> None:
    damages: dict[str, Callable[[Path], object]] = {
        "changed": lambda folder: (folder / RECORD).write_bytes(b"x"),
        "missing": lambda folder: (folder / RECORD).unlink(),
        "torn": lambda folder: (folder / MANIFEST).write_text("{"),
        "none": shutil.rmtree,
        "outside": lambda folder: (folder / MANIFEST).write_text(
            json.dumps({"files": {"../in/pump.txt": {}}})
        ),
    }
    for name, damage in damages.items():
        folder = tmp_path / name
        back_up(opened.settings.data_dir, folder)
        damage(folder)
        with pytest.raises(BackupDamaged):
            restore(folder, tmp_path / "never")
    assert not (tmp_path / "never").exists()


def test_nothing_is_written_over(opened: Services, tmp_path: Path) -> None:
    back_up(opened.settings.data_dir, tmp_path / "backup")
    with pytest.raises(FolderNotEmpty):
        back_up(opened.settings.data_dir, tmp_path / "backup")
    with pytest.raises(FolderNotEmpty):
        restore(tmp_path / "backup", opened.settings.data_dir)
    with pytest.raises(FileUnreadable):
        back_up(tmp_path / "nowhere", tmp_path / "other")
