"""Which passages a filter lets through: asked of the record, told to the indexes.

A filter fails closed: one that names what is not there is an error, one that nothing fits finds
nothing, and a condition unknown here is refused. The indexes are told before they choose their
best, and what they answer is checked again by ``row_fits`` against the record.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Engine, Row, Select, Text, cast, select
from sqlalchemy.orm import Session

from rag.errors import BlankHeading, ReversedDates, UnknownCondition, UnknownDocument, UnknownType
from rag.filter import Filter
from rag.language import normalise
from vectorstore.schema import ChunkRow, DocumentRow, State, VersionRow

if TYPE_CHECKING:
    from vectorstore.record import Collection as Corpus

TYPES: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/epub+zip": "epub",
    "application/json": "json",
    "application/jsonl": "json",
    "message/rfc822": "email",
    "image/bmp": "image",
    "image/jpeg": "image",
    "image/png": "image",
    "image/tiff": "image",
    "image/webp": "image",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "text/html": "html",
    "text/markdown": "markdown",
    "text/plain": "text",
}
"""What a person calls a media type; every other one is ``other``."""

_ALSO_CALLED: Final = {
    "word": "docx",
    "powerpoint": "pptx",
    "excel": "xlsx",
    "htm": "html",
    "md": "markdown",
    "txt": "text",
    "tsv": "csv",
    "jsonl": "json",
    "eml": "email",
    **dict.fromkeys(("png", "jpg", "jpeg", "tif", "tiff", "bmp", "webp", "picture"), "image"),
}
_KNOWN: Final = tuple(field.name for field in fields(Filter))
_AT_ONCE: Final = 500
_FILTERS_KEPT: Final = 8
_NAMED_AT_MOST: Final = 10

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allowed:
    """What a filter lets through in the collections searched, as indexes can be told.

    ``chunk_ids`` is None where all ``chunks`` of the versions are allowed. ``dimension`` is that of
    their vectors.
    """

    version_ids: tuple[int, ...]
    chunk_ids: frozenset[str] | None
    chunks: int
    dimension: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a filter can name: document names and types, sorted."""

    documents: tuple[str, ...]
    types: tuple[str, ...]


def type_of(media_type: str) -> str:
    """What a person calls this media type."""
    return TYPES.get(media_type, "other")


def type_named(said: str) -> str:
    """The type that a person means, ``.PDF`` and ``md`` as well as ``markdown``."""
    name = normalise(said).strip().removeprefix(".")
    return _ALSO_CALLED.get(name, name)


def row_fits(where: Filter, row: Row[*tuple[Any, ...]]) -> bool:
    """Whether the passage that ``row`` is about fits the filter.

    It reads ``document``, ``media_type``, ``created_at`` and ``heading_path``.

    Raises a FilterError for a filter that cannot be applied.
    """
    if not where:
        return True
    check(where)
    version = fits_version(where, row.document, row.media_type, row.created_at)
    return version and _under(where, row.heading_path)


def check(where: Filter) -> None:
    """Raise UnknownCondition, BlankHeading or ReversedDates for what no passage could answer."""
    for field in fields(where):
        if field.name not in _KNOWN:
            raise UnknownCondition(name=field.name, known=", ".join(_KNOWN))
    if where.heading and not where.heading.strip():
        raise BlankHeading(heading=where.heading)
    first, last = where.added_from, where.added_until
    if first and last and first > last:
        raise ReversedDates(added_from=first.isoformat(), added_until=last.isoformat())


class Narrowing:
    """Applies filters to the record's searchable passages; the last few are kept."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading
        self._kept: dict[object, Allowed] = {}

    def choices(self, collections: Iterable[Corpus]) -> Choices:
        """What there is to choose from in these collections."""
        with Session(self._reading) as session:
            rows = session.execute(_versions(collections)).all()
        return Choices(
            documents=tuple(sorted({row.name for row in rows})),
            types=tuple(sorted({type_of(row.media_type) for row in rows})),
        )

    def allowed(self, where: Filter, collections: Sequence[Corpus]) -> Allowed | None:
        """What ``where`` lets through in these collections; None for a filter without conditions.

        Raises a FilterError for a filter that cannot be applied, also where it names a document or
        a type that none of these collections has.
        """
        if not where:
            return None
        check(where)
        key = (where, tuple(sorted((one.id, one.revision) for one in collections)))
        kept = self._kept.copy()
        found = kept.pop(key, None) or self._read(where, collections)
        kept[key] = found
        self._kept = dict(islice(kept.items(), max(0, len(kept) - _FILTERS_KEPT), None))
        return found

    def _read(self, where: Filter, collections: Sequence[Corpus]) -> Allowed:
        dimension = next((one.dimension for one in collections if one.dimension), 1)
        with Session(self._reading) as session:
            rows = _named(session, where, collections)
            rows = [r for r in rows if fits_version(where, r.name, r.media_type, r.created_at)]
            versions = tuple(sorted(row.id for row in rows))
            chunks = sum(row.chunk_count for row in rows)
            ids = _chunks_under(session, where, versions) if where.heading else None
        return Allowed(
            version_ids=versions,
            chunk_ids=ids,
            chunks=chunks if ids is None else len(ids),
            dimension=dimension,
        )


def fits_version(where: Filter, document: str, media_type: str, added_at: datetime) -> bool:
    """Whether a document of this name and type, added at this time (UTC), fits the filter."""
    day = (added_at if added_at.tzinfo is None else added_at.astimezone(UTC)).date()
    return (
        (not where.documents or document in where.documents)
        and (not where.types or type_of(media_type) in {type_named(one) for one in where.types})
        and (where.added_from is None or where.added_from <= day)
        and (where.added_until is None or day <= where.added_until)
    )


def _under(where: Filter, heading_path: Sequence[str]) -> bool:
    """Whether the heading stands in one of the path, case, width and blanks apart."""
    if not where.heading:
        return True
    heading = _plain(where.heading)
    return any(heading in _plain(title) for title in heading_path)


def _plain(text: str) -> str:
    return " ".join(normalise(text).split())


def _versions(collections: Iterable[Corpus]) -> Select[int, int, str, datetime, str]:
    """The searchable versions of these collections."""
    return (
        select(
            VersionRow.id,
            VersionRow.chunk_count,
            VersionRow.media_type,
            VersionRow.created_at,
            DocumentRow.name,
        )
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .where(
            DocumentRow.collection_id.in_([one.id for one in collections]),
            VersionRow.state == State.READY,
            VersionRow.current,
        )
    )


def _named(
    session: Session, where: Filter, collections: Sequence[Corpus]
) -> list[Row[int, int, str, datetime, str]]:
    """The versions that may fit; UnknownDocument or UnknownType for a name that none has."""
    everything = _versions(collections)
    looked_in = ", ".join(one.name for one in collections)
    if where.types:
        media_types = everything.with_only_columns(VersionRow.media_type).distinct()
        types = {type_of(media_type) for media_type in session.scalars(media_types)}
        for said in where.types:
            if type_named(said) not in types:
                known = _some_of(types, like=said)
                raise UnknownType(name=said, collections=looked_in, known=known)
    if not where.documents:
        return list(session.execute(everything))
    rows = [
        row
        for batch in batches(sorted(set(where.documents)))
        for row in session.execute(everything.where(DocumentRow.name.in_(batch)))
    ]
    found = {row.name for row in rows}
    for name in where.documents:
        if name not in found:
            names = set(session.scalars(everything.with_only_columns(DocumentRow.name)))
            known = _some_of(names, like=name)
            raise UnknownDocument(name=name, collections=looked_in, known=known)
    return rows


def _chunks_under(session: Session, where: Filter, versions: Sequence[int]) -> frozenset[str]:
    """Ids of the versions' chunks that stand under the filter's heading."""
    under = cache(lambda path: _under(where, json.loads(path)))
    query = select(ChunkRow.id, cast(ChunkRow.heading_path, Text).label("path"))
    return frozenset(
        row.id
        for batch in batches(versions)
        for row in session.execute(query.where(ChunkRow.version_id.in_(batch)))
        if under(row.path)
    )


def _some_of(names: Collection[str], *, like: str) -> str:
    """The names, the most alike first; only so many of them."""
    near = get_close_matches(like, names, n=_NAMED_AT_MOST, cutoff=0.4)
    shown = [*near, *(name for name in sorted(names) if name not in near)][:_NAMED_AT_MOST]
    return ", ".join([*shown, *(["…"] if len(names) > len(shown) else [])]) or "none yet"


def batches(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """``values`` in pieces that a statement takes."""
    for first in range(0, len(values), _AT_ONCE):
        yield values[first : first + _AT_ONCE]
