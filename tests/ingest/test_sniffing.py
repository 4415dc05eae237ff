from __future__ import annotations

import pytest

from ingest.loaders.sniffing import check_content
from rag.errors import EncryptedFile, FormatMismatch

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("suffix", "data", "found"),
    [
        (".pdf", b"only text", "it is text"),
        (".pdf", b"<!DOCTYPE html><html><body>x", "it is an HTML page"),
        (".pdf", b"PK\x03\x04 and more", "a ZIP archive"),
        (".docx", b"%PDF-1.7\n", "it is a PDF"),
        (".docx", b"<html>x</html>", "it is an HTML page"),
        (".docx", b"\x7fELF" + bytes(90), "a program"),
        (".docx", OLE + "WordDocument".encode("utf-16-le"), "an old Office file"),
        (".txt", b"MZ\x90\0\x03" + bytes(90), "a Windows program"),
        (".md", b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG picture"),
        (".html", bytes(range(256)) * 4, "binary data"),
        (".txt", b"text\0\0\0\0\0text" * 20, "binary data"),
        (".txt", b"{\\rtf1 hello}", "an RTF text"),
    ],
)
def test_content_that_is_not_what_the_name_says(suffix: str, data: bytes, found: str) -> None:
    with pytest.raises(FormatMismatch) as caught:
        check_content(data, suffix=suffix, name=f"file{suffix}")
    assert found in str(caught.value)
    assert f"file{suffix}" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".pdf", b"%PDF-1.4"),
        (".pdf", b"junk before\r\n%PDF-1.4"),
        (".docx", b"PK\x03\x04"),
        (".txt", "中文".encode("gb18030")),
        (".txt", "text".encode("utf-16")),
        (".txt", ("plain " * 40).encode("utf-16-be")),
        (".txt", b"one stray \0 in a text"),
        (".txt", b"MZ is how this text begins"),
        (".md", b"# Title"),
        (".html", b"<p>no doctype"),
        (".bmp", b"BM\x9a\x04\0\0\0\0\0\0\x36\0"),
        (".webp", b"RIFF\x10\0\0\0WEBPVP8 "),
        (".jpeg", b"\xff\xd8\xff\xe0"),
        (".txt", b"BM is how this text begins"),
        (".epub", b"PK\x03\x04"),
        (".txt", b"<html> shown as text"),
    ],
)
def test_content_that_may_be_what_the_name_says(suffix: str, data: bytes) -> None:
    check_content(data, suffix=suffix, name="file")


def test_a_password_protected_word_file_is_an_ole_container() -> None:
    data = OLE + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedFile, match=r"secret\.docx"):
        check_content(data, suffix=".docx", name="secret.docx")
