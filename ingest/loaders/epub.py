"""EPUB books: the chapters in the order of the spine, each a page read as HTML.

The container names the package, the package the spine. Nothing is fetched or run; pictures and
styles are not read. A book with rights management is refused.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from ingest.loaders.archive_bounds import PACKAGE_SURPRISES, broken, open_archive
from ingest.loaders.blocks import assemble
from ingest.loaders.cleaning import one_line
from ingest.loaders.encoding import decode
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.markup import read_markup
from rag.errors import DamagedFile, EncryptedFile, FormatMismatch, LoadError, NoText
from rag.types import Document, Page

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MEDIA_TYPE: Final = "application/epub+zip"
MOST_CHAPTERS: Final = 5_000

_CONTAINER: Final = "META-INF/container.xml"
_RIGHTS: Final = ("META-INF/rights.xml", "META-INF/sinf.xml")
_TEXT_TYPES: Final = ("application/xhtml+xml", "text/html")
_LONGEST_LABEL: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """The book's title and the entries of its chapters, in reading order."""

    title: str
    chapters: tuple[str, ...]


class EpubLoader:
    """Reads EPUB books."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return a page a chapter; raises a LoadError when there is nothing to read."""
        data = read_bytes(path, name=name)
        try:
            with open_archive(data, name=name) as archive:
                book = _book(archive, name=name)
                missing = [one for one in book.chapters if one not in archive.namelist()]
                pages = tuple(_pages(archive, [c for c in book.chapters if c not in missing]))
        except LoadError:
            raise
        except PACKAGE_SURPRISES as error:
            raise DamagedFile(file=name, detail=broken(error)) from error
        if not pages:
            raise NoText(file=name, detail=f"{len(book.chapters)} chapters")
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=book.title or stem_of(name),
            pages=pages,
            paginated=True,
            warnings=(f"chapters that are not in the file: {len(missing)}",) if missing else (),
        )


def _book(archive: zipfile.ZipFile, *, name: str) -> _Book:
    names = frozenset(archive.namelist())
    if _CONTAINER not in names:
        raise FormatMismatch(file=name, suffix=".epub", found="it is a ZIP archive")
    if names.intersection(_RIGHTS):
        raise EncryptedFile(file=name)
    root = _first(_xml(archive, _CONTAINER, name=name), "rootfile")
    package_path = root.get("full-path", "") if root is not None else ""
    if package_path not in names:
        raise DamagedFile(file=name, detail="its container names no package")
    package = _xml(archive, package_path, name=name)
    folder = posixpath.dirname(package_path)
    files = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in _all(package, "item")
        if item.get("media-type") in _TEXT_TYPES
    }
    spine = [files[ref] for one in _all(package, "itemref") if (ref := one.get("idref")) in files]
    title = _first(package, "title")
    return _Book(
        title=one_line(title.text or "") if title is not None else "",
        chapters=tuple(dict.fromkeys(spine))[:MOST_CHAPTERS],
    )


def _pages(archive: zipfile.ZipFile, chapters: list[str]) -> Iterator[Page]:
    """Yield the chapters that have text; a chapter without a heading is called by its number."""
    number = 0
    for chapter in chapters:
        reading = read_markup(decode(archive.read(chapter), declared="utf-8").text)
        text, headings = assemble(reading.blocks)
        if text:
            number += 1
            called = headings[0].title if headings else str(number)
            label = f"chapter {called[:_LONGEST_LABEL].rstrip()}"
            yield Page(number=number, text=text, label=label, headings=headings)


def _xml(archive: zipfile.ZipFile, entry: str, *, name: str) -> Element:
    """Parse an entry that must not declare entities."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(archive.read(entry))
    except DefusedXmlException as error:
        raise DamagedFile(file=name, detail=f"{entry!r} declares XML entities") from error
    return root


def _all(root: Element, tag: str) -> Iterator[Element]:
    """Yield the elements of this name in any namespace."""
    return (one for one in root.iter() if str(one.tag).rpartition("}")[2] == tag)


def _first(root: Element, tag: str) -> Element | None:
    return next(_all(root, tag), None)
