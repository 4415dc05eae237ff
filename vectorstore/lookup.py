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

from sqlalchemy import Engine, Row, Select, bindparam

from rag.filter import Filter
from vectorstore.filtering import batches, row_fits
from vectorstore.passages import (
    StoredPassage,
    every_passage,
    is_searchable,
    stored_passage,
)
from vectorstore.schema import ChunkRow, DocumentRow, VersionRow

_KEPT: Final = 4096


class Lookup:
    """Reads passages by their ids.

    Whether they may be found is asked of the record each time; what a passage of one version says
    never changes, so the last ones are kept as they were read.
    """

    def __init__(self, reading: Engine) -> None:
        self._reading = reading
        self._kept: dict[tuple[str, datetime], StoredPassage] = {}

    def passages(
        self, chunk_ids: Sequence[str], collection_ids: Set[str], where: Filter
    ) -> dict[str, StoredPassage]:
        """Those among ``chunk_ids`` that may be found, by id."""
        kept, read = self._kept.copy(), dict[str, StoredPassage]()
        with self._reading.connect() as connection:
            for ids in batches(chunk_ids):
                rows = connection.execute(_whole_passages(), {"ids": ids})
                for row in _may_be_found(rows, collection_ids, where):
                    key = row.id, row.created_at
                    read[row.id] = kept[key] = kept.get(key) or stored_passage(row)
        if len(kept) > _KEPT:
            kept = dict(islice(kept.items(), len(kept) - _KEPT, None))
        self._kept = kept
        return read


@cache
def _whole_passages() -> Select[*tuple[Any, ...]]:
    """The passages ``ids`` with what ``_may_be_found`` checks."""
    checked = (VersionRow.created_at, VersionRow.media_type, DocumentRow.collection_id)
    among = ChunkRow.id.in_(bindparam("ids", expanding=True))
    return every_passage().add_columns(*checked).where(among)


def _may_be_found(
    rows: Iterable[Row[*tuple[Any, ...]]], collection_ids: Set[str], where: Filter
) -> list[Row[*tuple[Any, ...]]]:
    """The rows of ``_whole_passages`` that are searchable, in these collections, and fit."""
    there = [row for row in rows if is_searchable(row) and row.collection_id in collection_ids]
    return [row for row in there if row_fits(where, row)] if where else there
