"""The passages of a library as other products take them: id, text under its headings, vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.wiring import Services
from rag.protocols import Vectors
from vectorstore.record import Collection
from vectorstore.schema import State
from vectorstore.wording import context_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """``texts`` hold title and headings, as they do in our word index; ``vectors`` are (n, d)."""

    ids: list[str]
    texts: list[str]
    vectors: Vectors

    def known(self) -> dict[str, Vectors]:
        """The vector of each text."""
        return dict(zip(self.texts, self.vectors, strict=True))


def passages_in(opened: Services, collections: Sequence[Collection]) -> Passages:
    """Every passage of these collections that can be found, by document."""
    wanted = {collection.id for collection in collections}
    entries = [
        entry
        for version in opened.versions.in_state(State.READY)
        if version.collection_id in wanted
        for entry in opened.versions.entries(version.id)
    ]
    return Passages(
        ids=[entry.chunk_id for entry in entries],
        texts=[f"{context_of(entry.title, entry.chunk)}\n{entry.chunk.text}" for entry in entries],
        vectors=np.array([entry.vector for entry in entries], np.float32),
    )
