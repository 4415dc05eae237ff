"""Names and numbers of files (B5, B52 to B54): whatever they are called, each is safe and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.wiring import Services
from ingest.job_tables import FileState
from tests.fakes import OpenServices, WordEmbedder

MANY = 10_000
NAMES = {
    "../../etc/passwd.txt": "../../etc/passwd.txt",
    "/etc/passwd.txt": "/etc/passwd.txt",
    "C:\\x\\..\\a.txt": "C:\\x\\..\\a.txt",
    "n" * 300 + ".txt": "n" * 300 + ".txt",
    "🙂 资料.txt": "🙂 资料.txt",
    "re\u0301sume\u0301.txt": "r\u00e9sum\u00e9.txt",
    "CON.txt": "CON.txt",
    " a .txt": " a .txt",
    "nul\0 and\nnewline.txt": "nul andnewline.txt",
    "exe\u202etxt.txt": "exetxt.txt",
    "\"quoted\" 'names'.txt": "\"quoted\" 'names'.txt",
    "<img src=x onerror=alert(1)>.txt": "<img src=x onerror=alert(1)>.txt",
    "![x](http://example.org/x.png).txt": "![x](http://example.org/x.png).txt",
    "lone \ud800 surrogate.txt": "lone  surrogate.txt",
}


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


def work_off(opened: Services) -> None:
    assert opened.worker.run(lambda: not opened.jobs.waiting())


def outside(folder: Path, data: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and data not in path.parents]


def test_a_name_is_text_and_never_a_path(opened: Services, tmp_path: Path) -> None:
    files = [(name, f"Pump number {n}.".encode()) for n, name in enumerate(NAMES)]
    opened.jobs.submit(files, "c")
    kept = list((opened.settings.data_dir / "inbox").iterdir())
    assert len(kept) == len(NAMES)
    assert {path.suffix for path in kept} == {".txt"}
    assert all(path.stem.isalnum() and path.stem.isascii() for path in kept)
    work_off(opened)
    entries = opened.record.documents(opened.record.collection("c").id)
    assert {entry.name for entry in entries} == set(NAMES.values())
    assert {entry.state.value for entry in entries} == {"ready"}
    assert outside(tmp_path, opened.settings.data_dir) == []


@pytest.mark.parametrize("name", ["a.tar.gz", "notes", "..", ".", "", "a.t\0xt "])
def test_a_name_without_a_known_ending_is_refused_by_name(opened: Services, name: str) -> None:
    job = opened.jobs.submit([(name, b"Still here.")], "c")
    work_off(opened)
    (file,) = opened.jobs.job(job).files
    assert file.name
    assert (file.state, (file.refusal or {}).get("error")) == (FileState.REFUSED, "UnknownFormat")


def test_the_same_name_with_other_bytes_is_another_version(opened: Services) -> None:
    for text in (b"The pump weighs 4 kg.", b"The pump weighs 5 kg.", b"The pump weighs 5 kg."):
        opened.jobs.submit([("pump.txt", text)], "c")
    work_off(opened)
    told = [file.status for job in reversed(opened.jobs.jobs()) for file in job.files]
    assert sorted(told) == ["added", "replaced", "unchanged"]
    hits = opened.index.search("pump", collections=["c"], top_k=5)
    assert [hit.passage.chunk.text for hit in hits] == ["The pump weighs 5 kg."]


def test_ten_thousand_files_are_accepted_at_once_and_can_be_cancelled(opened: Services) -> None:
    job = opened.jobs.submit([(f"{n}.txt", b"Pump %d." % n) for n in range(MANY)], "c")
    assert opened.jobs.left(job) == opened.jobs.waiting() == MANY
    first = opened.jobs.claim()
    assert first is not None
    assert first.name == "0.txt"
    assert opened.jobs.cancel(job) == MANY
    assert opened.jobs.left(job) == 0
