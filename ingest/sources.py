"""Which files a person meant, and what each document is to be called."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import FileUnreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file and the name its document gets."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A file that is to be added soon, as ``Ingestion.add`` will be told of it."""

    source: Source
    collection: str
    again: bool = False


def identity(source: Source) -> tuple[str, int]:
    """SHA-256 (hexadecimal) and size in bytes of the file. Raises FileUnreadable."""
    if source.path.exists() and not source.path.is_file():
        raise FileUnreadable(file=source.name, detail="it is not a file")
    try:
        with source.path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest(), source.path.stat().st_size
    except OSError as error:
        raise FileUnreadable(file=source.name, detail=error.strerror or str(error)) from error


def find_sources(paths: Iterable[Path]) -> list[Source]:
    """The files among ``paths`` and in folders among them, sorted; hidden ones are left out.

    A file is named by its own name, a folder's files by their path in the folder. Where two would
    get one name, both are named by their path from the folder they share.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                inside = file.relative_to(path)
                if file.is_file() and not any(part.startswith(".") for part in inside.parts):
                    found.setdefault(file, inside.as_posix())
        else:
            found.setdefault(path, path.name)
    count = Counter(found.values())
    shared = [path.absolute() for path, name in found.items() if count[name] > 1]
    root = Path(os.path.commonpath([path.parent for path in shared])) if shared else Path()
    return [
        Source(
            path=path,
            name=document_name(
                name if count[name] == 1 else path.absolute().relative_to(root).as_posix()
            ),
        )
        for path, name in found.items()
    ]


def document_name(name: str) -> str:
    """``name`` in NFC without control characters, as it is kept and shown."""
    kept = unicodedata.normalize("NFC", name)
    return "".join(char for char in kept if unicodedata.category(char)[0] != "C") or "unnamed"
