"""Files of question sets as checked values: every fault is named with its file and line.

Knows JSON, gzip and UTF-8, not what any format means by its keys.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.errors import DatasetUnreadable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def refused(path: Path, detail: str, expected: str, *, where: str = "") -> DatasetUnreadable:
    """The error for ``path``: what is wrong (``detail``) ``where``, and what was expected."""
    shown = f"{where}: {detail}" if where else detail
    return DatasetUnreadable(path=str(path), detail=shown, expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One object of a file; ``where`` it stands, such as "line 12", empty for all of the file."""

    path: Path
    where: str
    values: dict[str, Any]

    def refused(self, detail: str, expected: str) -> DatasetUnreadable:
        """The error for this row."""
        return refused(self.path, detail, expected, where=self.where)

    def identifier(self, key: str) -> str:
        """The non-empty string, or the integer as a string, under ``key``; else refused."""
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return value
        raise self.refused(
            f"{key!r} is {_shown(self.values, key)}", f"Give every row a {key!r} that is a string."
        )

    def text(self, key: str, *, optional: bool = False) -> str:
        """The string under ``key``; missing, null or blank is refused unless ``optional``."""
        value = self.values.get(key)
        if optional and value is None:
            return ""
        if isinstance(value, str) and (optional or value.strip()):
            return value
        raise self.refused(
            f"{key!r} is {_shown(self.values, key)}", f"Give every row a {key!r} with text in it."
        )

    def texts(self, key: str) -> tuple[str, ...]:
        """The strings under ``key``, blank ones left out; one string stands for a list of one."""
        value = self.values.get(key)
        if value is None:
            return ()
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.refused(
                f"{key!r} is {_shown(self.values, key)}",
                f'Write {key!r} as a list of strings, such as ["one", "two"].',
            )
        return tuple(one for one in found if one.strip())

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false under ``key``."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        raise self.refused(
            f"{key!r} is {_shown(self.values, key)}", f"Write {key!r} as true or false."
        )

    def objects(self, key: str) -> tuple[Row, ...]:
        """The objects listed under ``key``, as rows that say where they stand."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.refused(
                f"{key!r} is {_shown(self.values, key)}", f"Write {key!r} as a list of objects."
            )
        prefix = f"{self.where}, " if self.where else ""
        return tuple(
            Row(path=self.path, where=f"{prefix}{key}[{index}]", values=one)
            for index, one in enumerate(value)
        )


def stored(folder: Path, name: str) -> Path | None:
    """``folder/name``, or the same gzipped, whichever is there."""
    candidates = (folder / name, folder / f"{name}.gz")
    return next((path for path in candidates if path.is_file()), None)


def read_bytes(path: Path) -> bytes:
    """All bytes of ``path``, unpacked where it is gzipped, without a UTF-8 byte-order mark."""
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ".gz":
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        detail = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise refused(
            path, f"it cannot be read ({detail})", "Check the path and that the file is complete."
        ) from error
    return data.removeprefix(_BYTE_ORDER_MARK)


def json_value(path: Path) -> Any:
    """The whole file as one JSON value."""
    return _parsed(path, read_bytes(path), where="")


def json_rows(path: Path) -> Iterator[Row]:
    """The objects of a JSON Lines file in their order; blank lines are left out.

    Only line feeds end a line: the other separators of Unicode may stand inside strings.
    """
    for number, data in enumerate(read_bytes(path).split(b"\n"), start=1):
        if data.strip():
            where = f"line {number}"
            value = _parsed(path, data, where=where)
            if not isinstance(value, dict):
                raise refused(
                    path,
                    f"it holds {_kind(value)}",
                    'Write one JSON object a line, such as {"qid": "1", "question": "…"}.',
                    where=where,
                )
            yield Row(path=path, where=where, values=value)


def unique(rows: Iterable[Row], key: Callable[[Row], str]) -> Iterator[tuple[str, Row]]:
    """Each row with its identifier; one that was there before is refused, naming both places."""
    seen: dict[str, str] = {}
    for row in rows:
        name = key(row)
        if name in seen:
            raise row.refused(
                f"{name!r} was already given in {seen[name]}",
                "Give every row an identifier of its own.",
            )
        seen[name] = row.where
        yield name, row


def _parsed(path: Path, data: bytes, *, where: str) -> Any:
    try:
        text = data.decode("utf-8")
        value = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            path, f"it is not UTF-8 ({error.reason})", "Save the file as UTF-8.", where=where
        ) from error
    except UnicodeEncodeError as error:
        raise refused(
            path,
            "a string holds half of a surrogate pair",
            "Write characters beyond U+FFFF themselves, or as two \\u escapes.",
            where=where,
        ) from error
    except (ValueError, RecursionError) as error:
        raise refused(
            path,
            f"it is not JSON ({error})",
            "Correct it; a JSON checker shows where.",
            where=where,
        ) from error
    return value


def _shown(values: dict[str, Any], key: str) -> str:
    if key not in values:
        return "missing"
    value = values[key]
    if isinstance(value, str) and not value.strip():
        return "blank"
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
