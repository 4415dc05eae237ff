from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest

from ingest.loaders.archive_bounds import MOST_ENTRIES, broken, open_archive, refuse_entities
from rag.errors import DamagedFile, EncryptedFile


def archive(*files: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files:
            opened.writestr(name, data)
    return made.getvalue()


def listed(data: bytes) -> list[str]:
    with open_archive(data, name="a.zip") as opened:
        return opened.namelist()


def with_flag(data: bytes, bit: int) -> bytes:
    """The archive with this flag set on its first entry, in both places where it stands."""
    central = data.index(b"PK\x01\x02")
    changed = bytearray(data)
    changed[6] |= bit
    changed[central + 8] |= bit
    return bytes(changed)


def test_a_good_archive_opens() -> None:
    assert listed(archive(("a.txt", b"x"), ("手册/b..txt", b"y"))) == ["a.txt", "手册/b..txt"]
    assert listed(archive()) == []


@pytest.mark.parametrize(
    "name",
    ["../a.txt", "a/../../b.txt", "/etc/passwd", "C:\\x.txt", "\\\\host\\x.txt", "a\\..\\b", ".."],
)
def test_names_that_leave_the_archive_are_refused(name: str) -> None:
    with pytest.raises(DamagedFile, match="outside"):
        open_archive(archive((name, b"x")), name="a.zip")


def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = archive(("a.txt", b"x"), ("a.txt", b"y"))
    with pytest.raises(DamagedFile, match=r"'a\.txt' twice"):
        open_archive(data, name="a.zip")


def test_encrypted_entries_are_refused() -> None:
    with pytest.raises(EncryptedFile):
        open_archive(with_flag(archive(("a.txt", b"x")), 1), name="a.zip")


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ([("a", bytes(30_000_000))], "unpacks to 30 MB"),
        ([(str(n), b"") for n in range(MOST_ENTRIES + 1)], "20001 files"),
    ],
)
def test_bombs_are_refused(files: Sequence[tuple[str, bytes]], fault: str) -> None:
    with pytest.raises(DamagedFile, match=fault):
        open_archive(archive(*files), name="a.zip")


def test_a_small_dense_archive_is_no_bomb() -> None:
    assert listed(archive(("a", bytes(10_000_000)))) == ["a"]


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04" + bytes(60), b"text", archive(("a", b"x"))[:-9]],
    ids=["a header alone", "text", "cut off"],
)
def test_broken_archives_are_refused(data: bytes) -> None:
    with pytest.raises(DamagedFile, match="structure is broken"):
        open_archive(data, name="a.zip")


@pytest.mark.parametrize(
    "head",
    [
        b'<?xml version="1.0"?><!DOCTYPE p []><p/>',
        b"<!-- x --><!doctype p><p/>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE p []><p/>'.encode("utf-16"),
        "<!DOCTYPE p []><p/>".encode("utf-16-be"),
    ],
)
@pytest.mark.parametrize("part", ["word/document.xml", "_rels/.RELS"])
def test_declared_entities_are_refused(head: bytes, part: str) -> None:
    data = archive(("a.png", b"<!DOCTYPE"), (part, head))
    with open_archive(data, name="a") as opened, pytest.raises(DamagedFile, match="XML entities"):
        refuse_entities(opened, name="a")


def test_xml_without_a_document_type_passes() -> None:
    data = archive(("a.png", b"<!DOCTYPE"), ("a.xml", b"<p>!DOCTYPE</p>"))
    with open_archive(data, name="a") as opened:
        refuse_entities(opened, name="a")


def test_a_libraries_words_are_kept_short_and_without_braces() -> None:
    said = broken(ValueError("{x}\n" + "y" * 200))
    assert said.startswith("its structure is broken (ValueError: (x) yyy")
    assert len(said) < 180
