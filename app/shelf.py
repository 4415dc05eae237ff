"""The library's shelves: collections to choose from, documents as rows in words, and out again.

Knows no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.i18n import Translator
from rag.collection_errors import NameNotTyped
from rag.errors import CollectionNotFound, DocumentNotFound
from vectorstore.record import Collection, DocumentEntry, Record

if TYPE_CHECKING:
    from app.wiring import Services

MOST_ROWS: Final = 200
"""How many documents are listed at once; a filter finds the others."""
FEW_ROWS: Final = 12
"""Up to so many documents are found at a glance, without a filter."""


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


def shelves(services: Services) -> list[Collection]:
    """The collections there are, without those of which only deleted documents are left."""
    there = {one.id for one in services.overview.all()}
    return [one for one in services.record.collections() if one.id in there]


def shelf_names(
    collections: Sequence[Collection], awaited: Iterable[str], draft: str | None, t: Translator
) -> list[str]:
    """The collections to choose from, never none.

    First those that are only named: ``draft``, and those that files are on their way into.
    """
    names = [one.name for one in collections]
    there = {name.casefold() for name in names}
    for name in (*awaited, draft):
        if name and name.casefold() not in there:
            names.insert(0, name)
            there.add(name.casefold())
    return names or [t("library.first_name")]


def rows(record: Record, collection: Collection, wanted: str, t: Translator) -> list[Row]:
    """The documents whose name holds ``wanted``, whatever its case."""
    entries = record.documents(collection.id)
    return [_row(entry, t) for entry in entries if wanted.casefold() in entry.name.casefold()]


def take_out(services: Services, collection: str, names: Sequence[str]) -> None:
    """Remove documents: they are hidden at once. One that is gone already is gone."""
    left = list(names)
    with suppress(CollectionNotFound):
        held = services.record.collection(collection)
        there = {entry.name for entry in services.record.documents(held.id)}
        left = [name for name in names if name in there]
    while left:
        try:
            services.ingestion.remove(collection, left)
        except DocumentNotFound as error:  # somebody else was quicker
            left = [name for name in left if name != error.values["name"]]
        except CollectionNotFound:
            return
        else:
            return


def read_again(services: Services, collection: str, names: Sequence[str]) -> list[str]:
    """Queue documents to be read anew from the files they were read from.

    Returns the names of those whose file is not kept. Raises NoSpace.
    """
    held = services.record.collection(collection)
    by_name = {entry.name: entry.id for entry in services.record.documents(held.id)}
    files: list[tuple[str, Path]] = []
    without: list[str] = []
    for name in names:
        versions = services.history.versions(by_name[name]) if name in by_name else []
        if versions and services.originals.has(versions[0].sha256):
            files.append((name, services.originals.path(versions[0].sha256)))
        else:
            without.append(name)
    if files:
        services.jobs.submit(files, collection, again=True)
    return without


def read_all_again(services: Services, collection: str) -> list[str]:
    """As ``read_again`` for every document of the collection."""
    held = services.record.collection(collection)
    return read_again(
        services, collection, [one.name for one in services.record.documents(held.id)]
    )


def change(
    services: Services, collection: str, *, name: str, chunk_tokens: str, recognise: bool
) -> str:
    """Rename the collection and keep its settings, as they were typed; returns its name.

    Raises SettingOutOfBounds, InvalidCollectionName and CollectionExists before anything changes,
    and CollectionNotFound.
    """
    from vectorstore.collection_settings import CollectionSettings, chunk_tokens_of

    kept = CollectionSettings(
        chunk_tokens=chunk_tokens_of(chunk_tokens), recognise=None if recognise else False
    )
    renamed = services.shelving.rename(collection, name)
    services.collection_settings.put(renamed, kept)
    return renamed


def delete_collection(services: Services, collection: str, *, typed: str) -> None:
    """Delete the collection whose name was ``typed``: it is hidden at once.

    Raises NameNotTyped where another name was, and CollectionNotFound.
    """
    if typed.strip() != collection:
        raise NameNotTyped(typed=typed.strip(), name=collection)
    services.shelving.delete(collection)
    services.ingestion.tidy()


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
