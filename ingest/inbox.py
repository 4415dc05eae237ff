"""Files that were handed in, kept under numbers of our own until they have been taken in.

A name from outside never becomes a path. A file is on the disk, and so is its entry in the folder,
before anybody is told that it was accepted.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Final

from rag.errors import FileUnreadable
from rag.job_errors import NoSpace

_PLAIN_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,12}")
_OLD_S: Final = 3600.0
MEGABYTE: Final = 1_000_000
RESERVE_BYTES: Final = 500 * MEGABYTE
RESERVE_SHARE: Final = 0.05


def check_space(folder: Path, needed_bytes: int = 0, *, reserve_bytes: int = RESERVE_BYTES) -> None:
    """Raise NoSpace unless ``needed_bytes`` fit and a reserve stays free.

    The reserve is ``reserve_bytes`` or a twentieth of the disk, whichever is more, but never more
    than a gigabyte.
    """
    usage = shutil.disk_usage(folder)
    reserve = max(reserve_bytes, min(int(RESERVE_SHARE * usage.total), 2 * reserve_bytes))
    if usage.free < needed_bytes + reserve:
        raise NoSpace(
            folder=str(folder),
            free_mb=usage.free / MEGABYTE,
            needed_mb=(needed_bytes + reserve) / MEGABYTE,
        )


class Inbox:
    """The folder of files that wait."""

    def __init__(self, folder: Path, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes

    def keep(self, content: bytes | Path, *, name: str) -> str:
        """Keep a copy of ``content`` for good and return what it is called here.

        The ending of ``name`` is kept, for it tells the format. Raises FileUnreadable and NoSpace.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        suffix = PurePath(name).suffix
        kept = uuid.uuid4().hex + (suffix if _PLAIN_SUFFIX.fullmatch(suffix) else "")
        partial = self._folder / f"{kept}.partial"
        try:
            size = len(content) if isinstance(content, bytes) else _size(content, name)
            check_space(self._folder, size, reserve_bytes=self._reserve_bytes)
            with partial.open("wb") as opened:
                if isinstance(content, bytes):
                    opened.write(content)
                else:
                    _copy(content, opened.fileno(), name)
                opened.flush()
                os.fsync(opened.fileno())
            partial.rename(self._folder / kept)
            _sync_folder(self._folder)
        except OSError as error:
            raise FileUnreadable(
                file=name, detail=error.strerror or type(error).__name__
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        return kept

    def path(self, kept: str) -> Path:
        """Where a kept file lies."""
        return self._folder / kept

    def remove(self, kept: str) -> None:
        """Remove a kept file; one that is gone already is gone."""
        self.path(kept).unlink(missing_ok=True)

    def keep_only(self, wanted: Iterable[str]) -> int:
        """Remove files that nobody waits for, an hour after they came; returns how many."""
        if not self._folder.is_dir():
            return 0
        known, limit = set(wanted), time.time() - _OLD_S
        gone = [
            file
            for file in self._folder.iterdir()
            if file.name not in known and _changed_at(file) < limit
        ]
        for file in gone:
            file.unlink(missing_ok=True)
        return len(gone)


def _size(path: Path, name: str) -> int:
    if path.exists() and not path.is_file():
        raise FileUnreadable(file=name, detail="it is not a file")
    return path.stat().st_size


def _changed_at(file: Path) -> float:
    """When the file was last written; one that has just been renamed or removed is the newest."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _copy(source: Path, target: int, name: str) -> None:
    try:
        with source.open("rb") as opened, os.fdopen(os.dup(target), "wb") as written:
            shutil.copyfileobj(opened, written)
    except OSError as error:
        raise FileUnreadable(file=name, detail=error.strerror or type(error).__name__) from error


def _sync_folder(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
