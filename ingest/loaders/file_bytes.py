"""A file's bytes, their version, and the errors that stand between a path and its bytes.

Knows nothing of formats.
"""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from rag.errors import EmptyFile, FileTooLarge, FileUnreadable

MEGABYTE = 1_000_000


def read_bytes(path: Path, *, name: str, max_bytes: int | None = None) -> bytes:
    """All bytes of ``path``; raises FileUnreadable, FileTooLarge or EmptyFile, naming ``name``."""
    try:
        if path.is_dir():
            raise FileUnreadable(file=name, detail="it is a folder")
        size = path.stat().st_size
        if max_bytes is not None and size > max_bytes:
            raise FileTooLarge(
                file=name, size_mb=size / MEGABYTE, limit_mb=f"{max_bytes / MEGABYTE:g}"
            )
        data = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=name, detail=error.strerror or type(error).__name__) from error
    except ValueError as error:  # a path with a NUL character
        raise FileUnreadable(file=name, detail=str(error)) from error
    if not data.strip():
        raise EmptyFile(file=name)
    return data


def version_of(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def stem_of(name: str) -> str:
    """Return the name without folders and ending: the title of a file that has none inside."""
    return PurePosixPath(name.replace("\\", "/")).stem or name
