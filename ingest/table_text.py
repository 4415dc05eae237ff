"""Tables in a page's text: lines whose cells are set apart by `` | ``, as every loader writes them.

Says where a text with tables may be cut, and which line names the columns over a place. Knows
nothing of tokens or of files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from rag.language import sentence_pieces

CELL_BREAK: Final = " | "
LONGEST_HEADER: Final = 300
LONGEST_LABEL: Final = 80
"""A line without cells up to this length may stand among rows, as ``Current assets`` does."""
MOST_LABELS_IN_A_ROW: Final = 2
FARTHEST_HEADER: Final = 20_000

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_CELL_END: Final = re.compile(r" \| ")


def is_row(line: str) -> bool:
    """Whether a line is a row of a table."""
    return CELL_BREAK in line


def whole_rows(text: str) -> list[str]:
    """Consecutive pieces that joined are ``text``: a row is one piece, other lines one a sentence.

    Blanks after a piece belong to it.
    """
    if CELL_BREAK not in text:
        return sentence_pieces(text)
    pieces: list[str] = []
    prose: list[str] = []
    for line in _LINE.findall(text):
        if is_row(line):
            if prose:
                pieces.extend(sentence_pieces("".join(prose)))
                prose.clear()
            pieces.append(line)
        else:
            prose.append(line)
    if prose:
        pieces.extend(sentence_pieces("".join(prose)))
    return pieces


def units(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Return ``whole_rows``, a row that does not fit cell by cell; no unit is empty."""
    found: list[str] = []
    for piece in whole_rows(text):
        ends = [] if fits(piece) else cell_ends(piece, 0, len(piece))
        found.extend(piece[a:b] for a, b in pairwise((0, *ends, len(piece))) if a < b)
    return found


def cell_ends(text: str, start: int, limit: int) -> list[int]:
    """List where cells end in ``text[start:limit]``, their mark included."""
    return [found.end() for found in _CELL_END.finditer(text, start + 1, limit)]


def header_over(text: str, start: int) -> str:
    """Return the line that names the columns of the table that ``start`` stands in the middle of.

    Empty where a table begins, or none is there, where its first row names nothing, and where the
    row says its columns' names itself.
    """
    first = text.find("\n", start)
    row = text[start : first if first >= 0 else len(text)]
    lines_above = text[max(0, start - FARTHEST_HEADER) : start].split("\n")[:-1]
    header, labels = "", 0 if is_row(row) else 1
    for line in reversed(lines_above):
        if is_row(line):
            header, labels = line, 0
        elif not line.strip() or len(line) > LONGEST_LABEL or labels == MOST_LABELS_IN_A_ROW:
            break
        else:
            labels += 1
    if not is_row(row) and not _has_row_soon(text, start):
        return ""
    last_name = header.rsplit(CELL_BREAK, 1)[-1].strip()
    if not last_name or f"{last_name}: " in row or not _LETTER.search(header):
        return ""
    return header.strip() if len(header) <= LONGEST_HEADER else ""


def _has_row_soon(text: str, start: int) -> bool:
    """Whether the second line from here is a row: the first is a label among rows."""
    lines = text[start : start + FARTHEST_HEADER].split("\n", 2)
    return len(lines) > 1 and len(lines[0]) <= LONGEST_LABEL and is_row(lines[1])
