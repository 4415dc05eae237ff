"""How far a job has come, how fast it gets on, and how long the rest will take.

What is counted stands in the record and is true after any restart. The rate is what this process
has seen of the job in the last seconds: it needs two looks, and a file that is only being read
makes it fall, as it should.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ingest.job_tables import ENDED, FileState, JobFileRow

WINDOW_S: Final = 20.0
_SHORTEST_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """How far a job has come.

    ``files_done`` of ``files`` have ended, however they did. ``chunks_done`` of ``chunks_known``
    have their vectors; the chunks of a file are known once it has been read. ``rate_per_s`` is in
    chunks, of the last seconds; ``left_s`` is None while it cannot be told, and 0 at the end.
    """

    files: int
    files_done: int
    chunks_done: int
    chunks_known: int
    rate_per_s: float | None
    left_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the record says of a job's files.

    ``read`` of them have ``read_chunks`` chunks between them, ``unread`` are still to be read.
    """

    files: int
    files_done: int
    chunks_done: int
    chunks_known: int
    read: int
    read_chunks: int
    unread: int

    def chunks_left(self) -> float | None:
        """Chunks still to come: those known, and for each unread file as many as a read one has.

        None while files are unread and none has been read.
        """
        known = float(self.chunks_known - self.chunks_done)
        if not self.unread:
            return known
        return known + self.unread * self.read_chunks / self.read if self.read else None


@dataclass(frozen=True, slots=True)
class _ByState:
    """The files of a job that are in one state; ``read`` of them have their chunks counted."""

    state: FileState
    files: int
    chunks_done: int
    chunks: int
    read: int


class ProgressRate:
    """Watches jobs by their counts; safe to ask from several threads."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        """``engine`` is only read; ``clock`` gives seconds."""
        self._engine = engine
        self._clock = clock
        self._seen: dict[str, deque[tuple[float, int]]] = {}
        self._guard = threading.Lock()

    def of(self, job_id: str) -> JobProgress:
        """How far the job of this whole id has come; an unknown one has no files."""
        counts = self._counts(job_id)
        rate = self._rate(job_id, counts)
        return JobProgress(
            files=counts.files,
            files_done=counts.files_done,
            chunks_done=counts.chunks_done,
            chunks_known=counts.chunks_known,
            rate_per_s=rate,
            left_s=_left_s(counts, rate),
        )

    def _counts(self, job_id: str) -> Counts:
        query = (
            select(
                JobFileRow.state,
                func.count(),
                func.sum(JobFileRow.chunks_done),
                func.sum(JobFileRow.chunks),
                func.count().filter(JobFileRow.chunks > 0),
            )
            .where(JobFileRow.job_id == job_id)
            .group_by(JobFileRow.state)
        )
        with Session(self._engine) as session:
            rows = [_ByState(*row) for row in session.execute(query)]
        ended = [row for row in rows if row.state in ENDED]
        coming = [row for row in rows if row.state not in ENDED]
        counted = [row for row in rows if row.state is FileState.READY or row in coming]
        return Counts(
            files=sum(row.files for row in rows),
            files_done=sum(row.files for row in ended),
            chunks_done=sum(row.chunks_done for row in rows),
            chunks_known=sum(row.chunks_done for row in ended) + sum(row.chunks for row in coming),
            read=sum(row.read for row in counted),
            read_chunks=sum(row.chunks for row in counted),
            unread=sum(row.files - row.read for row in coming),
        )

    def _rate(self, job_id: str, counts: Counts) -> float | None:
        """Chunks a second over what was seen in the last WINDOW_S; None after a first look.

        A file that is begun again takes its chunks back, and the looking begins again with it.
        """
        at_s = self._clock()
        with self._guard:
            if counts.files_done == counts.files:
                self._seen.pop(job_id, None)
                return None
            seen = self._seen.setdefault(job_id, deque())
            if seen and seen[-1][1] > counts.chunks_done:
                seen.clear()
            while seen and at_s - seen[0][0] > WINDOW_S:
                seen.popleft()
            seen.append((at_s, counts.chunks_done))
            since_s, before = seen[0]
        if at_s - since_s < _SHORTEST_S:
            return None
        return (counts.chunks_done - before) / (at_s - since_s)


def _left_s(counts: Counts, rate_per_s: float | None) -> float | None:
    if counts.files_done == counts.files:
        return 0.0
    left = counts.chunks_left()
    return None if left is None or not rate_per_s else left / rate_per_s
