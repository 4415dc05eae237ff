"""The library's shelves: collections to choose from, documents as rows in words, and out again.

Knows no page.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from app.i18n import Translator
from rag.errors import CollectionNotFound, DocumentNotFound
from vectorstore.record import Collection, DocumentEntry, Record

if TYPE_CHECKING:
    from ingest.pipeline import Ingestion

MOST_ROWS: Final = 200
"""How many documents are listed at once; a filter finds the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A document as it is listed; ``added`` is an ISO time in UTC."""

    name: str
    state: str
    state_text: str
    pages: str
    chunks: str
    size: str
    added: str
    remarks: tuple[str, ...]


def shelf_names(collections: Sequence[Collection], draft: str | None, t: Translator) -> list[str]:
    """The collections to choose from, a newly named one first; never none."""
    names = [one.name for one in collections]
    if draft and draft not in names:
        names.insert(0, draft)
    return names or [t("library.first_name")]


def rows(record: Record, collection: Collection, wanted: str, t: Translator) -> list[Row]:
    """The documents whose name holds ``wanted``, whatever its case."""
    entries = record.documents(collection.id)
    return [_row(entry, t) for entry in entries if wanted.casefold() in entry.name.casefold()]


def take_out(record: Record, ingestion: Ingestion, collection: str, name: str) -> None:
    """Remove a document; one that is gone already is gone."""
    with suppress(CollectionNotFound, DocumentNotFound):
        record.document(record.collection(collection), name)
        ingestion.remove(collection, [name])


def size_in_words(size_bytes: int) -> str:
    """A size with its unit, of three digits at most."""
    if size_bytes < 1_000:
        return f"{size_bytes} B"
    if size_bytes < 999_500:
        return f"{size_bytes / 1_000:.0f} KB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def _row(entry: DocumentEntry, t: Translator) -> Row:
    refused = t.refusal(entry.refusal) if entry.refusal else ()
    return Row(
        name=entry.name,
        state=entry.state.value,
        state_text=t(f"state.{entry.state}"),
        pages=str(entry.pages) if entry.paginated else "–",
        chunks=str(entry.chunks) if entry.chunks else "–",
        size=size_in_words(entry.size_bytes),
        added=entry.added_at.replace(tzinfo=UTC).isoformat(),
        remarks=(*refused, *(t.detail(warning) for warning in entry.warnings)),
    )
