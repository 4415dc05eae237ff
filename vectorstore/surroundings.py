"""The text around a passage: the passages before and after it, and its page.

What stands around a hit is in a document that the search was allowed to find, so it may be shown
with it; like every hit it is of a ready, current version.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rag.types import Page, Passage
from vectorstore.database import reading
from vectorstore.passages import every_passage, ids_beside, is_searchable, passage_of
from vectorstore.record import Record
from vectorstore.schema import ChunkRow

_IDS_AT_ONCE = 500


class Surroundings:
    """See ``rag.context.Library``."""

    def __init__(self, record: Record, engine: Engine) -> None:
        self._record = record
        self._reading = reading(engine)

    def neighbours(self, passages: Sequence[Passage]) -> dict[str, Passage]:
        """The searchable passages just before and after these in their documents, by chunk id."""
        wanted = list(dict.fromkeys(one for passage in passages for one in ids_beside(passage)))
        found: dict[str, Passage] = {}
        with Session(self._reading) as session:
            for first in range(0, len(wanted), _IDS_AT_ONCE):
                ids = wanted[first : first + _IDS_AT_ONCE]
                for row in session.execute(every_passage().where(ChunkRow.id.in_(ids))):
                    if is_searchable(row):
                        found[row.id] = passage_of(row)
        return found

    def page(self, document_id: str, version: str, number: int) -> Page:
        """A page of any version still kept. Raises VersionNotFound and PageNotFound."""
        return self._record.page(document_id, version, number)
