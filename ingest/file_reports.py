"""What is told of a file on its way in, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.errors import QuorumError


class Stage(StrEnum):
    """What is being done with a file."""

    PARSING = "parsing"
    EMBEDDING = "embedding"
    INDEXING = "indexing"
    DONE = "done"


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file has come; ``share`` (0..1) is of all its stages.

    ``chunks`` is 0 until they are counted; ``chunks_done`` of them have their vectors.
    """

    name: str
    stage: Stage
    share: float
    chunks_done: int = 0
    chunks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of a file; ``error`` says why it was refused.

    ``embedded`` of its chunks were new to the record; the vectors of the others were known.
    """

    name: str
    status: Status
    pages: int = 0
    chunks: int = 0
    embedded: int = 0
    warnings: tuple[str, ...] = ()
    error: QuorumError | None = None
