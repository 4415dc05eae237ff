"""What pdfium and pypdf read out of a PDF: raw page texts, outline, labels, title.

pdfium reads; pypdf is asked where pdfium finds nothing or gibberish, and repairs what pdfium
cannot open. Their exceptions end here. Knows nothing of paragraphs or headings.

pdfium is not thread-safe: whoever calls it, in this file or elsewhere, holds ``PDFIUM_LOCK``.
"""

from __future__ import annotations

import io
import re
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from ingest.loaders.pdf_layout import arranged
from ingest.loaders.pdf_visibility import hidden_share
from rag.errors import DamagedFile, EncryptedFile

PDFIUM_LOCK: Final = threading.Lock()
GARBLED_SHARE: Final = 0.1
HIDDEN_SHARE: Final = 0.02
MOST_BROKEN_IN_A_ROW: Final = 100
DEEPEST_OUTLINE: Final = 15
LONGEST_OUTLINE: Final = 20_000

_PASSWORD_ERRORS: Final = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_UNREADABLE: Final = re.compile(
    "[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f-\x9f\U000f0000-\U0010ffff]"
)
_SYMBOL_FONT_BULLET: Final = re.compile("[\uf0a7\uf0a8\uf0b7\uf0d8\uf06c\uf06e\uf071\uf076\uf0fc]")
_END_MARK_BYTES: Final = 4096

# What pypdf lets through on broken files besides its own PyPdfError (found by fuzzing).
PYPDF_SURPRISES: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineEntry:
    """A line of the document's own table of contents; ``page`` counts from 0."""

    title: str
    level: int
    page: int


@dataclass(slots=True, kw_only=True)
class RawPdf:
    """A PDF as the engines give it; page numbers in the sets count from 0."""

    title: str = ""
    texts: list[str] = field(default_factory=list)
    labels: list[str | None] = field(default_factory=list)
    outline: list[OutlineEntry] = field(default_factory=list)
    with_pictures: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    garbled: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    ends_early: bool = False


def read_pdf(data: bytes, *, name: str) -> RawPdf:
    """Read ``data``; raises EncryptedFile, or DamagedFile when neither engine can open it."""
    import pypdfium2

    second = _Pypdf(data)
    try:
        with PDFIUM_LOCK, closing(pypdfium2.PdfDocument(data)) as document:
            raw = _from_pdfium(document, second)
    except pypdfium2.PdfiumError as error:
        if error.err_code in _PASSWORD_ERRORS and b"/Encrypt" in data:  # the code may be stale
            raise EncryptedFile(file=name) from error
        raw = _from_pypdf(second, name=name)
    raw.ends_early = b"%%EOF" not in data[-_END_MARK_BYTES:]
    return raw


def unreadable_share(text: str) -> float:
    """Share (0..1) of the characters that no reader could make sense of; 0 for no text."""
    visible = len(text) - text.count(" ") - text.count("\n") - text.count("\r")
    return len(_UNREADABLE.findall(text)) / visible if visible else 0.0


def _from_pdfium(document: Any, second: _Pypdf) -> RawPdf:
    import pypdfium2

    raw = RawPdf(title=document.get_metadata_value("Title"))
    for index in range(len(document)):
        try:
            text, pictures, hidden = _pdfium_page(document, index)
        except pypdfium2.PdfiumError:
            if _is_beyond_end(index, raw, second):
                break
            text, pictures, hidden = "", False, 0.0
            raw.broken.add(index)
        if hidden > HIDDEN_SHARE:
            raw.hidden.add(index)
        if not text.strip() or unreadable_share(text) > GARBLED_SHARE:
            text = clearer_text(text, second.page_text(index))
            if unreadable_share(text) > GARBLED_SHARE:
                raw.garbled.add(index)
        if text.strip():
            raw.broken.discard(index)
        if pictures:
            raw.with_pictures.add(index)
        raw.texts.append(text)
        raw.labels.append(document.get_page_label(index) or None)
    raw.outline = list(_pdfium_outline(document))
    return raw


def _is_beyond_end(index: int, raw: RawPdf, second: _Pypdf) -> bool:
    """Whether pages end here although pdfium, believing the file's ``/Count``, sees more."""
    count = second.page_count()
    if count is not None:
        return index >= count
    return all(before in raw.broken for before in range(index - MOST_BROKEN_IN_A_ROW, index))


def _pdfium_page(document: Any, index: int) -> tuple[str, bool, float]:
    """Return the page's text, whether a page without text holds pictures, the share unseen."""
    import pypdfium2.raw as pdfium_c

    with closing(document[index]) as page:
        with closing(page.get_textpage()) as textpage:
            text = textpage.get_text_range()
            hidden = hidden_share(page, textpage, text)
            text = _SYMBOL_FONT_BULLET.sub("•", arranged(textpage, text))
        if text.strip():
            return text, False, hidden
        pictures = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        return text, next(iter(pictures), None) is not None, hidden


def _pdfium_outline(document: Any) -> Iterator[OutlineEntry]:
    for number, bookmark in enumerate(document.get_toc(max_depth=DEEPEST_OUTLINE)):
        if number >= LONGEST_OUTLINE:
            return
        target = bookmark.get_dest()
        page = target.get_index() if target else None
        title = bookmark.get_title().strip()
        if page is not None and 0 <= page < len(document) and title:
            yield OutlineEntry(title=title, level=bookmark.level + 1, page=page)


def clearer_text(first: str, second: str) -> str:
    """Return the second opinion if more of it can be read, else the first."""
    readable_first = len(first.strip()) * (1 - unreadable_share(first))
    readable_second = len(second.strip()) * (1 - unreadable_share(second))
    clearer = unreadable_share(second) < unreadable_share(first) or not first.strip()
    return second if clearer and readable_second > readable_first / 2 else first


def _from_pypdf(second: _Pypdf, *, name: str) -> RawPdf:
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    try:
        reader = second.reader()
        count = len(reader.pages)
        title = (reader.metadata.title if reader.metadata else None) or ""
    except FileNotDecryptedError as error:
        raise EncryptedFile(file=name) from error
    except (PyPdfError, *PYPDF_SURPRISES) as error:
        raise DamagedFile(file=name, detail=f"its structure is broken ({error})") from error
    texts = [second.page_text(index) for index in range(count)]
    return RawPdf(title=str(title), texts=texts, labels=[None] * count)


class _Pypdf:
    """The second engine, opened when it is first asked."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._reader: Any = None

    def reader(self) -> Any:
        """Return the open reader; raises what pypdf raises."""
        if self._reader is None:
            from pypdf import PdfReader

            reader = PdfReader(io.BytesIO(self._data), strict=False)
            if reader.is_encrypted:
                reader.decrypt("")
            self._reader = reader
        return self._reader

    def page_count(self) -> int | None:
        """Return how many pages there are, None when pypdf cannot tell."""
        from pypdf.errors import PyPdfError

        try:
            return len(self.reader().pages)
        except (PyPdfError, *PYPDF_SURPRISES):
            return None

    def page_text(self, index: int) -> str:
        """Return the text of a page, empty when pypdf cannot read it."""
        from pypdf.errors import PyPdfError

        try:
            return str(self.reader().pages[index].extract_text())
        except (PyPdfError, *PYPDF_SURPRISES):
            return ""
