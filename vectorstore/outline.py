"""The headings of a collection's documents, some of them, read quickly whatever its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from vectorstore.database import reading
from vectorstore.schema import ChunkRow, DocumentRow, State, VersionRow

_PASSAGES_OF_DOCUMENT: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlined:
    """A document and the heading paths over its first passages, each once and in order."""

    document: str
    title: str
    headings: tuple[tuple[str, ...], ...]


class Outline:
    """Reads the headings of ready, current documents."""

    def __init__(self, engine: Engine) -> None:
        self._reading = reading(engine)

    def of(self, collection_ids: Sequence[str], *, most: int) -> list[Outlined]:
        """At most ``most`` documents of these collections, the newest first.

        Only their first 150 passages are looked at, so that a library of any size costs the same.
        """
        ready = VersionRow.current & (VersionRow.state == State.READY)
        versions = (
            select(VersionRow.id, VersionRow.title, DocumentRow.name)
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(DocumentRow.collection_id.in_(collection_ids), ready)
            .order_by(VersionRow.id.desc())
            .limit(most)
        )
        with Session(self._reading) as session:
            return [
                Outlined(document=name, title=title, headings=_headings(session, version_id))
                for version_id, title, name in session.execute(versions)
            ]


def _headings(session: Session, version_id: int) -> tuple[tuple[str, ...], ...]:
    paths = session.scalars(
        select(ChunkRow.heading_path)
        .where(ChunkRow.version_id == version_id, ChunkRow.sequence < _PASSAGES_OF_DOCUMENT)
        .order_by(ChunkRow.sequence)
    )
    return tuple(dict.fromkeys(tuple(path) for path in paths if path))
