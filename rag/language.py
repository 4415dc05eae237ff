"""Text in English and Chinese: which language it is, where sentences end.

Sentences are cut by sentencex (Wikimedia). Which words count is ``rag/words.py``. Knows nothing of
documents or indexes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, Literal

from rag.types import Span

Language = Literal["en", "zh"]

HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
"""Han characters, for a character class."""

_HAN_CHAR: Final = re.compile(f"[{HAN}]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_BEFORE_DIGIT: Final = re.compile(r"(?:(?<!\d)[。｡]|[！？])[！？。｡]*[”’」』）》】〕\"']*(?=\d)")
"""A sentence's end before a digit, which sentencex takes for a decimal point.

A full stop between two digits may be one.
"""


def language_of(text: str) -> Language:
    """The language to answer in: Chinese when Han characters are a fifth of the letters."""
    letters = len(_LETTER.findall(text))
    return "zh" if letters and len(_HAN_CHAR.findall(text)) >= letters / 5 else "en"


def normalise(text: str) -> str:
    """Full-width and compatibility forms folded (NFKC), in lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def sentence_pieces(text: str) -> list[str]:
    """Consecutive pieces, one a sentence with the blanks after it: joined they are ``text``.

    A line break always ends a piece: loaders join the lines of a paragraph.
    """
    return [text[start:end] for start, end in _sentence_bounds(text)]


def sentence_spans(text: str) -> list[Span]:
    """The sentences of ``text`` without the blanks around them, in order."""
    spans = []
    for start, end in _sentence_bounds(text):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            spans.append(Span(start=left, end=right))
    return spans


def _sentence_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Consecutive half-open bounds that cover ``text``."""
    import sentencex

    start = 0
    for line in _LINE.findall(text):
        pieces = sentencex.segment(language_of(line), line)
        if "".join(pieces) != line:
            pieces = [line]
        for piece in pieces:
            ends = [match.end() for match in _BEFORE_DIGIT.finditer(piece)]
            for left, right in pairwise((0, *ends, len(piece))):
                yield start + left, start + right
            start += len(piece)
