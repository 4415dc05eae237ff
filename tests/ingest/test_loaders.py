"""What every loader promises, on one file of each format, and what ``read_document`` refuses."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.loaders import LOADERS, SUFFIXES, loader_for, read_document
from ingest.loaders.image import MEDIA_TYPES
from rag.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    FileUnreadable,
    FormatMismatch,
    LoadError,
    NoText,
    UnknownFormat,
)
from tests.ingest.made_files import (
    encrypt,
    make_docx,
    make_epub,
    make_pdf,
    make_picture,
    make_pptx,
    make_xlsx,
    make_zip,
)

MEGABYTE = 1_000_000
SENTENCE = "The pump holds 300 kPa. 水泵压力为三百千帕。"


def make_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


GOOD: dict[str, Callable[[Path], Path]] = {
    ".pdf": lambda p: make_pdf(p, [["Pump"], SENTENCE.split(" 水")[:1], ["水泵压力为三百千帕。"]]),
    ".docx": lambda p: make_docx(p, ("Heading 1", "Pump"), ("Normal", SENTENCE)),
    ".pptx": lambda p: make_pptx(p, ("Pump", [SENTENCE])),
    ".xlsx": lambda p: make_xlsx(p, {"Pump": [["Part", "Note"], ["Seal", SENTENCE]]}),
    ".csv": lambda p: make_text(p, f"Part,Note\nSeal,{SENTENCE}\n"),
    ".tsv": lambda p: make_text(p, f"Part\tNote\nSeal\t{SENTENCE}\n"),
    ".json": lambda p: make_text(p, json.dumps({"note": SENTENCE})),
    ".jsonl": lambda p: make_text(p, json.dumps({"note": SENTENCE}) + "\n"),
    ".eml": lambda p: make_text(p, f"Subject: Pump\nContent-Type: text/plain\n\n{SENTENCE}\n"),
    ".epub": lambda p: make_epub(p, f"<h1>Pump</h1><p>{SENTENCE}</p>"),
    **dict.fromkeys(MEDIA_TYPES, make_picture),
    ".html": lambda p: make_text(p, f"<h1>Pump</h1><p>{SENTENCE}</p>"),
    ".htm": lambda p: make_text(p, f"<h1>Pump</h1><p>{SENTENCE}</p>"),
    ".md": lambda p: make_text(p, f"# Pump\n\n{SENTENCE}\n"),
    ".markdown": lambda p: make_text(p, f"# Pump\n\n{SENTENCE}\n"),
    ".txt": lambda p: make_text(p, f"Pump\n\n{SENTENCE}\n"),
}


def read(path: Path) -> object:
    return read_document(path, name=path.name, max_bytes=MEGABYTE)


def test_every_format_has_a_good_file_here() -> None:
    assert set(GOOD) == set(SUFFIXES) == set(LOADERS)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_loader_contract(tmp_path: Path, suffix: str) -> None:
    path = GOOD[suffix](tmp_path / f"file{suffix}")
    document = loader_for(path).load(path, name="folder/file")
    assert document == read_document(path, name="folder/file", max_bytes=MEGABYTE)
    assert document.name == "folder/file"
    assert document.version == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.title
    assert "/" in document.media_type
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    assert document.paginated or len(document.pages) == 1
    whole = "\n".join(page.text for page in document.pages)
    assert "300 kPa" in whole
    assert "三百千帕" in whole
    for page in document.pages:
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in page.text.replace("\n", ""))
        assert "\n\n\n" not in page.text
        assert page.text == page.text.strip("\n")
        for heading in page.headings:
            assert page.text[heading.span.start : heading.span.end] == heading.title


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_loader_refuses_what_is_not_there_or_empty(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"file{suffix}"
    for error in (FileUnreadable, EmptyFile):
        with pytest.raises(error, match="file") as caught:
            loader_for(path).load(path, name="file")
        assert caught.value.hint
        path.write_bytes(b"")


@pytest.mark.parametrize("name", ["a.PDF", "b.Docx", "c.HTML", "d.MD", "e.TXT"])
def test_suffix_in_any_case(name: str) -> None:
    assert loader_for(Path(name)) is LOADERS[Path(name).suffix.lower()]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BAD: dict[str, tuple[type[LoadError], Callable[[Path], Path]]] = {
    "no bytes": (EmptyFile, lambda d: write(d / "bad.pdf", b"")),
    "blanks": (EmptyFile, lambda d: write(d / "bad.txt", b" \n\t\n ")),
    "blank markdown": (EmptyFile, lambda d: write(d / "bad.md", b"\n\n")),
    "one byte": (FormatMismatch, lambda d: write(d / "bad.pdf", b"x")),
    "not there": (FileUnreadable, lambda d: d / "bad.txt"),
    "too large": (FileTooLarge, lambda d: write(d / "bad.txt", b"x" * (MEGABYTE + 1))),
    "old workbook": (UnknownFormat, lambda d: write(d / "bad.xls", OLE)),
    "half a workbook": (DamagedFile, lambda d: write(d / "bad.xlsx", b"PK\x03\x04")),
    "old slides": (UnknownFormat, lambda d: write(d / "bad.ppt", OLE)),
    "old word": (UnknownFormat, lambda d: write(d / "bad.doc", OLE)),
    "no suffix": (UnknownFormat, lambda d: write(d / "bad", b"text")),
    "text as pdf": (FormatMismatch, lambda d: write(d / "bad.pdf", b"just text")),
    "html as pdf": (FormatMismatch, lambda d: write(d / "bad.pdf", b"<html>not found</html>")),
    "pdf as docx": (FormatMismatch, lambda d: make_pdf(d / "bad.docx", [["x"]])),
    "program as text": (FormatMismatch, lambda d: write(d / "bad.txt", b"MZ\x90" + bytes(99))),
    "program as docx": (FormatMismatch, lambda d: write(d / "bad.docx", b"\x7fELF" + bytes(99))),
    "nuls as markdown": (FormatMismatch, lambda d: write(d / "bad.md", b"text" + bytes(99))),
    "locked docx": (EncryptedFile, lambda d: write(d / "bad.docx", OLE)),
    "plain zip": (FormatMismatch, lambda d: make_zip(d / "bad.docx", {"a.txt": b"x"})),
    "broken zip": (DamagedFile, lambda d: write(d / "bad.docx", b"PK\x03\x04" + bytes(50))),
    "docx without text": (NoText, lambda d: make_docx(d / "bad.docx")),
    "locked pdf": (
        EncryptedFile,
        lambda d: encrypt(make_pdf(d / "bad.pdf", [["x"]]), user_password="secret"),
    ),
    "broken pdf": (DamagedFile, lambda d: write(d / "bad.pdf", b"%PDF-1.7\n1 0 obj <<")),
    "blank pdf": (NoText, lambda d: make_pdf(d / "bad.pdf", [[""], [""]])),
    "html of scripts": (NoText, lambda d: write(d / "bad.html", b"<script>x</script>")),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_by_name_with_a_hint(tmp_path: Path, case: str) -> None:
    error, make = BAD[case]
    path = make(tmp_path)
    with pytest.raises(LoadError) as caught:
        read(path)
    assert type(caught.value) is error
    assert path.name in str(caught.value)
    assert caught.value.hint


def test_unknown_format_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat) as caught:
        read(write(tmp_path / "a.odt", b"x"))
    assert all(suffix in str(caught.value) for suffix in SUFFIXES)


def test_messages_name_the_document_not_the_path(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"reports/q1\.odt"):
        read_document(write(tmp_path / "tmp123.odt", b"x"), name="reports/q1.odt", max_bytes=9)
