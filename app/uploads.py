"""Uploaded files on their way into a collection, one after the other, in a thread of their own.

So neither a second click nor a reload of the page stops one half-way. Knows the way in
(``Ingestion``), not the page that shows how far each file has come.
"""

from __future__ import annotations

import queue
import re
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from app.failures import Failure, caught
from ingest.sources import Source, document_name

if TYPE_CHECKING:
    from ingest.pipeline import FileReport, Ingestion, Progress

_PLAIN_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,12}")


@dataclass(slots=True, kw_only=True)
class Upload:
    """One file; ``share`` (0..1) grows, and in the end there is a report or a failure.

    ``token`` is what the browser's file is known by: the same file is not taken twice.
    """

    name: str
    token: str
    collection: str
    path: Path
    share: float = 0.0
    report: FileReport | None = None
    failure: Failure | None = None
    finished: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        """Whether anything is still to come."""
        return self.finished.is_set()


class Uploads:
    """Takes files and works through them in order; the way in is opened with the first file."""

    def __init__(self, ingestion: Callable[[], Ingestion]) -> None:
        self._ingestion = ingestion
        self._waiting: queue.SimpleQueue[Upload] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._worker: threading.Thread | None = None

    def add(self, files: Iterable[tuple[str, bytes, str]], collection: str) -> list[Upload]:
        """Queue files, each a name, its bytes and its token; the name never becomes a path."""
        added = []
        for name, data, token in files:
            with tempfile.NamedTemporaryFile(
                prefix="quorum-", suffix=_suffix(name), delete=False
            ) as kept:
                kept.write(data)
            upload = Upload(
                name=document_name(name), token=token, collection=collection, path=Path(kept.name)
            )
            self._waiting.put(upload)
            added.append(upload)
        with self._starting:
            if added and self._worker is None:
                self._worker = threading.Thread(target=self._work, name="uploads", daemon=True)
                self._worker.start()
        return added

    def _work(self) -> None:
        while True:
            self._take(self._waiting.get())

    def _take(self, upload: Upload) -> None:
        def tell(progress: Progress) -> None:
            upload.share = progress.share

        def fail(failure: Failure) -> None:
            upload.failure = failure

        with caught(fail):
            try:
                source = Source(path=upload.path, name=upload.name)
                upload.report = self._ingestion().add(source, upload.collection, tell)
            finally:
                upload.path.unlink(missing_ok=True)
        upload.share = 1.0
        upload.finished.set()


def _suffix(name: str) -> str:
    """The ending of a file's name if it is a plain one."""
    suffix = PurePath(name).suffix
    return suffix if _PLAIN_SUFFIX.fullmatch(suffix) else ""
