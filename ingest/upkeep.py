"""The care of a data folder: examine, rebuild, purge, back up, restore.

Each is for the one process that has the folder to itself; a backup may be made at any time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from ingest.originals import Originals
from rag.errors import FileUnreadable
from rag.job_errors import BackupDamaged, FolderInUse, FolderNotEmpty
from vectorstore.embedded import Embedded
from vectorstore.schema import State
from vectorstore.synchroniser import Finding, Synchroniser
from vectorstore.versions import Versions

RECORD: Final = "record.sqlite3"
MANIFEST: Final = "manifest.json"
_KEPT_FOLDERS: Final = ("inbox", "originals")


class Upkeep:
    """Cares for the data folder ``folder``. ``owns_dense``: this process may write every index.

    ``forget_quotes`` erases what is quoted elsewhere of documents that can no longer be opened.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        versions: Versions,
        embedded: Embedded,
        originals: Originals,
        synchroniser: Synchroniser,
        lock_file: Path,
        owns_dense: bool,
        forget_quotes: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._versions = versions
        self._embedded = embedded
        self._originals = originals
        self._synchroniser = synchroniser
        self._lock_file = lock_file
        self._owns_dense = owns_dense
        self._forget_quotes = forget_quotes

    def examine(self) -> list[Finding]:
        """What differs from the record, changing nothing. Raises FolderInUse."""
        with self._alone():
            return self._synchroniser.examine()

    def rebuild(self) -> None:
        """Make both indexes anew from the record, embedding nothing. Raises FolderInUse."""
        with self._alone():
            self._synchroniser.rebuild()

    def purge(self) -> int:
        """Remove deleted documents and replaced versions from every file; returns how many.

        What is quoted of them goes too.
        Indexes keep what is deleted singly, so they are made anew; the record's file is written
        anew too. Raises FolderInUse.
        """
        with self._alone():
            self._versions.begin_delete_superseded()
            waiting = len(self._versions.in_state(State.DELETING))
            self._synchroniser.settle()
            self._synchroniser.drop_empty_collections()
            self._embedded.forget_underway()
            self._originals.remove_unwanted()
            self._synchroniser.rebuild()
            self._forget_quotes()
            with closing(self._engine.raw_connection()) as connection:
                connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
                connection.driver_connection.execute(  # type: ignore[union-attr]
                    "PRAGMA wal_checkpoint(TRUNCATE)"
                )
            return waiting

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with FileLock(self._lock_file, thread_local=False).acquire(timeout=0):
                if not self._owns_dense:
                    raise FolderInUse(folder=str(self._lock_file.parent))
                yield
        except Timeout:
            raise FolderInUse(folder=str(self._lock_file.parent)) from None


def back_up(data: Path, target: Path) -> int:
    """Copy the record, as it is at one moment, and the files to the empty folder ``target``.

    The indexes are left out: they are made from the record. Other processes may write meanwhile.
    Returns the bytes written. Raises FolderNotEmpty, and FileUnreadable where there is no record.
    """
    _check_empty(target)
    if not (data / RECORD).is_file():
        raise FileUnreadable(file=str(data / RECORD), detail="there is no record")
    target.mkdir(parents=True, exist_ok=True)
    _copy_kept(data, target)
    with (
        closing(sqlite3.connect(data / RECORD)) as source,
        closing(sqlite3.connect(target / RECORD)) as copy,
    ):
        source.backup(copy)
    _copy_kept(data, target)
    files = {file.relative_to(target).as_posix(): _told(file) for file in _files(target)}
    (target / MANIFEST).write_text(json.dumps({"files": files}, indent=1), "utf-8")
    return sum(one["bytes"] for one in files.values())


def _copy_kept(data: Path, target: Path) -> None:
    """Copy kept files that are not there yet.

    Done before and after the record: what it tells of was there then, or came in between. One that
    goes meanwhile is wanted no longer.
    """
    for name in _KEPT_FOLDERS:
        for file in _files(data / name) if (data / name).is_dir() else ():
            copy = target / file.relative_to(data)
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileNotFoundError):
                    shutil.copyfile(file, copy)


def restore(source: Path, data: Path) -> int:
    """Put a backup into the empty data folder ``data``; returns its bytes.

    The next start makes the indexes. Raises BackupDamaged before anything is written, and
    FolderNotEmpty.
    """
    _check_empty(data)
    try:
        files: dict[str, Any] = json.loads((source / MANIFEST).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        raise BackupDamaged(folder=str(source), detail="its manifest cannot be read") from error
    for name, told in files.items():
        file = source / name
        if not file.resolve().is_relative_to(source.resolve()) or not file.is_file():
            raise BackupDamaged(folder=str(source), detail=f"a file is missing: {name}")
        if _told(file) != told:
            raise BackupDamaged(folder=str(source), detail=f"a file has changed: {name}")
    for name in files:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, data / name)
    return sum(one["bytes"] for one in files.values())


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(folder=str(folder))


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _told(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"sha256": digest, "bytes": file.stat().st_size}
