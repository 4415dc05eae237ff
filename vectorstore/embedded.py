"""Vectors by the content they were made from: those of stored passages, and of ones underway.

What is underway is kept until its version is stored, so that a process that dies loses at most
one batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from rag.protocols import Vectors
from vectorstore.database import reading
from vectorstore.passages import pack, unpack
from vectorstore.schema import ChunkRow, UnderwayRow

_AT_ONCE: Final = 500


class Embedded:
    """Finds vectors by the 32 bytes of their content's key."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def known(self, keys: Sequence[bytes], dimension: int) -> dict[bytes, tuple[Vectors, Vectors]]:
        """Vector (d,) and sentence vectors (n, d) of those keys that are known."""
        found: dict[bytes, tuple[Vectors, Vectors]] = {}
        wanted = list(dict.fromkeys(keys))
        with Session(self._reading) as session:
            for first in range(0, len(wanted), _AT_ONCE):
                some = wanted[first : first + _AT_ONCE]
                for table in (ChunkRow, UnderwayRow):
                    query = select(table.content_key, table.vector, table.sentence_vectors)
                    for key, vector, own in session.execute(
                        query.where(table.content_key.in_(some))
                    ):
                        found[key or b""] = unpack(vector, dimension)[0], unpack(own, dimension)
        return found

    def keep(self, rows: Mapping[bytes, tuple[Vectors, Vectors]]) -> None:
        """Keep vectors whose version is not stored yet."""
        values = [
            {"content_key": key, "vector": pack(vector), "sentence_vectors": pack(own)}
            for key, (vector, own) in rows.items()
        ]
        with Session(self._engine) as session, session.begin():
            session.execute(insert(UnderwayRow).on_conflict_do_nothing(), values)

    def forget_underway(self) -> None:
        """Drop what belongs to no stored version: nothing is underway any more."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(UnderwayRow))
