"""The page around a cited place, for a source that is open: its text far around, or its table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from app.cited_table import CitedTable, cited_table
from app.page_pictures import Leaf
from rag.errors import PageNotFound, VersionNotFound
from vectorstore.record import Record

AROUND_CHARS: Final = 4_000
"""How much text is shown before and after the cited place, at most."""

_PAGE: Final = "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPage:
    """The text around the cited place, and the table it stands in, if it does."""

    before: str
    marked: str
    after: str
    table: CitedTable | None


def cited_page(leaf: Leaf, record: Record) -> CitedPage | None:
    """The page that ``leaf`` stands on; None where its version is no longer kept."""
    if leaf.span is None:
        return None
    try:
        page = record.page(leaf.document_id, leaf.version, leaf.page)
    except (VersionNotFound, PageNotFound):
        return None
    text, span = page.text, leaf.span
    return CitedPage(
        before=_before(text, span.start),
        marked=text[span.start : span.end],
        after=_after(text, span.end),
        table=cited_table(text, span, page.label),
    )


def library_link(leaf: Leaf, language: str) -> str:
    """The address of the document at this page in the Library, relative to any page of the app."""
    asked = {"doc": leaf.document_id, "page": leaf.page, "lang": language}
    return f"{_PAGE}?{urlencode(asked)}"


def _before(text: str, start: int) -> str:
    """The text up to ``start``, from the beginning of a line where there is one in reach."""
    if start <= AROUND_CHARS:
        return text[:start].lstrip()
    part = text[start - AROUND_CHARS : start]
    return "…" + (part.partition("\n")[2] or part)


def _after(text: str, end: int) -> str:
    """The text from ``end`` on, to the end of a line where there is one in reach."""
    if len(text) - end <= AROUND_CHARS:
        return text[end:].rstrip()
    part = text[end : end + AROUND_CHARS]
    return (part.rpartition("\n")[0] or part) + "…"
