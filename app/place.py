"""Where a passage stands in a document, as it is kept with what was answered from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from rag.types import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a passage stands: ``[start, end)`` in the characters of a page of a version."""

    chunk_id: str
    document_id: str
    document: str
    version: str
    page: int
    page_label: str | None
    paginated: bool
    start: int
    end: int
    heading_path: tuple[str, ...]

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """The place of ``passage``."""
        return cls(
            chunk_id=passage.chunk_id,
            document_id=passage.document_id,
            document=passage.document,
            version=passage.version,
            page=passage.chunk.page,
            page_label=passage.page_label,
            paginated=passage.paginated,
            start=passage.chunk.start,
            end=passage.chunk.end,
            heading_path=passage.chunk.heading_path,
        )


def place_from_json(stored: Mapping[str, Any]) -> Place:
    """A place whose fields went through JSON."""
    return Place(**{**stored, "heading_path": tuple(stored["heading_path"])})
