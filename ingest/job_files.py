"""A job and its files as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.job_tables import ENDED, FileState, JobFileRow


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """A file of a job. ``status`` says what became of a ready one: added, replaced, unchanged.

    ``chunks_done`` of ``chunks`` have their vectors; ``refusal`` is the error's name and values.
    ``again``: it is read anew even if its bytes are known.
    """

    id: int
    job_id: str
    collection: str
    name: str
    kept: str
    state: FileState
    attempts: int
    status: str
    pages: int
    chunks: int
    chunks_done: int
    warnings: tuple[str, ...]
    refusal: dict[str, Any] | None
    updated_at: datetime
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What was handed in at once, in its order."""

    id: str
    collection: str
    created_at: datetime
    files: tuple[JobFile, ...]

    @property
    def done(self) -> bool:
        """Whether nothing of it is still to come."""
        return all(file.state in ENDED for file in self.files)


def job_file(row: JobFileRow, collection: str) -> JobFile:
    """The file a row holds."""
    return JobFile(
        id=row.id,
        job_id=row.job_id,
        collection=collection,
        name=row.name,
        kept=row.kept,
        state=row.state,
        attempts=row.attempts,
        status=row.status,
        pages=row.pages,
        chunks=row.chunks,
        chunks_done=row.chunks_done,
        warnings=tuple(row.warnings),
        refusal=row.refusal,
        updated_at=row.updated_at,
        again=row.again,
    )
