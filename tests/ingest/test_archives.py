from __future__ import annotations

from pathlib import Path

import pytest

from ingest.archives import Unpacked, is_archive, unpack
from ingest.sources import Source
from rag.errors import DamagedFile, EncryptedFile, FileTooLarge, LoadError, NoText
from tests.ingest.made_files import make_zip
from tests.ingest.test_archive_bounds import archive, with_flag


def unpacked(path: Path) -> Unpacked:
    source = Source(path=path, name="box.zip")
    return unpack(source, into=path.parent / "out", max_bytes=50_000_000)


def test_files_are_named_by_their_path_in_the_archive(tmp_path: Path) -> None:
    files = {
        "a.txt": b"one",
        "手册/年假.md": "两".encode(),
        "deep/er/a.txt": b"three",
        "deep/": b"",
    }
    found = unpacked(make_zip(tmp_path / "a.zip", files))
    assert [source.name for source in found.sources] == [
        "box.zip/a.txt", "box.zip/手册/年假.md", "box.zip/deep/er/a.txt"
    ]  # fmt: skip
    assert [source.path.read_bytes() for source in found.sources] == [
        b"one", "两".encode(), b"three"
    ]  # fmt: skip
    assert {source.path.parent for source in found.sources} == {tmp_path / "out"}
    assert [source.path.suffix for source in found.sources] == [".txt", ".md", ".txt"]
    assert found.left_out == ()


def test_what_cannot_be_read_is_named_and_what_is_hidden_passed_over(tmp_path: Path) -> None:
    files = dict.fromkeys(
        ("a.txt", "b.exe", "c/inner.zip", ".git/x.txt", "__MACOSX/a.txt", "d/.x.md"), b"x"
    )
    found = unpacked(make_zip(tmp_path / "a.zip", files))
    assert [source.name for source in found.sources] == ["box.zip/a.txt"]
    assert found.left_out == ("b.exe", "c/inner.zip")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_chinese_names_without_their_mark(tmp_path: Path, encoding: str) -> None:
    placeholder = "x" * len("年假.txt".encode(encoding))
    data = archive((placeholder, b"x")).replace(placeholder.encode(), "年假.txt".encode(encoding))
    (tmp_path / "a.zip").write_bytes(data)
    assert [source.name for source in unpacked(tmp_path / "a.zip").sources] == ["box.zip/年假.txt"]


def test_control_characters_do_not_stay_in_names(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a\u202etxt.\n.txt": b"x"})
    assert [source.name for source in unpacked(path).sources] == ["box.zip/atxt..txt"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (archive(("../a.txt", b"x")), DamagedFile),
        (archive(("/a.txt", b"x")), DamagedFile),
        (archive(("a.txt", bytes(30_000_000))), DamagedFile),
        (with_flag(archive(("a.txt", b"x")), 1), EncryptedFile),
        (archive(("a.txt", b"x"))[:-5], DamagedFile),
        (archive(("a.exe", b"x")), NoText),
        (archive(), NoText),
        (bytes(range(1, 200)) * 300_000, FileTooLarge),
    ],
    ids=[
        "above",
        "absolute",
        "bomb",
        "encrypted",
        "cut off",
        "nothing to read",
        "empty",
        "too large",
    ],
)
def test_bad_archives_leave_nothing(tmp_path: Path, data: bytes, error: type[LoadError]) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(error, match=r"box\.zip"):
        unpacked(tmp_path / "a.zip")
    out = tmp_path / "out"
    assert not out.exists() or list(out.iterdir()) == []


def test_a_damaged_member_refuses_the_archive(tmp_path: Path) -> None:
    data = bytearray(archive(("a.txt", b"words " * 50)))
    data[45] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(bytes(data))
    with pytest.raises(DamagedFile):
        unpacked(tmp_path / "a.zip")


def test_archives_are_known_by_their_ending() -> None:
    assert is_archive(Source(path=Path("A.ZIP"), name="A.ZIP"))
    assert not is_archive(Source(path=Path("a.epub"), name="a.epub"))
