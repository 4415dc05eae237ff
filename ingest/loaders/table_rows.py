"""Rows of cells to lines of text: every cell under its column's name, a row a line.

So a line says what its figures are without the lines above it, and a line's place in the text gives
back the row (``rag/places.py``). Knows nothing of files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from ingest.loaders.blocks import Block, assemble
from ingest.loaders.cleaning import one_line
from rag.places import cell_range
from rag.types import Heading

ROWS_A_PAGE: Final = 200
LONGEST_COLUMN_NAME: Final = 80

_LETTER: Final = re.compile(r"[^\W\d_]")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that is not empty; ``number`` counts from 1, ``cells`` are clean single lines."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPage:
    """A page's worth of rows: its text, its headings, and the cells it shows."""

    text: str
    headings: tuple[Heading, ...]
    label: str


def cell_text(value: object) -> str:
    """Return a cell's value as a reader would write it, on one line; nothing for no value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}" if math.isfinite(value) else ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return one_line(str(value))


def row_of(number: int, values: Iterable[object]) -> Row | None:
    """Return the row of these values without empty cells at its end; None for an empty row."""
    cells = [cell_text(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    return Row(number=number, cells=tuple(cells)) if cells else None


def row_pages(rows: Iterable[Row], *, sheet: str = "") -> Iterator[RowPage]:
    """Yield pages of at most ROWS_A_PAGE rows; two empty rows or more between rows begin a page.

    A page begins with the sheet's name as its heading. An empty row ends a table: the next row may
    name its columns anew.
    """
    page = _Table(sheet=sheet)
    for row in rows:
        if page.rows and row.number - page.rows[-1].number > 2:
            yield page.finished()
            page = _Table(sheet=sheet)
        elif len(page.rows) == ROWS_A_PAGE:
            yield page.finished()
            page = _Table(sheet=sheet, names=page.names, last=page.rows[-1].number)
        page.add(row)
    if page.rows:
        yield page.finished()


@dataclass(slots=True, kw_only=True)
class _Table:
    """The rows of a page, and the names of the columns that they stand under."""

    sheet: str
    names: tuple[str, ...] | None = None
    last: int = 0
    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def add(self, row: Row) -> None:
        gap = bool(self.last) and row.number > self.last + 1
        if gap:
            self.names = None
        text = named(self.names or (), row.cells)
        if self.names is None:
            self.names = column_names(row.cells)
            text = " | ".join(filter(None, row.cells))
        self.blocks.append(Block(text=text, apart=gap))
        self.rows.append(row)
        self.last = row.number

    def finished(self) -> RowPage:
        title = [Block(text=self.sheet, level=1)] if self.sheet else []
        body = [Block(text=self.blocks[0].text, apart=True), *self.blocks[1:]]
        text, headings = assemble([*title, *body])
        label = cell_range(
            sheet=self.sheet,
            first_row=self.rows[0].number,
            last_row=self.rows[-1].number,
            columns=max(len(row.cells) for row in self.rows),
        )
        return RowPage(text=text, headings=headings, label=label)


def column_names(cells: Sequence[str]) -> tuple[str, ...] | None:
    """Return the cells if they can name columns, an empty tuple if the row is one of data.

    Names are two at least, all different, short, and hold a letter or are a year; they are not all
    years. None for a row of one cell, which may be a title above the names.
    """
    filled = [cell for cell in cells if cell]
    if len(filled) < 2:
        return None
    lettered = [bool(_LETTER.search(cell)) for cell in filled]
    can_name = (
        any(lettered)
        and all(has or _YEAR.fullmatch(cell) for has, cell in zip(lettered, filled, strict=True))
        and len(set(filled)) == len(filled)
        and max(map(len, filled)) <= LONGEST_COLUMN_NAME
    )
    return tuple(cells) if can_name else ()


def named(names: Sequence[str], cells: Sequence[str]) -> str:
    """Return the row as a line: ``name: value`` for each filled cell, set apart by `` | ``."""
    return " | ".join(
        f"{names[column]}: {cell}" if column < len(names) and names[column] else cell
        for column, cell in enumerate(cells)
        if cell
    )
