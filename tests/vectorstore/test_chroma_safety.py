"""A torn Chroma folder is noticed before it is opened and made again from the record."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.wiring import Services
from rag.settings import Settings
from tests.fakes import WordEmbedder, a_document

COUNT = 1200  # Chroma writes its segment files from 1,000 vectors on


def _open(folder: Path) -> Services:
    opened = Services(Settings(data_dir=folder))
    opened.embedder = WordEmbedder()
    return opened


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "data"
    opened = _open(folder)
    documents = [
        a_document(f"{n}.txt", f"word{n} alpha{n % 7} number{n * 3}.") for n in range(COUNT)
    ]
    assert opened.ingestion.add_documents(documents, "c") == COUNT
    opened.close()
    return folder


def _damage(segment: Path, file: str, how: str) -> None:
    if file == "folder":
        shutil.rmtree(segment)
    elif how == "missing":
        (segment / file).unlink()
    else:
        held = (segment / file).read_bytes()
        (segment / file).write_bytes(held[: len(held) // 2] if how == "half" else b"")


@pytest.mark.parametrize(
    ("file", "how", "after_a_crash"),
    [
        ("folder", "missing", False),
        ("folder", "missing", True),
        ("index_metadata.pickle", "missing", False),
        ("index_metadata.pickle", "half", True),
        ("data_level0.bin", "half", False),
        ("data_level0.bin", "missing", True),
        ("header.bin", "half", False),
        ("header.bin", "half", True),
        ("link_lists.bin", "half", False),
    ],
)
def test_what_was_lost_is_found_again(
    filled: Path, tmp_path: Path, file: str, how: str, after_a_crash: bool
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(filled, folder)
    if after_a_crash:
        (folder / "chroma.left").unlink()
    (segment,) = (one for one in (folder / "chroma").iterdir() if one.is_dir())
    _damage(segment, file, how)
    opened = _open(folder)
    try:
        assert opened.index.search("word5", collections=["c"], top_k=1)
        collection = opened.record.collection("c")
        assert opened.chroma is not None
        assert opened.chroma.count(collection.id) == COUNT
        ids, vectors = opened.record.vectors(collection)
        for at in np.linspace(0, COUNT - 1, 40, dtype=int):
            ((found, cosine),) = opened.chroma.nearest(vectors[at], [collection], 1)
            assert cosine > 0.999, ids[at]
            assert found in ids
    finally:
        opened.close()


def _segments(folder: Path) -> set[int]:
    return {file.stat().st_ino for file in (folder / "chroma").glob("*/*")}


@pytest.mark.parametrize("after_a_crash", [False, True])
def test_what_is_whole_is_left_alone(filled: Path, tmp_path: Path, after_a_crash: bool) -> None:
    folder = tmp_path / "data"
    shutil.copytree(filled, folder)
    if after_a_crash:
        (folder / "chroma.left").unlink()
    before = _segments(folder)
    for _ in range(2):
        opened = _open(folder)
        assert opened.index.search("word5", collections=["c"], top_k=1)
        opened.close()
        assert _segments(folder) == before
    assert (folder / "chroma.left").is_file()
