"""Uploaded files on their way into the queue: archives are taken apart, nothing is taken twice.

Knows the queue, not the page that shows how far each file has come (``app/arriving.py``).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from app.failures import Failure, caught
from ingest.sources import Source, document_name

if TYPE_CHECKING:
    from app.wiring import Services
    from rag.errors import LoadError


_DOUBLE_CLICK_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as the browser gave it; ``token`` is what it is known by there."""

    name: str
    data: bytes
    token: str


@dataclass(slots=True)
class Intake:
    """What a session has handed in.

    ``taken`` are the tokens of its files, ``left_out`` what its last archives held that has no
    readable format, ``failure`` why nothing of the last lot was accepted. ``taken_at`` (seconds of
    the monotonic clock) is when files were last accepted.
    """

    taken: set[str] = field(default_factory=set)
    left_out: tuple[str, ...] = ()
    failure: Failure | None = None
    taken_at: float | None = None

    @property
    def has_just_taken(self) -> bool:
        """Whether files were handed in a moment ago: the second of two clicks finds none left."""
        return self.taken_at is not None and time.monotonic() - self.taken_at < _DOUBLE_CLICK_S

    def hand_in(self, services: Services, files: Sequence[Upload], collection: str) -> None:
        """Queue those of ``files`` that were not handed in before; they are safe afterwards."""
        fresh = [file for file in files if file.token not in self.taken]
        if not fresh:
            return
        self.failure, self.left_out = None, ()
        with caught(self._fail), TemporaryDirectory(prefix="quorum-") as folder:
            limit = services.settings.max_file_mb * 1_000_000
            found, left_out = _taken_apart(fresh, into=Path(folder), max_bytes=limit)
            services.jobs.submit(found, collection)
            self.taken.update(file.token for file in fresh)
            self.taken_at = time.monotonic()
            self.left_out = tuple(left_out)

    def _fail(self, failure: Failure) -> None:
        self.failure = failure


def _taken_apart(
    files: Sequence[Upload], *, into: Path, max_bytes: int
) -> tuple[list[tuple[str, bytes | Path | LoadError]], list[str]]:
    """Names and contents, with what archives hold in their place; and what they leave out."""
    from ingest.archives import is_archive, taken_apart

    found: list[tuple[str, bytes | Path | LoadError]] = []
    left_out: list[str] = []
    for number, file in enumerate(files):
        name = document_name(file.name)
        source = Source(path=into / f"{number}{Path(name).suffix[:20]}", name=name)
        if not is_archive(source):
            found.append((name, file.data))
            continue
        source.path.write_bytes(file.data)
        inside, unreadable = taken_apart(
            [source], into=into / f"{number}-inside", max_bytes=max_bytes
        )
        found.extend(inside)
        left_out.extend(unreadable)
    return found, left_out
