"""Passages by their ids, as the indexes propose them.

Each row is checked against the record: only what is ready, current, in the collections asked and
inside the filter stays, whatever an index says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import Engine, Row, Select, bindparam, select

from rag.filter import Filter
from vectorstore.filtering import batches, row_fits
from vectorstore.passages import (
    StoredPassage,
    every_passage,
    is_searchable,
    stored_passages,
)
from vectorstore.schema import ChunkRow, DocumentRow, VersionRow

_KEPT: Final = 4096
_CHECKED: Final = (VersionRow.created_at, VersionRow.media_type, DocumentRow.collection_id)
_IS_AMONG: Final = ChunkRow.id.in_(bindparam("ids", expanding=True))


class Lookup:
    """Reads passages by their ids.

    Whether they may be found is asked of the record each time; what a passage of one version says
    never changes, so the last ones are kept as they were read.
    """

    def __init__(self, reading: Engine) -> None:
        self._reading = reading
        self._kept: dict[str, tuple[datetime, StoredPassage]] = {}

    def passages(
        self, chunk_ids: Sequence[str], collection_ids: Set[str], where: Filter
    ) -> dict[str, StoredPassage]:
        """Those among ``chunk_ids`` that may be found, by id."""
        kept, read = self._kept.copy(), dict[str, StoredPassage]()
        unread = [one for one in chunk_ids if one not in kept]
        with self._reading.connect() as connection:
            for ids in batches([one for one in chunk_ids if one in kept]):
                rows = connection.execute(_known_passages(), {"ids": ids})
                for row in _may_be_found(rows, collection_ids, where):
                    added_at, passage = kept[row.id]
                    if added_at == row.created_at:
                        read[row.id] = passage
                    else:
                        unread.append(row.id)
            for ids in batches(unread):
                rows = connection.execute(_whole_passages(), {"ids": ids})
                found = _may_be_found(rows, collection_ids, where)
                for row, passage in zip(found, stored_passages(found), strict=True):
                    read[row.id] = passage
                    kept[row.id] = row.created_at, passage
        if len(kept) > _KEPT:
            kept = dict(islice(kept.items(), len(kept) - _KEPT, None))
        self._kept = kept
        return read


@cache
def _known_passages() -> Select[*tuple[Any, ...]]:
    """Of the passages ``ids`` only what ``_may_be_found`` checks."""
    checked = (DocumentRow.name.label("document"), ChunkRow.heading_path, *_CHECKED)
    return (
        select(ChunkRow.id, VersionRow.state, VersionRow.current, *checked)
        .join(VersionRow, VersionRow.id == ChunkRow.version_id)
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .where(_IS_AMONG)
    )


@cache
def _whole_passages() -> Select[*tuple[Any, ...]]:
    """All there is of the passages ``ids``, and what ``_may_be_found`` checks."""
    return every_passage().add_columns(*_CHECKED).where(_IS_AMONG)


def _may_be_found(
    rows: Iterable[Row[*tuple[Any, ...]]], collection_ids: Set[str], where: Filter
) -> list[Row[*tuple[Any, ...]]]:
    """The rows that are searchable, in these collections, and fit."""
    there = [row for row in rows if is_searchable(row) and row.collection_id in collection_ids]
    return [row for row in there if row_fits(where, row)] if where else there
