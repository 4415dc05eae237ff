from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.epub import EpubLoader
from rag.errors import DamagedFile, EncryptedFile, FormatMismatch, LoadError, NoText
from rag.types import Document
from tests.ingest.made_files import make_epub, make_zip, repacked

PACKAGE = "OEBPS/book.opf"


def load(path: Path) -> Document:
    return EpubLoader().load(path, name="shelf/book.epub")


def test_chapters_are_pages_in_the_order_of_the_spine(tmp_path: Path) -> None:
    book = load(
        make_epub(
            tmp_path / "a.epub",
            "<h1>序言</h1><p>水泵压力为三百千帕。</p><script>no()</script>",
            '<img src="http://example.org/x.png" alt="">',
            "<p>No heading here.</p>",
            "<h2>The seal</h2><p>It wears.</p>",
            title="The pump 水泵",
        )
    )
    assert [(page.number, page.label, page.text) for page in book.pages] == [
        (1, "chapter 序言", "序言\n\n水泵压力为三百千帕。"),
        (2, "chapter 2", "No heading here."),
        (3, "chapter The seal", "The seal\n\nIt wears."),
    ]
    assert (book.title, book.paginated, book.warnings) == ("The pump 水泵", True, ())


def test_the_spine_not_the_archive_gives_the_order(tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub", "<p>one</p>", "<p>two</p>")
    package = make_package(
        ["c1", "c0", "c1", "none"], {"c0": "text/c0.xhtml", "c1": "./text/c1.xhtml"}
    )
    assert [page.text for page in load(repacked(path, {PACKAGE: package})).pages] == ["two", "one"]


def test_names_may_be_quoted_and_chapters_missing(tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub", "<p>one</p>")
    package = make_package(["a", "b"], {"a": "%E7%AB%A0%201.xhtml", "b": "gone.xhtml"})
    made = repacked(path, {PACKAGE: package, "OEBPS/章 1.xhtml": b"<p>chapter one</p>"})
    book = load(made)
    assert [page.text for page in book.pages] == ["chapter one"]
    assert book.warnings == ("chapters that are not in the file: 1",)
    assert book.title == "book"


def test_a_document_type_in_a_chapter_is_harmless(tmp_path: Path) -> None:
    chapter = b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>seen &a;</p>'
    path = repacked(make_epub(tmp_path / "a.epub", "x"), {"OEBPS/text/c0.xhtml": chapter})
    assert "seen" in load(path).pages[0].text
    assert "root:" not in load(path).pages[0].text


def make_package(spine: list[str], files: dict[str, str]) -> bytes:
    items = "".join(
        f'<item id="{key}" href="{href}" media-type="application/xhtml+xml"/>'
        for key, href in files.items()
    )
    refs = "".join(f'<itemref idref="{one}"/>' for one in spine)
    return f"<package><manifest>{items}</manifest><spine>{refs}</spine></package>".encode()


CONTAINER = "META-INF/container.xml"
BOMB = b'<!DOCTYPE p [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><package>&b;</package>'


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({CONTAINER: None}, FormatMismatch),
        ({CONTAINER: b"<container/>"}, DamagedFile),
        ({CONTAINER: b"<container"}, DamagedFile),
        ({PACKAGE: None}, DamagedFile),
        ({PACKAGE: BOMB}, DamagedFile),
        ({PACKAGE: b"<package/>"}, NoText),
        ({"META-INF/rights.xml": b"<rights/>"}, EncryptedFile),
    ],
)
def test_bad_books_are_refused(
    tmp_path: Path, changes: dict[str, bytes | None], error: type[LoadError]
) -> None:
    path = repacked(make_epub(tmp_path / "a.epub", "<p>one</p>"), changes)
    with pytest.raises(error, match=r"shelf/book\.epub"):
        load(path)


def test_an_empty_book_and_a_plain_archive(tmp_path: Path) -> None:
    with pytest.raises(NoText):
        load(make_epub(tmp_path / "a.epub", "<p> </p>"))
    with pytest.raises(FormatMismatch):
        load(make_zip(tmp_path / "b.epub", {"a.txt": b"x"}))
