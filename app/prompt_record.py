"""The guidance of collections and the words of prompts, as they are kept. Knows no page.

See ``rag.prompt_version.PromptBook``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, DateTime, Engine, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from evaluation.dataset import Dataset, LibraryCorpus
from rag.errors import CollectionNotFound
from rag.guidance import Guidance, ShownAnswer, checked
from rag.prompt_version import PromptVersion
from vectorstore.database import Base, reading
from vectorstore.schema import CollectionRow, now

_DIGEST_LENGTH: Final = 10


class GuidanceRow(Base):
    """What a collection adds to a prompt; it goes with the collection."""

    __tablename__ = "guidance"

    collection_id: Mapped[str] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    instructions: Mapped[str]
    examples: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, onupdate=now)


class PromptVersionRow(Base):
    """Words that made answers; ``id`` is their digest, so a row never changes."""

    __tablename__ = "prompt_versions"

    id: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class PromptRecord:
    """Keeps guidance and prompt versions, and gives them back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._kept: set[str] = set()

    def guidance(self, collections: Collection[str]) -> tuple[Guidance, ...]:
        """See ``rag.prompt_version.PromptBook``; names are as ``Passage.collection`` has them."""
        query = (
            select(CollectionRow.name, GuidanceRow.instructions, GuidanceRow.examples)
            .join(CollectionRow, CollectionRow.id == GuidanceRow.collection_id)
            .where(CollectionRow.name.in_(collections))
            .order_by(CollectionRow.folded_name)
        )
        with Session(self._reading) as session:
            return tuple(
                Guidance(
                    collection=row.name,
                    instructions=row.instructions,
                    examples=tuple(map(_example, row.examples)),
                )
                for row in session.execute(query)
            )

    def of(self, collection: str) -> Guidance:
        """The guidance of one collection, empty where it has none."""
        return next(iter(self.guidance((collection,))), Guidance(collection=collection))

    def digest(self, dataset: Dataset) -> str:
        """What tells the guidance of a question set's own collections from any other.

        Empty where they have none, and for a set that brings its corpus along: that has no keepers.
        """
        if not isinstance(dataset.corpus, LibraryCorpus):
            return ""
        guidance = self.guidance(dataset.corpus.collections)
        told = json.dumps([asdict(one) for one in guidance], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:_DIGEST_LENGTH] if guidance else ""

    def put(self, guidance: Guidance) -> None:
        """Keep ``guidance`` in place of what its collection had.

        Raises a GuidanceError for what cannot be kept, and CollectionNotFound.
        """
        kept = checked(guidance)
        with Session(self._engine) as session, session.begin():
            named = select(CollectionRow.id).where(CollectionRow.name == kept.collection)
            collection_id = session.scalar(named)
            if collection_id is None:
                known = session.scalars(
                    select(CollectionRow.name).order_by(CollectionRow.folded_name)
                )
                raise CollectionNotFound(name=kept.collection, known=", ".join(known) or "none yet")
            if not kept.instructions and not kept.examples:
                session.execute(
                    delete(GuidanceRow).where(GuidanceRow.collection_id == collection_id)
                )
                return
            session.merge(
                GuidanceRow(
                    collection_id=collection_id,
                    instructions=kept.instructions,
                    examples=[asdict(example) for example in kept.examples],
                )
            )

    def keep(self, version: PromptVersion) -> None:
        """See ``rag.prompt_version.PromptBook``."""
        version_id = version.id
        if version_id in self._kept:
            return
        with Session(self._engine) as session, session.begin():
            if session.get(PromptVersionRow, version_id) is None:
                session.add(PromptVersionRow(id=version_id, words=version.as_json()))
        self._kept.add(version_id)

    def version(self, version_id: str) -> PromptVersion | None:
        """The words kept under this id; None for an unknown one."""
        with Session(self._reading) as session:
            row = session.get(PromptVersionRow, version_id)
            return PromptVersion.from_json(row.words) if row else None


def _example(stored: dict[str, Any]) -> ShownAnswer:
    return ShownAnswer(**{**stored, "passages": tuple(stored["passages"])})
