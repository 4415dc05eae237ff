"""What a document was read from is kept once for each content, and goes with its last version."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.wiring import Services
from ingest.originals import PARTIAL, Originals
from ingest.sources import Source
from rag.errors import FileUnreadable
from tests.fakes import OpenServices, WordEmbedder, write_files

PUMP = "The X-200 pump weighs 4 kg. 水泵重 4 公斤。"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


def add(opened: Services, folder: Path, name: str, text: str, collection: str = "c") -> None:
    (path,) = write_files(folder / "in", **{name: text})
    report = opened.ingestion.add(Source(path=path, name=name), collection)
    assert report.error is None or text.isspace()


def kept(opened: Services) -> set[str]:
    folder = opened.settings.data_dir / "originals"
    return {file.name for file in folder.iterdir()} if folder.is_dir() else set()


def test_a_file_is_kept_under_its_content_once(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originals", wanted=set)
    source = tmp_path / "水泵.txt"
    source.write_text(PUMP, "utf-8")
    sha256 = digest(PUMP)
    assert not originals.has(sha256)
    for _ in range(2):
        originals.keep(source, sha256, name="水泵.txt")
    source.unlink()
    assert originals.has(sha256)
    assert originals.path(sha256).read_text("utf-8") == PUMP
    assert [file.name for file in (tmp_path / "originals").iterdir()] == [sha256]


def test_a_file_that_changed_meanwhile_is_not_kept(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originals", wanted=set)
    source = tmp_path / "a.txt"
    source.write_text("later", "utf-8")
    with pytest.raises(FileUnreadable, match="changed while it was read"):
        originals.keep(source, digest("earlier"), name="a.txt")
    assert not [*(tmp_path / "originals").iterdir()]


def test_what_no_version_has_is_removed_and_what_a_crash_left_too(tmp_path: Path) -> None:
    wanted = {digest("kept")}
    originals = Originals(tmp_path / "originals", wanted=lambda: wanted)
    assert originals.remove_unwanted() == 0
    for text in ("kept", "gone"):
        source = tmp_path / "source.txt"
        source.write_text(text, "utf-8")
        originals.keep(source, digest(text), name="source.txt")
    (tmp_path / "originals" / f"torn{PARTIAL}").write_bytes(b"x")
    assert originals.remove_unwanted() == 2
    assert [file.name for file in (tmp_path / "originals").iterdir()] == [digest("kept")]


def test_every_version_keeps_its_file_until_it_is_purged(opened: Services, tmp_path: Path) -> None:
    later = PUMP.replace("4", "5")
    add(opened, tmp_path, "pump.txt", PUMP)
    add(opened, tmp_path, "pump.txt", later)
    assert kept(opened) == {digest(PUMP), digest(later)}
    opened.upkeep.purge()
    assert kept(opened) == {digest(later)}


def test_a_file_in_two_collections_goes_with_the_last(opened: Services, tmp_path: Path) -> None:
    for collection in ("c", "制度"):
        add(opened, tmp_path, "pump.txt", PUMP, collection)
    add(opened, tmp_path, "valve.txt", "A valve. 阀门。")
    opened.ingestion.remove("c", ["pump.txt"])
    assert kept(opened) == {digest(PUMP), digest("A valve. 阀门。")}
    opened.ingestion.remove("制度", ["pump.txt"])
    assert kept(opened) == {digest("A valve. 阀门。")}


def test_nothing_is_kept_of_a_file_that_was_refused(opened: Services, tmp_path: Path) -> None:
    add(opened, tmp_path, "blank.txt", " \n ")
    assert kept(opened) == set()


def test_a_start_removes_what_a_crash_left(
    opened: Services, services: OpenServices, tmp_path: Path
) -> None:
    add(opened, tmp_path, "pump.txt", PUMP)
    (opened.settings.data_dir / "originals" / digest("orphan")).write_bytes(b"orphan")
    opened.close()
    _ = services(embedder=WordEmbedder()).ingestion
    assert kept(opened) == {digest(PUMP)}
