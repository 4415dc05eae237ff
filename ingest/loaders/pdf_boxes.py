"""Where a stretch of a page's text stands on the drawn page of a PDF.

The page's text was made from pdfium's characters: columns put in order, lines joined, hyphens taken
out, cells set apart. So blanks, bars and hyphens are passed over here, and what is looked for are
the characters that can be seen, as one piece or, where columns had parted it, line by line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import byref, c_double, c_int
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from rag.types import Span

_PASSED_OVER: Final = frozenset("|-\xad\ufffe\u2010\u2011•")
_SHORTEST_PIECE: Final = 3
_CONTEXTS: Final = (16, 48, 160)
_FINE: Final = 10_000
_SAME_LINE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on the page as it is drawn: shares (0..1) of its width and height.

    ``top`` grows downwards.
    """

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Signs:
    """The characters of a text that can be seen, and where in the text each stands."""

    keys: str
    at: list[int]

    @classmethod
    def of(cls, text: str) -> _Signs:
        keys: list[str] = []
        at: list[int] = []
        for index, character in enumerate(text):
            for key in _keys(character):
                keys.append(key)
                at.append(index)
        return cls("".join(keys), at)

    def inside(self, span: Span) -> tuple[int, int]:
        """The first and the last (exclusive) of them in ``span`` of the text."""
        found = [number for number, index in enumerate(self.at) if span.start <= index < span.end]
        return (found[0], found[-1] + 1) if found else (0, 0)


def boxes_of(page: Any, text: str, span: Span) -> tuple[Box, ...]:
    """The boxes of ``text[span]`` on pdfium's ``page``, a line each, in the order of the text.

    ``text`` is all of the page's text as the loader made it. Nothing where it is not on the page,
    as on one that text recognition has read.
    """
    with closing(page.get_textpage()) as textpage:
        drawn = _Signs.of(textpage.get_text_range())
        if textpage.count_chars() <= max(drawn.at, default=0):
            return ()
        return tuple(
            _on_page(page, edges)
            for edges in _lines(textpage, drawn, _characters(drawn, text, span))
        )


def seen(text: str) -> str:
    """What of ``text`` is compared: the characters that can be seen, without bars and hyphens."""
    return _Signs.of(text).keys


def text_in(page: Any, boxes: Sequence[Box]) -> str:
    """What can be seen in ``boxes`` on pdfium's ``page``: box by box, each in the page's order.

    A character is in a box where its middle is.
    """
    with closing(page.get_textpage()) as textpage:
        text = textpage.get_text_range()
        drawn = [(index, _edges(textpage, index)) for index in range(len(text))]
    middles = [(index, _middle(_on_page(page, edges))) for index, edges in drawn if edges]
    return "".join(
        seen(text[index])
        for box in boxes
        for index, (across, down) in middles
        if box.left <= across <= box.right and box.top <= down <= box.bottom
    )


def _middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _characters(drawn: _Signs, text: str, span: Span) -> list[int]:
    """Indices of the page's characters that ``text[span]`` was made from, in its order."""
    told = _Signs.of(text)
    first, last = told.inside(span)
    wanted = told.keys[first:last]
    if not wanted:
        return []
    at = _as_one(drawn.keys, told.keys, first, last)
    pieces = [(at, at + len(wanted))] if at is not None else list(_in_pieces(drawn.keys, wanted))
    return [drawn.at[number] for start, end in pieces for number in range(start, end)]


def _as_one(drawn: str, told: str, first: int, last: int) -> int | None:
    """Where ``told[first:last]`` begins in ``drawn``, None where it does not stand there whole.

    Of several places it is the one with the same neighbours, else the one that is as far in order.
    """
    wanted = told[first:last]
    places = list(_places(drawn, wanted))
    if len(places) < 2:
        return places[0] if places else None
    for around in _CONTEXTS:
        before, after = told[max(0, first - around) : first], told[last : last + around]
        for left, right in ((before, after), (before, ""), ("", after)):
            found = list(_places(drawn, left + wanted + right))
            if len(found) == 1:
                return found[0] + len(left)
    earlier = sum(place < first for place in _places(told, wanted))
    return places[min(earlier, len(places) - 1)]


def _in_pieces(drawn: str, wanted: str) -> Iterator[tuple[int, int]]:
    """The stretches of ``drawn`` that make up ``wanted``, each as long as can be.

    Of several places for a stretch it is the nearest to the one before it.
    """
    done, before = 0, 0
    while done < len(wanted):
        length = _longest(drawn, wanted[done:])
        if length >= min(_SHORTEST_PIECE, len(wanted) - done) and length:
            places = _places(drawn, wanted[done : done + length])
            at = min(places, key=lambda place: (place < before, abs(place - before)))
            yield at, at + length
            before = at + length
        done += max(1, length)


def _longest(drawn: str, wanted: str) -> int:
    """Length of the longest beginning of ``wanted`` that stands in ``drawn``."""
    least, most = 0, len(wanted)
    while least < most:
        middle = (least + most + 1) // 2
        if wanted[:middle] in drawn:
            least = middle
        else:
            most = middle - 1
    return least


def _places(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


@dataclass(slots=True)
class _Edges:
    """A rectangle in the page's own points; ``top`` grows upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def takes(self, other: _Edges) -> bool:
        """Whether ``other`` goes on in the same line."""
        shared = min(self.top, other.top) - max(self.bottom, other.bottom)
        height = min(self.top - self.bottom, other.top - other.bottom)
        near = other.left - self.right < 2 * (self.top - self.bottom)
        return shared > _SAME_LINE * height and near and other.right > self.left

    def join(self, other: _Edges) -> None:
        """Grow to hold ``other``."""
        self.left, self.bottom = min(self.left, other.left), min(self.bottom, other.bottom)
        self.right, self.top = max(self.right, other.right), max(self.top, other.top)


def _lines(textpage: Any, drawn: _Signs, characters: Sequence[int]) -> list[_Edges]:
    """One rectangle a line of the characters, parted where another stands between them."""
    following = dict(pairwise(dict.fromkeys(drawn.at)))
    lines: list[_Edges] = []
    before = -1
    for index in dict.fromkeys(characters):
        box = _edges(textpage, index)
        if box is not None:
            if lines and following.get(before) == index and lines[-1].takes(box):
                lines[-1].join(box)
            else:
                lines.append(box)
            before = index
    return lines


def _edges(textpage: Any, index: int) -> _Edges | None:
    """The box of a character, None where it has no extent.

    Where pdfium does not know how high it is drawn, it is the height of its font.
    """
    from pypdfium2.raw import FS_RECTF, FPDFText_GetCharBox, FPDFText_GetLooseCharBox

    left, right, bottom, top = (c_double() for _ in range(4))
    found = FPDFText_GetCharBox(
        textpage.raw, index, byref(left), byref(right), byref(bottom), byref(top)
    )
    if found and top.value > bottom.value:
        return _Edges(left.value, bottom.value, right.value, top.value)
    loose = FS_RECTF()
    if FPDFText_GetLooseCharBox(textpage.raw, index, loose) and loose.top > loose.bottom:
        return _Edges(loose.left, loose.bottom, loose.right, loose.top)
    return None


def _on_page(page: Any, edges: _Edges) -> Box:
    """The rectangle as shares of the page as it is drawn, turned and cropped as it says."""
    from pypdfium2.raw import FPDF_PageToDevice

    across: list[float] = []
    down: list[float] = []
    for x, y in ((edges.left, edges.bottom), (edges.right, edges.top)):
        column, row = c_int(), c_int()
        FPDF_PageToDevice(page.raw, 0, 0, _FINE, _FINE, 0, x, y, byref(column), byref(row))
        across.append(column.value / _FINE)
        down.append(row.value / _FINE)
    return Box(left=min(across), top=min(down), right=max(across), bottom=max(down))


def _keys(character: str) -> str:
    """What a character is compared by: nothing where it is passed over, letters for a ligature."""
    if character.isspace() or character in _PASSED_OVER or unicodedata.category(character) == "Co":
        return ""
    if unicodedata.category(character)[0] == "C":
        return ""
    return (
        unicodedata.normalize("NFKC", character) if "\ufb00" <= character <= "\ufb06" else character
    )
