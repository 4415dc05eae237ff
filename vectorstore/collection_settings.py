"""How a collection's documents are read and split, where that is not as everywhere else.

Kept in the record and used for what comes in from then on, by the app and by commands alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rag.collection_errors import SettingOutOfBounds
from rag.settings import setting_rows
from vectorstore.database import reading
from vectorstore.record import Record
from vectorstore.schema import CollectionSettingsRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionSettings:
    """What a collection does differently; None is as everywhere.

    ``chunk_tokens`` is its longest passage in the embedding model's tokens. With ``recognise``
    false no text is read out of pictures.
    """

    chunk_tokens: int | None = None
    recognise: bool | None = None

    def __post_init__(self) -> None:
        """Raise SettingOutOfBounds for a length outside the bounds of QUORUM_CHUNK_TOKENS."""
        if self.chunk_tokens is not None:
            chunk_tokens_of(str(self.chunk_tokens))


def chunk_tokens_of(typed: str) -> int | None:
    """The length that was typed, None for nothing.

    Raises SettingOutOfBounds outside the bounds of QUORUM_CHUNK_TOKENS.
    """
    typed = typed.strip()
    if not typed:
        return None
    [row] = [row for row in setting_rows() if row.name == "chunk_tokens"]
    try:
        return int(row.metadata["parse"](typed))
    except ValueError as error:
        raise SettingOutOfBounds(name="chunk-tokens", value=typed, expected=str(error)) from None


class SettingsOfCollections:
    """Keeps them and gives them back."""

    def __init__(self, engine: Engine, record: Record) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._record = record

    def of(self, collection_id: str) -> CollectionSettings:
        """Those of the collection with this id; all None where it has none."""
        with Session(self._reading) as session:
            row = session.get(CollectionSettingsRow, collection_id)
            if row is None:
                return CollectionSettings()
            return CollectionSettings(chunk_tokens=row.chunk_tokens, recognise=row.recognise)

    def put(self, collection: str, settings: CollectionSettings) -> None:
        """Keep those of the collection of this name. Raises CollectionNotFound."""
        held = self._record.collection(collection)
        with Session(self._engine) as session, session.begin():
            session.merge(
                CollectionSettingsRow(
                    collection_id=held.id,
                    chunk_tokens=settings.chunk_tokens,
                    recognise=settings.recognise,
                )
            )
