"""Where a PDF's lines stand: cells of table rows set apart, columns read one after the other.

pdfium gives a line of characters wherever they share a height; what tells cells and columns apart
is the room between words. Reads boxes of characters, only where a line may be a row or may cross
two columns. Knows nothing of paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ctypes import byref, c_double
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

WIDE_GAP: Final = 1.2
"""Room between words, in heights of the character before it, from which it parts cells."""
MOST_WORDS_OF_A_ROW: Final = 14
LINES_LOOKED_AT: Final = 12
SHARE_IN_COLUMNS: Final = 0.6
GUTTER_TOLERANCE_PT: Final = 12.0
FEWEST_LINES_IN_COLUMNS: Final = 4

_LINE: Final = re.compile(r"[^\r\n]+")
_BETWEEN_WORDS: Final = re.compile(r"(?<=\S) +(?=\S)")
_FIGURE: Final = re.compile(r"[($€£¥+\-–−]*\s?\d[\d,.]*\s?[%)x]*|[—–-]|N/A|n/a")
_ROW_END: Final = re.compile(r"\s[($€£¥+\-–−]*(?:\d[\d,.]*\s?[%)]*|[—–])\s*$")
_SIGN_BEFORE: Final = re.compile(r"[($€£¥]+")
_SIGN_AFTER: Final = re.compile(r"[%)]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Wide room in a line: before character ``at`` of the page, from ``left`` to ``right`` (pt)."""

    start: int
    at: int
    left: float
    right: float


def arranged(textpage: Any, text: str) -> str:
    """Return the page's text with `` | `` between cells, and columns one below the other.

    ``text`` is all of ``textpage``'s; it is returned as it is where characters cannot be placed.
    """
    if len(text) != textpage.count_chars():
        return text
    boxes = _Boxes(textpage.raw)
    lines = [(found.start(), found.end()) for found in _LINE.finditer(text)]
    gutter = _gutter(text, lines, boxes)
    if gutter is not None:
        return "\r\n".join(_column_lines(text, lines, boxes, gutter))
    pieces: list[str] = []
    done, before = 0, None
    for start, end in lines:
        line = text[start:end]
        if line.count(" ") < MOST_WORDS_OF_A_ROW or _ROW_END.search(line):
            goes_on = before is not None and boxes.follows(before, start)
            row = _row(text, start, end, boxes.gaps(text, start, end))
            if goes_on:
                last, first = pieces[-1].split(" | ")[-1], row.split(" | ")[0]
                pieces.append(" " if _belong(last, first) else " | ")
            else:
                pieces.append(text[done:start])
            pieces.append(row)
            done = end
            before = start + len(line.rstrip()) - 1
        else:
            before = None
    return "".join(pieces) + text[done:]


class _Box(NamedTuple):
    left: float
    right: float
    bottom: float
    top: float


class _Boxes:
    """The boxes of a page's characters, in points."""

    def __init__(self, textpage: Any) -> None:
        from pypdfium2.raw import FPDFText_GetCharBox

        self._textpage = textpage
        self._read = FPDFText_GetCharBox
        self._edges = [c_double() for _ in range(4)]
        self._to = [byref(edge) for edge in self._edges]

    def _box(self, at: int) -> _Box | None:
        """Return the box of a character, None where it has no extent."""
        if not self._read(self._textpage, at, *self._to):
            return None
        left, right, bottom, top = (edge.value for edge in self._edges)
        return _Box(left, right, bottom, top) if top > bottom else None

    def sides(self, at: int) -> tuple[float, float, float]:
        """Return left and right edge and the height of a character; zeros where it has no box."""
        box = self._box(at)
        return (box.left, box.right, box.top - box.bottom) if box else (0.0, 0.0, 0.0)

    def follows(self, at: int, following: int) -> bool:
        """Whether a character stands at the height of another, wide apart on its right."""
        first, second = self._box(at), self._box(following)
        if first is None or second is None:
            return False
        shared = min(first.top, second.top) - max(first.bottom, second.bottom)
        height = min(first.top - first.bottom, second.top - second.bottom)
        return shared > height / 2 and second.left - first.right > WIDE_GAP * height

    def gaps(self, text: str, start: int, end: int) -> list[Gap]:
        """List the wide gaps between the words of a line."""
        found = []
        for blank in _BETWEEN_WORDS.finditer(text, start, end):
            _, left, height = self.sides(blank.start() - 1)
            right, _, following = self.sides(blank.end())
            if right - left > WIDE_GAP * max(height, following, 4.0):
                found.append(Gap(start=blank.start(), at=blank.end(), left=left, right=right))
        return found


def _row(text: str, start: int, end: int, gaps: Sequence[Gap]) -> str:
    """Return the line with its cells set apart, if it is a row: of three cells, or with figures."""
    cells, at = [], start
    for gap in gaps:
        cells.append(text[at : gap.start])
        at = gap.at
    cells.append(text[at:end])
    joined: list[str] = []
    for cell in cells:
        if joined and _belong(joined[-1], cell):
            joined[-1] = f"{joined[-1]} {cell}"
        else:
            joined.append(cell)
    is_row = len(joined) > 2 or any(_FIGURE.fullmatch(cell.strip()) for cell in joined[1:])
    return " | ".join(joined) if is_row else text[start:end]


def _belong(left: str, right: str) -> bool:
    """Whether one is the other's sign: ``$`` before a figure, ``%`` after it."""
    return bool(_SIGN_AFTER.fullmatch(right.strip()) or _SIGN_BEFORE.fullmatch(left.strip()))


def _gutter(text: str, lines: Sequence[tuple[int, int]], boxes: _Boxes) -> float | None:
    """Return where the room between two columns of prose stands, None for one column.

    Most long lines that are looked at have one wide gap at one place, and words on both sides.
    """
    long = [
        (start, end)
        for start, end in lines
        if text.count(" ", start, end) >= MOST_WORDS_OF_A_ROW // 2
        and not _ROW_END.search(text[start:end])
    ]
    if len(long) < FEWEST_LINES_IN_COLUMNS:
        return None
    step = max(1, len(long) // LINES_LOOKED_AT)
    looked_at = long[::step]
    middles = []
    for start, end in looked_at:
        gaps = boxes.gaps(text, start, end)
        if len(gaps) == 1 and _is_prose(text, start, end, gaps[0]):
            middles.append((gaps[0].left + gaps[0].right) / 2)
    if len(middles) < max(FEWEST_LINES_IN_COLUMNS, SHARE_IN_COLUMNS * len(looked_at)):
        return None
    middles.sort()
    gutter = middles[len(middles) // 2]
    near = sum(abs(middle - gutter) < 3 * GUTTER_TOLERANCE_PT for middle in middles)
    return gutter if near >= SHARE_IN_COLUMNS * len(looked_at) else None


def _is_prose(text: str, start: int, end: int, gap: Gap) -> bool:
    return text.count(" ", start, gap.start) >= 2 and text.count(" ", gap.at, end) >= 2


def _column_lines(
    text: str, lines: Sequence[tuple[int, int]], boxes: _Boxes, gutter: float
) -> list[str]:
    """Return the lines; of those that keep to their side of the gutter, left ones come first."""
    out: list[str] = []
    left: list[str] = []
    right: list[str] = []

    def end_columns() -> None:
        out.extend((*left, *right))
        left.clear()
        right.clear()

    for start, end in lines:
        crossing = [
            gap
            for gap in boxes.gaps(text, start, end)
            if gap.left - GUTTER_TOLERANCE_PT < gutter < gap.right + GUTTER_TOLERANCE_PT
        ]
        if crossing:
            left.append(text[start : crossing[0].start])
            right.append(text[crossing[0].at : end])
        elif boxes.sides(end - 1)[1] <= gutter + GUTTER_TOLERANCE_PT and (left or right):
            left.append(text[start:end])
        elif boxes.sides(start)[0] >= gutter - GUTTER_TOLERANCE_PT and (left or right):
            right.append(text[start:end])
        else:
            end_columns()
            out.append(text[start:end])
    end_columns()
    return out
