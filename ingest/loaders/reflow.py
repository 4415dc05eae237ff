"""Visual lines to paragraphs: joins what only the page's width had broken.

Widths are columns: a Chinese character takes two. Lines that look like list items, table rows or
headings stay lines. Knows nothing of formats; hyphens are decided by the words of the document.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

SOFT_HYPHENS: Final = "\ufffe\xad"
NARROWEST_COLUMN: Final = 36
NEARLY_FULL: Final = 0.75
NEARLY_FULL_BEFORE_LOWER_CASE: Final = 0.5
WIDEST_HARD_WRAP: Final = 120

_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f"
    "\uff00-\uff60\uffe0-\uffe6\U0001f300-\U0001faff\U00020000-\U0003fffd]"
)
_HAN_LIKE: Final = re.compile(
    "[\u2e80-\u303e\u3041-\ua4cf\uf900-\ufaff\uff00-\uffe6\U00020000-\U0003fffd]"
)
_ITEM: Final = re.compile(
    r"\s*(?:[•●○◦▪▫■□◆◇►▶➢✓✔·∙*+\uf000-\uf0ff-]\s"
    r"|[•●○◦▪▫■□◆◇►▶➢✓✔∙\uf000-\uf0ff]"
    r"|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s"
    r"|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)"
    r"|\d{1,3}、|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+[^\W\d]"
    r"|[（(][一二三四五六七八九十百\d]{1,4}[)）]|[一二三四五六七八九十]{1,3}、"
    r"|第[一二三四五六七八九十百千\d]{1,5}[编章节条款部篇]"
    r"|[①-⑳]|注\s*\d*[:：])"
)
_SENTENCE_END: Final = re.compile(r"[.!?。！？：:；;…][\"'”’）)\]】」』》]*$")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Inc|Corp|Co|Ltd"
    r"|vs|etc|cf|Fig|Figs|Sec|Art|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.$"
)
_CELL: Final = r"(?:[($€£¥+\-–−]*\d(?:[\d,.]*\d)?[%)x]*|[$€£¥]|[—–-]|\)?%|N/A)"
_ROW_END: Final = re.compile(rf"(?:^|\s){_CELL}\s{_CELL}$")
_AMOUNT_END: Final = re.compile(r"(?:[$€£¥]\s?\d[\d,.]*|\d,\d{3}|\d\.\d+|\d\s?%|\s[—–-])\)?$")
_GAPS: Final = ("   ", "\t", " | ")
_TAIL: Final = 32  # characters: enough for the patterns that look at a line's end
_FIRST_WORD: Final = re.compile(r"\S+")
_TEXT_START: Final = re.compile(r"\s*(?:(?:[•●○◦▪▫■□*+-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+)?")
_BROKEN_WORD: Final = re.compile(r"[\ufffe\xad]\s*|-[ \t]*\r?\n\s*")
_AROUND_WORDS: Final = ".,:;!?()[]{}\"'“”‘’*-–—"
_WORD_BEFORE: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*$")
_WORD_AFTER: Final = re.compile(r"[^\W_]+")


class Hyphens:
    """Decides whether a hyphen at a line end belongs to the word, by the document's other words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts

    @cached_property
    def _words(self) -> frozenset[str]:
        words: set[str] = set()
        for text in self._texts:
            words.update(_BROKEN_WORD.sub("\ufffe", text).lower().split())
        return frozenset(word.strip(_AROUND_WORDS) for word in words if "\ufffe" not in word)

    def joint(self, left: str, right: str, *, soft: bool) -> str:
        """Return ``-`` or nothing, to stand between the halves. ``soft``: the line broke there."""
        before, after = _WORD_BEFORE.search(left), _WORD_AFTER.match(right)
        if not before or not after:
            return "" if soft and not right[:1].isdigit() else "-"
        first, second = before[0].lower(), after[0].lower()
        if first + second in self._words:
            return ""
        if "-" in first or not right[0].islower() or f"{first}-{second}" in self._words:
            return "-"
        known_halves = first in self._words and second in self._words
        return "-" if known_halves or not soft else ""


def width(line: str) -> int:
    """Columns that ``line`` takes."""
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))


def usual_width(lines: Iterable[str]) -> int:
    """Return the 90th percentile of the widths of the lines that are not blank; 0 for none."""
    widths = sorted(width(line.strip()) for line in lines if line.strip())
    return widths[min(len(widths) - 1, int(len(widths) * 0.9))] if widths else 0


def reflow(lines: Sequence[str], *, hyphens: Hyphens, alone: Collection[int] = ()) -> list[str]:
    """Paragraphs, rows and items in order, each one line; an empty line stays an empty line.

    The lines whose index is in ``alone`` are joined with nothing.
    """
    full = usual_width(lines)
    full = full if full >= NARROWEST_COLUMN else 0
    joined: list[str] = []
    previous: str | None = None
    for index, line in enumerate(lines):
        apart = index in alone or index - 1 in alone
        if previous is not None and not apart and _continues(previous, line, full):
            joined[-1] = _join(joined[-1], line.strip(), hyphens)
        else:
            joined.append(line.rstrip())
        previous = line.rstrip()
    return [line.rstrip(SOFT_HYPHENS) for line in joined]


def is_hard_wrapped(lines: Sequence[str]) -> bool:
    """Whether the text was broken at a fixed column: most lines end where the next word began."""
    full = usual_width(lines)
    if not NARROWEST_COLUMN <= full <= WIDEST_HARD_WRAP:
        return False
    pairs = [(a, b) for a, b in pairwise(lines) if a.strip() and b.strip()]
    too_wide = sum(width(line) > 1.25 * full for line in lines)
    if not pairs or too_wide > 0.05 * len(lines):
        return False
    filled = sum(width(a) + 1 + _first_word_width(b) >= 0.93 * full for a, b in pairs)
    return filled >= 0.6 * len(pairs)


def _first_word_width(line: str) -> int:
    word = _FIRST_WORD.search(line)
    if not word:
        return 0
    return 2 if _HAN_LIKE.match(word[0]) else width(word[0])


def _continues(line: str, following: str, full: int) -> bool:
    """Whether ``following`` goes on with the paragraph that ``line`` belongs to."""
    text, rest = line.strip(), following.strip()
    if not text or not rest:
        return False
    if text[-1] in SOFT_HYPHENS:
        return True
    if (
        not full
        or _ITEM.match(rest)
        or _is_row(text)
        or _is_row(rest)
        or _is_deeper(following, line)
    ):
        return False
    lower = rest[0].islower()
    if not lower and _is_complete(text[-_TAIL:]):
        return False
    return width(text) >= full * (NEARLY_FULL_BEFORE_LOWER_CASE if lower else NEARLY_FULL)


def _is_complete(tail: str) -> bool:
    """Whether what ends with ``tail`` can end there: a sentence, or a row with its amount."""
    if _SENTENCE_END.search(tail):
        return not _ABBREVIATION.search(tail)
    return bool(_AMOUNT_END.search(tail))


def _is_deeper(following: str, line: str) -> bool:
    start, base = _TEXT_START.match(following), _TEXT_START.match(line)
    return bool(start and base and width(start[0]) > width(base[0]))


def _is_row(line: str) -> bool:
    """Recognise a table's row: two number cells at the end, wide gaps, or cells with commas."""
    if any(gap in line for gap in _GAPS) or _ROW_END.search(line[-_TAIL:]):
        return True
    return line.count(",") >= 3 and ", " not in line and "，" not in line


def _join(left: str, right: str, hyphens: Hyphens) -> str:
    if left[-1] in SOFT_HYPHENS:
        stem = left.rstrip(SOFT_HYPHENS)
        return stem + hyphens.joint(stem, right, soft=True) + right
    if left[-1] == "-" and left[-2:-1].isalnum():
        return left[:-1] + hyphens.joint(left[:-1], right, soft=False) + right
    return left + ("" if _touch(left[-1], right[0]) else " ") + right


def _touch(left: str, right: str) -> bool:
    """Chinese and Japanese set no space between lines, nor beside a Latin word at a line end."""
    return bool(_HAN_LIKE.match(left) or _HAN_LIKE.match(right))
