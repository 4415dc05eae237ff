"""What a ZIP archive's table of contents gives away: bombs, passwords, names that leave the folder.

Nothing is unpacked here. Knows nothing of what the archive is for: Office files, EPUB and plain
archives are all ZIPs.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from typing import Final

from ingest.loaders.cleaning import one_line
from rag.errors import DamagedFile, EncryptedFile

LARGEST_UNPACKED_BYTES: Final = 200_000_000
LARGEST_RATIO: Final = 100
RATIO_COUNTS_FROM_BYTES: Final = 20_000_000
MOST_ENTRIES: Final = 20_000

# What zipfile, lxml and the libraries above them raise on broken packages (found by fuzzing).
PACKAGE_SURPRISES: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    SyntaxError,  # lxml's XMLSyntaxError and the standard library's ParseError are ones
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)

_DOCTYPE_WITHIN_BYTES: Final = 65_536
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0D\0O\0C\0T|\0<\0!\0D\0O\0C\0T", re.I)
_LEAVES: Final = re.compile(r"^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0")


def open_archive(data: bytes, *, name: str) -> zipfile.ZipFile:
    """Return the archive, its bounds checked; raises DamagedFile or EncryptedFile.

    Refused are archives over 200 MB unpacked, denser than 100 to 1 above 20 MB, with more than
    20,000 entries, with encrypted ones, with two of one name, or with names outside the archive.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except PACKAGE_SURPRISES as error:
        raise DamagedFile(file=name, detail=broken(error)) from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedFile(file=name)
    detail = _size_fault(entries) or _name_fault(entries)
    if detail:
        raise DamagedFile(file=name, detail=detail)
    return archive


def refuse_entities(archive: zipfile.ZipFile, *, name: str) -> None:
    """Raise DamagedFile when an XML part declares a document type: no Office program writes one.

    So no parser after this meets an entity that expands, or one that reads a file.
    """
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        try:
            with archive.open(entry) as part:
                head = part.read(_DOCTYPE_WITHIN_BYTES)
        except PACKAGE_SURPRISES as error:
            raise DamagedFile(file=name, detail=broken(error)) from error
        if _DOCTYPE.search(head):
            raise DamagedFile(file=name, detail=f"{entry.filename!r} declares XML entities")


def broken(error: Exception) -> str:
    """Say in a clause what a library found broken, without braces and in 120 characters."""
    words = one_line(str(error).replace("{", "(").replace("}", ")"))[:120]
    return f"its structure is broken ({type(error).__name__}: {words})"


def _size_fault(entries: list[zipfile.ZipInfo]) -> str:
    if len(entries) > MOST_ENTRIES:
        return f"it holds {len(entries)} files, more than {MOST_ENTRIES}"
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    too_dense = unpacked > RATIO_COUNTS_FROM_BYTES and unpacked / packed > LARGEST_RATIO
    if unpacked > LARGEST_UNPACKED_BYTES or too_dense:
        return f"it unpacks to {unpacked / 1e6:.0f} MB from {packed / 1e6:.1f} MB"
    return ""


def _name_fault(entries: list[zipfile.ZipInfo]) -> str:
    for entry in entries:
        if _LEAVES.search(entry.orig_filename):
            return f"it names {entry.orig_filename!r}, which lies outside of it"
    twice = [name for name, count in Counter(e.filename for e in entries).items() if count > 1]
    return f"it holds {twice[0]!r} twice" if twice else ""
