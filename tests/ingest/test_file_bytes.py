from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from rag.errors import EmptyFile, FileTooLarge, FileUnreadable


def test_bytes_and_version(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"some text")
    assert read_bytes(path, name="a.txt") == b"some text"
    assert version_of(b"some text") == hashlib.sha256(b"some text").hexdigest()


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path, Path("a\0b")):
        with pytest.raises(FileUnreadable, match="manual") as caught:
            read_bytes(path, name="manual.txt")
        assert caught.value.hint


@pytest.mark.parametrize("data", [b"", b"   \n\t\r\n "])
def test_nothing_but_blanks_is_empty(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(EmptyFile, match=r"a\.txt"):
        read_bytes(path, name="a.txt")


def test_limit_is_inclusive(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 2_000_000)
    assert read_bytes(path, name="a.txt", max_bytes=2_000_000)
    with pytest.raises(FileTooLarge, match=r"'a\.txt' has 2\.0 MB; the limit is 1\.5 MB"):
        read_bytes(path, name="a.txt", max_bytes=1_500_000)


def test_stem_of_name() -> None:
    assert stem_of("manuals/泵.v2.pdf") == "泵.v2"
    assert stem_of("folder\\a.pdf") == "a"
    assert stem_of(".md") == ".md"
