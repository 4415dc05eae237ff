"""ZIP archives: each file inside is a source of its own, named by its path in the archive.

An archive is refused as a whole before anything is unpacked (``ingest/loaders/archive_bounds.py``).
Members are written under names of ours, so nothing in an archive chooses where a file lands.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ingest.loaders import SUFFIXES
from ingest.loaders.archive_bounds import PACKAGE_SURPRISES, broken, open_archive
from ingest.loaders.file_bytes import read_bytes
from ingest.sources import Source, document_name
from rag.errors import DamagedFile, LoadError, NoText

ARCHIVE_SUFFIX: Final = ".zip"

_UTF8_NAME: Final = 0x800
_SYSTEM_FOLDER: Final = "__MACOSX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What was taken out of an archive; ``left_out`` names the files of no readable format."""

    sources: tuple[Source, ...]
    left_out: tuple[str, ...]


def is_archive(source: Source) -> bool:
    """Whether ``unpack`` is to be asked before the source is read."""
    return source.path.suffix.lower() == ARCHIVE_SUFFIX


def unpack(source: Source, *, into: Path, max_bytes: int | None = None) -> Unpacked:
    """Write the archive's files below the folder ``into`` and return them as sources.

    Raises the LoadErrors of ``read_bytes`` and ``open_archive``, and NoText for an archive without
    a file that can be read. Hidden files are passed over, archives inside are left out. What was
    written stays until the caller removes ``into``.
    """
    data = read_bytes(source.path, name=source.name, max_bytes=max_bytes)
    found: list[Source] = []
    left_out: list[str] = []
    into.mkdir(parents=True, exist_ok=True)
    try:
        with open_archive(data, name=source.name) as archive:
            for number, entry in enumerate(archive.infolist()):
                inside = PurePosixPath(_name_of(entry).replace("\\", "/"))
                if entry.is_dir() or _is_hidden(inside):
                    continue
                suffix = inside.suffix.lower()
                if suffix not in SUFFIXES:
                    left_out.append(document_name(inside.as_posix()))
                    continue
                path = into / f"{number:05d}{suffix}"
                with archive.open(entry) as packed, path.open("wb") as opened:
                    shutil.copyfileobj(packed, opened)
                name = document_name(f"{source.name}/{inside.as_posix()}")
                found.append(Source(path=path, name=name))
    except PACKAGE_SURPRISES as error:
        raise DamagedFile(file=source.name, detail=broken(error)) from error
    if not found:
        detail = f"an archive of {len(left_out)} files, none of a readable format"
        raise NoText(file=source.name, detail=detail)
    return Unpacked(sources=tuple(found), left_out=tuple(left_out))


def taken_apart(
    sources: Iterable[Source], *, into: Path, max_bytes: int
) -> tuple[list[tuple[str, Path | LoadError]], list[str]]:
    """Names and files of ``sources``, with what archives hold in their place.

    An archive that was refused stands there with its reason. The second list names what archives
    hold that has no readable format, as ``ARCHIVE/NAME``.
    """
    files: list[tuple[str, Path | LoadError]] = []
    left_out: list[str] = []
    for number, source in enumerate(sources):
        if not is_archive(source):
            files.append((source.name, source.path))
            continue
        try:
            found = unpack(source, into=into / str(number), max_bytes=max_bytes)
        except LoadError as error:
            files.append((source.name, error))
            continue
        files.extend((one.name, one.path) for one in found.sources)
        left_out.extend(f"{source.name}/{name}" for name in found.left_out)
    return files, left_out


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return the entry's name; one without the mark of UTF-8 may be UTF-8 or Chinese yet."""
    if entry.flag_bits & _UTF8_NAME or entry.filename.isascii():
        return entry.filename
    try:
        written = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_hidden(inside: PurePosixPath) -> bool:
    return any(part.startswith(".") or part == _SYSTEM_FOLDER for part in inside.parts)
