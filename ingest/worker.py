"""The one who takes files from the queue into collections, one after the other.

An OS lock makes it one for a data folder. Whatever ends it, the next one goes on: the queue, the
record and the vectors made so far are all on the disk. Knows the queue and the way in, not the
process it runs in.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from ingest.file_reports import FileReport, Progress, Stage
from ingest.inbox import Inbox, check_space
from ingest.job_files import JobFile
from ingest.job_tables import FileState
from ingest.jobs import Jobs
from ingest.pipeline import Ingestion
from ingest.reading import ReadingLeft
from ingest.sources import Expected, Source
from rag.errors import LoadError, QuorumError
from rag.job_errors import NoProgress, WorkBroke

_log = logging.getLogger("quorum")

_LOOK_AGAIN_S: Final = 0.2
STUCK_S: Final = 60.0
_LOOK_AHEAD: Final = 8


class Halted(Exception):
    """The file at hand was cancelled, or the worker is to stop."""


class Worker:
    """Works through the queue. ``ingestion`` is opened with the first file.

    ``meanwhile`` does a little of what can wait, while no file does, and tells whether there was
    any.
    """

    def __init__(
        self,
        *,
        jobs: Jobs,
        inbox: Inbox,
        ingestion: Callable[[], Ingestion],
        lock_file: Path,
        reserve_bytes: int,
        meanwhile: Callable[[], bool] = lambda: False,
    ) -> None:
        self._jobs = jobs
        self._inbox = inbox
        self._ingestion = ingestion
        self._lock_file = lock_file
        self._reserve_bytes = reserve_bytes
        self._meanwhile = meanwhile
        self._stop = threading.Event()
        self._at: tuple[JobFile, FileState, float] | None = None

    def stop(self) -> None:
        """End soon; the file at hand goes back into the queue with what has been made of it."""
        self._stop.set()

    def is_running(self) -> bool:
        """Whether some process is the worker of this data folder."""
        try:
            with self._lock().acquire(timeout=0):
                return False
        except Timeout:
            return True

    def run(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Work until stopped, or until ``until`` says so while nothing is at hand.

        Returns false, and has done nothing, when another process is the worker.
        """
        try:
            with self._lock().acquire(timeout=0):
                self._jobs.resume()
                while not self._stop.is_set() and not until():
                    file = self._jobs.claim()
                    if file is not None:
                        self._take(file)
                    elif not self._meanwhile():
                        self._stop.wait(_LOOK_AGAIN_S)
                return True
        except Timeout:
            return False

    def watch(self, on_stuck: Callable[[], None], *, stuck_s: float = STUCK_S) -> None:
        """Fail the file at hand when it does not get on for ``stuck_s``, and call ``on_stuck``.

        To be run in a thread of its own; what hangs in a library can only be ended with its
        process. The reading of files has limits of its own: it is ended where the file was
        cancelled or the worker is to stop.
        """
        while not self._stop.is_set() or self._at is not None:
            time.sleep(_LOOK_AGAIN_S)
            at = self._at
            if at is None:
                continue
            file, state, since = at
            waited_s = time.monotonic() - since
            if state is FileState.PARSING:
                if self._stop.is_set() or self._jobs.at_hand(file.job_id) is None:
                    self._ingestion().leave_off()
            elif waited_s > stuck_s:
                self._jobs.fail(file.id, NoProgress(file=file.name, waited_s=waited_s))
                on_stuck()
                return

    def _take(self, file: JobFile) -> None:
        def tell(progress: Progress) -> None:
            if progress.stage is Stage.DONE:
                return
            state = FileState(progress.stage.value)
            self._at = file, state, time.monotonic()
            if progress.stage is Stage.EMBEDDING and progress.chunks_done == 0:
                self._read_ahead()
            known = self._jobs.tell(file.id, state, progress.chunks_done, progress.chunks)
            if state is not FileState.INDEXING and (not known or self._stop.is_set()):
                raise Halted

        self._at = file, FileState.PARSING, time.monotonic()
        try:
            check_space(self._lock_file.parent, reserve_bytes=self._reserve_bytes)
            source = self._source(file)
            report = self._ingestion().add(source, file.collection, tell, again=file.again)
        except (Halted, ReadingLeft):
            self._jobs.give_back(file.id)
        except QuorumError as error:
            self._jobs.fail(file.id, error)
        except (Exception, MemoryError) as error:  # noqa: BLE001 (one file must not stop the others)
            _log.exception("a file could not be taken in")
            self._jobs.fail(file.id, WorkBroke(file=file.name, detail=_in_short(error)))
        else:
            self._at = None
            self._note(file, report)
        finally:
            self._at = None

    def _source(self, file: JobFile) -> Source:
        return Source(path=self._inbox.path(file.kept), name=file.name)

    def _read_ahead(self) -> None:
        """Have the next files read while the one at hand, which has been, is embedded."""
        self._ingestion().expect(
            [
                Expected(source=self._source(one), collection=one.collection, again=one.again)
                for one in self._jobs.coming(_LOOK_AHEAD)
            ]
        )

    def _note(self, file: JobFile, report: FileReport) -> None:
        if isinstance(report.error, LoadError):
            self._jobs.refuse(file.id, report.error)
            return
        self._jobs.finish(
            file.id,
            status=report.status.value,
            pages=report.pages,
            chunks=report.chunks,
            warnings=report.warnings,
        )

    def _lock(self) -> FileLock:
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._lock_file, thread_local=False)


def _in_short(error: BaseException) -> str:
    """What kind of error it was; its text may hold anything."""
    if "disk is full" in str(error) or getattr(error, "errno", None) == 28:
        return "the disk is full"
    return type(error).__name__
