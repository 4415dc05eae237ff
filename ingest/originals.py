"""The files that documents were read from, kept by their content: ``originals/<SHA-256>``.

So a document can be read anew, and its pages drawn. Knows files, not documents: ``wanted`` says
which contents some version still has.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Set
from pathlib import Path
from typing import Final

from rag.errors import FileUnreadable

PARTIAL: Final = ".partial"
"""The ending of what is being written; a crash may leave it behind."""


class Originals:
    """A folder of files under the SHA-256 (hexadecimal) of their bytes; equal files are one.

    To be changed by the process that holds the ingestion lock; any may read.
    """

    def __init__(self, folder: Path, *, wanted: Callable[[], Set[str]]) -> None:
        self._folder = folder
        self._wanted = wanted

    def path(self, sha256: str) -> Path:
        """Where the file of this content lies, if it is kept."""
        return self._folder / sha256

    def has(self, sha256: str) -> bool:
        """Whether the file of this content is kept."""
        return self.path(sha256).is_file()

    def keep(self, source: Path, sha256: str, *, name: str) -> None:
        """Keep a copy of ``source``, whose content is ``sha256``, for good.

        Raises FileUnreadable, telling ``name``, for a file that has changed since it was read.
        """
        if self.has(sha256):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._folder / f"{uuid.uuid4().hex}{PARTIAL}"
        try:
            shutil.copyfile(source, partial)
            with partial.open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != sha256:
                    raise FileUnreadable(file=name, detail="it changed while it was read")
                os.fsync(opened.fileno())
            partial.rename(self.path(sha256))
        finally:
            partial.unlink(missing_ok=True)

    def remove_unwanted(self) -> int:
        """Remove every file whose content no version has; returns how many."""
        if not self._folder.is_dir():
            return 0
        wanted = self._wanted()
        gone = [file for file in self._folder.iterdir() if file.name not in wanted]
        for file in gone:
            file.unlink(missing_ok=True)
        return len(gone)
