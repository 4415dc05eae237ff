"""The tables of jobs; only ``ingest/jobs.py`` reads and writes them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, DateTime, Enum, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from vectorstore.database import Base
from vectorstore.schema import now


class FileState(StrEnum):
    """Where a file of a job stands."""

    QUEUED = "queued"
    PARSING = "parsing"
    EMBEDDING = "embedding"
    INDEXING = "indexing"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDERWAY: Final = (FileState.PARSING, FileState.EMBEDDING, FileState.INDEXING)
ENDED: Final = (FileState.READY, FileState.REFUSED, FileState.FAILED, FileState.CANCELLED)
RETRIED: Final = (FileState.FAILED, FileState.CANCELLED)
"""What can be tried again: the bytes are still kept."""


class JobRow(Base):
    """What was handed in at once."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(primary_key=True)
    collection: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class JobFileRow(Base):
    """A file of a job; ``kept`` is what the inbox calls its bytes.

    ``again``: known bytes are read anew.
    """

    __tablename__ = "job_files"
    __table_args__ = (Index("ix_job_files_counted", "job_id", "state", "updated_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    kept: Mapped[str] = mapped_column(default="")
    state: Mapped[FileState] = mapped_column(
        Enum(
            FileState,
            native_enum=False,
            length=16,
            values_callable=lambda states: [state.value for state in states],
        ),
        index=True,
        default=FileState.QUEUED,
    )
    again: Mapped[bool] = mapped_column(default=False, server_default=false())
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="")
    pages: Mapped[int] = mapped_column(default=0)
    chunks: Mapped[int] = mapped_column(default=0)
    chunks_done: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
