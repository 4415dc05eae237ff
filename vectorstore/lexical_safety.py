"""Whether the files of a word index are as tantivy wrote them: a torn one ends a search in a panic.

Every file of a segment ends in a footer with the CRC-32 of what stands before it, then the
footer's length and a magic number (four bytes each, little-endian). Nothing is opened by tantivy
here.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

_KINDS: Final = ("fast", "fieldnorm", "idx", "pos", "store", "term")
_MAGIC: Final = 1337
_TAIL: Final = struct.Struct("<II")
_READ_AT_ONCE: Final = 1 << 20


def is_sound(folder: Path) -> bool:
    """Whether every file that the index's last commit names is there and holds what was written.

    A folder without a commit is sound: there is nothing in it.
    """
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        return all(_holds_what_was_written(folder / name) for name in _names(meta))
    except FileNotFoundError:
        return True
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _names(meta: dict[str, Any]) -> Iterator[str]:
    """The files of the commit that ``meta`` describes."""
    for segment in meta["segments"]:
        stem = segment["segment_id"].replace("-", "")
        yield from (f"{stem}.{kind}" for kind in _KINDS)
        if segment["deletes"] is not None:
            yield f"{stem}.{segment['deletes']['opstamp']}.del"


def _holds_what_was_written(file: Path) -> bool:
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            opened.seek(max(0, size - _TAIL.size))
            length, magic = _TAIL.unpack(opened.read(_TAIL.size))
            body = size - _TAIL.size - length
            if magic != _MAGIC or body < 0:
                return False
            opened.seek(body)
            written = json.loads(opened.read(length))["crc"]
            return bool(written == _checksum(opened, body))
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return False


def _checksum(opened: BinaryIO, size: int) -> int:
    """CRC-32 of the first ``size`` bytes."""
    opened.seek(0)
    checksum = 0
    while size > 0 and (read := opened.read(min(size, _READ_AT_ONCE))):
        checksum = zlib.crc32(read, checksum)
        size -= len(read)
    return checksum
