"""The rows around a cited place as a table, where it stands in one.

Loaders write a row of a table as a line with `` | `` between its cells; spreadsheets put each cell
under its column's name, ``name: value`` (``ingest/loaders/table_rows.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingest.loaders.table_rows import column_names
from rag.places import narrowed, position_of
from rag.types import Span

ROWS_AROUND: Final = 20
"""How many rows are shown before and after the cited ones."""

_BETWEEN: Final = " | "
_NAMED: Final = re.compile(r"([^|]{1,80}?): ")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row: its ``number`` in a spreadsheet, None elsewhere, and which cells are cited."""

    number: int | None
    cells: tuple[str, ...]
    cited: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedTable:
    """Rows of as many cells as there are ``columns``; without names the columns are empty."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of a page: its text and where it begins."""

    start: int
    text: str

    def cells(self) -> list[tuple[int, str]]:
        """Where each cell begins on the page, and its text."""
        found: list[tuple[int, str]] = []
        at = self.start
        for cell in self.text.split(_BETWEEN):
            found.append((at, cell))
            at += len(cell) + len(_BETWEEN)
        return found


def cited_table(text: str, span: Span, label: str | None) -> CitedTable | None:
    """The table of the page's ``text`` that ``span`` stands in; None where it stands in none.

    ``label`` is the page's, which tells the numbers of a spreadsheet's rows.
    """
    cells_of_sheet = position_of(label, 1).kind == "cells"
    lines = _block(text, span, every=cells_of_sheet)
    if len(lines) < 2 or not any(_BETWEEN in line.text for line in lines):
        return None
    cited = [at for at, line in enumerate(lines) if _overlap(line.start, line.text, span)]
    if not cited or not any(_BETWEEN in lines[at].text for at in cited):
        return None
    names, body = _header(lines)
    columns = _columns(names, body)
    first, last = max(0, cited[0] - ROWS_AROUND), cited[-1] + ROWS_AROUND
    shown = [line for line in lines[first : last + 1] if line in body]
    return CitedTable(
        columns=columns,
        rows=tuple(
            _row(line, names, len(columns), span, _number(text, label, line, cells_of_sheet))
            for line in shown
        ),
    )


def _block(text: str, span: Span, *, every: bool) -> list[_Line]:
    """The lines without a gap around ``span``; ``every`` also takes lines of one cell."""
    found: list[_Line] = []
    at = 0
    for line in text.split("\n"):
        fits = bool(line.strip()) and (every or _BETWEEN in line)
        if fits:
            found.append(_Line(start=at, text=line))
        elif found and found[-1].start + len(found[-1].text) >= span.start:
            return found
        elif not fits:
            found = []
        at += len(line) + 1
    return found


def _header(lines: Sequence[_Line]) -> tuple[tuple[str, ...], Sequence[_Line]]:
    """The names of the columns, and the rows under them."""
    first = tuple(cell for _, cell in lines[0].cells())
    below = [cell for line in lines[1:] for _, cell in line.cells()]
    if any(cell.startswith(f"{name}: ") for name in first for cell in below):
        return first, lines[1:]
    named = Counter(
        found[1] for line in lines for _, cell in line.cells() if (found := _NAMED.match(cell))
    )
    every = sum(len(line.cells()) for line in lines)
    if 2 * sum(named.values()) > every and max(named.values()) > 1:
        return tuple(named), lines
    return (first, lines[1:]) if column_names(first) else ((), lines)


def _columns(names: tuple[str, ...], body: Sequence[_Line]) -> tuple[str, ...]:
    """The names, and as many empty ones as the longest row has cells more."""
    longest = max((len(_placed(line, names)) for line in body), default=0)
    return names + ("",) * max(0, longest - len(names))


def _placed(line: _Line, names: tuple[str, ...]) -> list[tuple[int, str] | None]:
    """The cells of a row under their columns, those that name none in the next free ones."""
    by_length = sorted(filter(None, names), key=len, reverse=True)
    placed: list[tuple[int, str] | None] = [None] * len(names)
    for start, cell in line.cells():
        name = next((one for one in by_length if cell.startswith(f"{one}: ")), None)
        if name is not None and placed[names.index(name)] is None:
            placed[names.index(name)] = (start + len(name) + 2, cell[len(name) + 2 :])
        elif None in placed and not _is_named(line, by_length):
            placed[placed.index(None)] = (start, cell)
        else:
            placed.append((start, cell))
    return placed


def _is_named(line: _Line, names: Sequence[str]) -> bool:
    """Whether the row's cells stand under names that they carry."""
    return any(cell.startswith(f"{name}: ") for name in names for _, cell in line.cells())


def _row(
    line: _Line, names: tuple[str, ...], width: int, span: Span, number: int | None
) -> TableRow:
    placed = _placed(line, names)
    placed += [None] * (width - len(placed))
    return TableRow(
        number=number,
        cells=tuple(one[1] if one else "" for one in placed),
        cited=tuple(bool(one and _overlap(one[0], one[1], span)) for one in placed),
    )


def _number(text: str, label: str | None, line: _Line, of_sheet: bool) -> int | None:
    """The number of a spreadsheet's row, out of the label of its cells."""
    if not of_sheet:
        return None
    own = narrowed(label, text, line.start, line.start + len(line.text)) or ""
    digits = re.search(r"(\d+)$", own)
    return int(digits[1]) if digits else None


def _overlap(start: int, text: str, span: Span) -> bool:
    return start < span.end and span.start < start + len(text)
