"""JSON and JSON Lines: every value a line under its path, ``orders[2].customer: Chen``.

Numbers stand as they are written; keys that occur twice are both read; null is no value. In
JSON Lines a path begins with the line, ``line 3.customer``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.loaders.blocks import Block, assemble
from ingest.loaders.cleaning import one_line
from ingest.loaders.encoding import decode
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from rag.errors import DamagedFile, NoText
from rag.types import Document, Page

JSON_TYPE: Final = "application/json"
JSONL_TYPE: Final = "application/jsonl"
DEEPEST: Final = 200

_MOST_LINES_NAMED: Final = 10
_TOO_DEEP: Final = f"its values are nested more than {DEEPEST} deep"


@dataclass(frozen=True, slots=True)
class _Object:
    """A JSON object with its keys in order, those that occur twice too."""

    pairs: tuple[tuple[str, object], ...]


class JsonLoader:
    """Reads a JSON text, or one a line."""

    def __init__(self, *, by_line: bool) -> None:
        self._by_line = by_line

    def load(self, path: Path, *, name: str) -> Document:
        """Return the values as one page; raises a LoadError when there is nothing to read."""
        data = read_bytes(path, name=name)
        decoded = decode(data)
        text = decoded.text.removeprefix("\ufeff")
        warnings = list(decoded.warnings)
        if self._by_line:
            blocks, wrong = _by_line(text, name=name)
            if wrong:
                warnings.append(f"lines that are not JSON: {_numbers(wrong)}")
        else:
            blocks = list(value_blocks(_parsed(text, name=name), name=name))
        page_text, _ = assemble(blocks)
        if not page_text:
            raise NoText(file=name, detail="no value has text")
        return Document(
            name=name,
            version=version_of(data),
            media_type=JSONL_TYPE if self._by_line else JSON_TYPE,
            title=stem_of(name),
            pages=(Page(number=1, text=page_text),),
            paginated=False,
            warnings=tuple(warnings),
        )


def _by_line(text: str, *, name: str) -> tuple[list[Block], list[int]]:
    """Return the blocks of all lines and the numbers of those that are not JSON."""
    blocks: list[Block] = []
    wrong: list[int] = []
    first: DamagedFile | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = _parsed(line, name=name)
            own = list(value_blocks(value, name=name, at=f"line {number}"))
        except DamagedFile as error:
            wrong.append(number)
            first = first or error
            continue
        blocks.append(Block(text=""))
        blocks.extend(own)
    if first and not blocks:
        raise first
    return blocks, wrong


def _parsed(text: str, *, name: str) -> object:
    try:
        return json.loads(
            text,
            parse_int=str,
            parse_float=str,
            parse_constant=str,
            object_pairs_hook=lambda pairs: _Object(tuple(pairs)),
        )
    except RecursionError as error:
        raise DamagedFile(file=name, detail=_TOO_DEEP) from error
    except ValueError as error:
        detail = f"it is not JSON ({one_line(str(error))[:120]})"
        raise DamagedFile(file=name, detail=detail) from error


def value_blocks(value: object, *, name: str, at: str = "") -> Iterator[Block]:
    """Yield a line for each value, in order; what stands in a list of objects is set apart.

    A list of plain values is one line. Raises DamagedFile below DEEPEST levels.
    """
    stack: list[tuple[object, str, int, bool]] = [(value, at, 0, False)]
    while stack:
        here, path, depth, apart = stack.pop()
        if depth > DEEPEST:
            raise DamagedFile(file=name, detail=_TOO_DEEP)
        if isinstance(here, _Object):
            inner = [(one, _under(path, key), depth + 1, False) for key, one in here.pairs]
        elif isinstance(here, list) and any(isinstance(one, _Object | list) for one in here):
            inner = [(one, f"{path}[{i}]", depth + 1, True) for i, one in enumerate(here)]
        else:
            values = here if isinstance(here, list) else [here]
            text = ", ".join(filter(None, map(_said, values)))
            if text:
                yield Block(text=f"{path}: {text}" if path else text, apart=apart)
            continue
        if apart and inner:
            inner[0] = (*inner[0][:3], True)
        stack.extend(reversed(inner))


def _under(path: str, key: str) -> str:
    key = one_line(key)
    return f"{path}.{key}" if path else key


def _said(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else str(value).lower()


def _numbers(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:_MOST_LINES_NAMED]))
    more = len(numbers) - _MOST_LINES_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
