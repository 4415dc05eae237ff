"""Where a passage stands, in the words of its own format: a page, a slide, a chapter, cells.

A page's label is what the document prints on it (``iv``, ``A-3``), or ``slide 4``, ``chapter
Preface``, or the cells that the page shows (``Sheet1!A2:F201``). Lines of such a page are its rows,
so offsets give cells back. Knows nothing of files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_KINDS: Final = re.compile(r"(slide|chapter) (.+)")
_CELLS: Final = re.compile(
    r"(?P<sheet>.+!)?A(?P<first>[1-9]\d*):(?P<column>[A-Z]{1,5})(?P<last>\d+)"
)
_QUOTED_SHEET: Final = re.compile(r"[^\w]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place to be shown: ``kind`` is page, slide, chapter or cells, ``name`` which one."""

    kind: str
    name: str


def position_of(label: str | None, number: int) -> Position:
    """Return what page ``number`` is called by its ``label``."""
    if not label:
        return Position(kind="page", name=str(number))
    if kind := _KINDS.fullmatch(label):
        return Position(kind=kind[1], name=kind[2])
    return Position(kind="cells" if _CELLS.fullmatch(label) else "page", name=label)


def narrowed(label: str | None, text: str, start: int, end: int) -> str | None:
    """Return the label of ``[start, end)`` on the page of this text: its own rows for cells.

    Every other label is returned as it is.
    """
    cells = _CELLS.fullmatch(label or "")
    if not cells or not 0 <= start < end <= len(text):
        return label
    quote = text[start:end]
    start += len(quote) - len(quote.lstrip())
    end -= len(quote) - len(quote.rstrip())
    first, last = int(cells["first"]), int(cells["last"])
    from_row = max(first, last - text.count("\n", start))
    to_row = max(from_row, last - text.count("\n", end))
    return f"{cells['sheet'] or ''}A{from_row}:{cells['column']}{to_row}"


def cell_range(*, sheet: str, first_row: int, last_row: int, columns: int) -> str:
    """Return ``Sheet!A2:F9`` for rows that count from 1; quoted as in Excel, ``'My sheet'!A2:F9``.

    Without a sheet's name only the cells.
    """
    if _QUOTED_SHEET.search(sheet):
        sheet = "'" + sheet.replace("'", "''") + "'"
    cells = f"A{first_row}:{column_letters(columns)}{last_row}"
    return f"{sheet}!{cells}" if sheet else cells


def column_letters(number: int) -> str:
    """Return the letters of column ``number``, which counts from 1: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
