"""``python -m ingest doctor | rebuild | purge | backup | restore``: messages and exit codes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from filelock import FileLock

from app.cli.ingest import app
from app.wiring import Services, open_services
from ingest.sources import Source
from rag.protocols import Embedder
from rag.settings import Settings
from tests.app.cli.conftest import Command
from tests.conftest import SharedReader

OLD = "The canary number nine sings behind the boiler. 金丝雀在锅炉后面。"


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory,
    models_cache: Path,
    embedder: Embedder,
    reader: SharedReader,
) -> Path:
    """A folder with the files of a collection, and the data folder that it was brought into."""
    folder = tmp_path_factory.mktemp("upkeep")
    if any(models_cache.glob("*.onnx")):
        shutil.copytree(models_cache, folder / "data" / "models")
    (folder / "papers").mkdir()
    (folder / "papers" / "bird.txt").write_text(OLD, "utf-8")
    (folder / "papers" / "休假.txt").write_text("员工每年有 12 天年假。", "utf-8")
    opened = Services(Settings(data_dir=folder / "data"))
    opened.embedder, opened.reader = embedder, reader
    for path in sorted((folder / "papers").iterdir()):
        assert opened.ingestion.add(Source(path=path, name=path.name), "papers").error is None
    opened.close()
    return folder


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A copy of them below ``tmp_path``."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return tmp_path / "data"


@pytest.fixture
def ingest(data: Path, command: Callable[[typer.Typer], Command]) -> Command:
    """Commands on a collection of two documents."""
    assert data.is_dir()
    return command(app)


def holding(folder: Path, mark: bytes) -> list[str]:
    """Names of the files below ``folder`` that hold ``mark``."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".onnx"]
    return [file.name for file in files if mark in file.read_bytes()]


def test_the_doctor_says_what_a_rebuild_puts_right(ingest: Command, tmp_path: Path) -> None:
    well = ingest("doctor")
    assert (well.exit_code, well.stdout) == (0, "The record and both indexes agree.\n")
    assert ingest.json("doctor") == []
    shutil.rmtree(tmp_path / "data" / "lexical")
    ill = ingest("doctor")
    assert ill.exit_code == 1
    assert ill.stdout == (
        "papers: the index of words holds 0 of 2 passages: it would be made anew\n"
    )
    assert ingest.json("doctor", exit_code=1) == [
        {"kind": "words", "collection": "papers", "found": 0, "expected": 2}
    ]
    rebuilt = ingest("rebuild")
    assert (rebuilt.exit_code, rebuilt.stdout) == (0, "both indexes are made anew\n")
    assert ingest("doctor").exit_code == 0


def test_the_doctor_finds_what_was_begun_and_not_ended(ingest: Command) -> None:
    services = open_services()
    target = services.record.collection("papers")
    services.versions.begin(target, "half.txt", "ab" * 32, 9)
    services.close()
    ill = ingest("doctor")
    assert (ill.exit_code, ill.stdout) == (
        1,
        "1 versions were begun and not ended: they would be ended\n",
    )


def test_what_was_replaced_is_purged_from_every_file(ingest: Command, tmp_path: Path) -> None:
    bird = tmp_path / "papers" / "bird.txt"
    bird.write_text("The bird has flown. 鸟飞走了。", "utf-8")
    assert ingest.json("add", bird, "-c", "papers")[0]["status"] == "replaced"
    assert "record.sqlite3" in holding(tmp_path / "data", b"canary number nine")
    purged = ingest("purge")
    assert (purged.exit_code, purged.stdout) == (0, "purged 1 versions\n")
    assert holding(tmp_path / "data", b"canary number nine") == []
    assert ingest("purge").stdout == "purged 0 versions\n"
    assert ingest("doctor").exit_code == 0


def test_a_backup_is_restored_elsewhere(
    ingest: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    backed_up = ingest("backup", kept)
    assert backed_up.exit_code == 0
    assert f"MB to {kept}" in backed_up.stdout
    taken = ingest("backup", kept)
    assert (taken.exit_code, taken.stdout) == (1, "")
    assert f"The folder '{kept}' is not empty." in taken.stderr
    assert ingest("restore", kept).exit_code == 1, "the data folder is not empty"
    monkeypatch.setenv("QUORUM_DATA_DIR", str(tmp_path / "elsewhere"))
    restored = ingest("restore", kept)
    assert restored.exit_code == 0
    assert f"MB to {tmp_path / 'elsewhere'}" in restored.stdout
    assert [one["name"] for one in ingest.json("list")[0]["documents"]] == ["bird.txt", "休假.txt"]
    assert ingest("rebuild").exit_code == 0
    assert ingest("doctor").exit_code == 0


def test_a_damaged_backup_is_told_and_nothing_is_written(
    ingest: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, elsewhere = tmp_path / "kept", tmp_path / "elsewhere"
    ingest("backup", kept)
    record = kept / "record.sqlite3"
    record.write_bytes(record.read_bytes()[:-1])
    monkeypatch.setenv("QUORUM_DATA_DIR", str(elsewhere))
    result = ingest("restore", kept)
    assert result.exit_code == 1
    assert "is damaged: a file has changed: record.sqlite3" in result.stderr
    assert "Use another backup" in result.stderr
    assert not elsewhere.exists()
    nothing = ingest("backup", tmp_path / "none")
    assert nothing.exit_code == 1
    assert "there is no record" in nothing.stderr


def test_a_folder_that_is_in_use_is_left_alone(ingest: Command, tmp_path: Path) -> None:
    with FileLock(tmp_path / "data" / "ingestion.lock"):
        for name in ("rebuild", "purge"):
            result = ingest(name)
            assert result.exit_code == 1
            assert "Another process uses the data folder" in result.stderr
