"""Near-duplicates give way: what two passages say already comes after all that is said once.

Two texts resemble each other by the share of their runs of three words (in Chinese: characters)
that they have in common (w-shingling: Broder 1997, "On the resemblance and containment of
documents"), or when they are the same but for dates and for a short line at the beginning or the
end (a header, "copy 17 of 100"). A resemblance of .95 may still hide the one figure that was asked
for. So a text that resembles an earlier one repeats it only if it says no other figures, and if the
sentence that holds most of the question's words stands in the earlier one too, its dates included.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.language import HAN, normalise
from rag.types import Hit
from rag.words import content_words

RESEMBLANCE: Final = 0.8
"""Share of common shingles at and above which texts resemble each other (docs/experiments.md)."""

WIDTH: Final = 3
"""Words, or Chinese characters, of a shingle."""

FIRST_DEPTH: Final = 32
"""How many of each half's best a search looks at."""

LAST_DEPTH: Final = 800
"""The same where copies fill the first ones."""

_SKETCH_BITS: Final = 4096
_SKETCH_BYTES: Final = 2048
_SKETCH_RESEMBLANCE: Final = 0.35
_EDGE_TOKENS: Final = 20
_BARE_NUMBER_TOKENS: Final = 2
_TEXTS_KEPT: Final = 8192
_MIXERS: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)

_TOKEN: Final = re.compile(f"[{HAN}]|[^\\W{HAN}]+")
_PIECE: Final = re.compile(r"[^\n。！？]*?(?:[.!?](?=\s)|[。！？]|\n|\Z)")
_FIGURE: Final = re.compile(r"\d+(?:[.,]\d+)*")
_ROW: Final = re.compile(r"\||[:：](?!\d)")
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE: Final = re.compile(
    r"\d{4}\s*(?:[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}(?!\d)|年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)|"
    r"\d{1,2}\s*月\s*\d{1,2}\s*日|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b|"
    rf"\b{_MONTH}\s+\d{{1,2}}(?!\d)(?:,?\s+\d{{4}}\b)?|\b\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}}\b)?"
)
_NUMBERED: Final = re.compile(
    r"\b(?:copy|page|sheet|printout|version|revision|rev|edition|issue|draft)\.?\s*"
    r"(?:no\.?|number|#)?\s*\d+(?:\.\d+)*(?:\s*(?:of|/)\s*\d+)?|"
    r"第\s*\d+\s*[页份版号次稿]|共\s*\d+\s*[页份]|(?:版本|副本|编号)\s*\d+(?:\.\d+)*"
)

Candidate = TypeVar("Candidate")


@dataclass(frozen=True, eq=False)
class _Text:
    """A text as it is compared: normalised.

    ``sketch`` has a bit for each run of eight bytes at its beginning: quick to make and to compare,
    it tells which texts are worth comparing by their shingles.
    """

    folded: str
    sketch: NDArray[np.uint64]

    @cached_property
    def shingles(self) -> NDArray[np.uint32]:
        """The hashes of its shingles, sorted, each once."""
        tokens = _TOKEN.findall(self.folded) or [self.folded]
        codes = np.array([zlib.crc32(token.encode(errors="replace")) for token in tokens], "<u8")
        width = min(WIDTH, len(codes))
        windows = np.lib.stride_tricks.sliding_window_view(codes, width)
        hashes = (windows * _MIXERS[:width]).sum(axis=1, dtype=np.uint64)
        ordered = np.sort((hashes >> np.uint64(32)).astype(np.uint32))
        unique: NDArray[np.uint32] = ordered[np.append(True, ordered[1:] != ordered[:-1])]
        return unique

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """Its sentences and lines, in order, each on one line."""
        found = (" ".join(piece.split()) for piece in _PIECE.findall(self.folded))
        return tuple(piece for piece in found if piece)

    @cached_property
    def undated(self) -> tuple[str, ...]:
        """Its pieces with every date the same, and at the edges every number of a copy or page."""
        return tuple(
            _unnumbered(piece) if at in self.edges else _undated(piece)
            for at, piece in enumerate(self.pieces)
        )

    @cached_property
    def edges(self) -> frozenset[int]:
        """Which pieces may be a header or a footer: the first and the last, if short, no row."""
        ends = {0, len(self.pieces) - 1}
        return frozenset(at for at in ends if self.pieces and _is_short_line(self.pieces[at]))


def repeated(texts: Sequence[str], *, asked: Collection[str] = ()) -> list[int | None]:
    """For each of the ranked ``texts`` the position of the earlier one it repeats, or None.

    ``asked`` are the content words of the question (``rag.words.content_words``). What is repeated
    repeats nothing itself. A hundred passages take about a millisecond once they have been seen.
    """
    terms = frozenset(asked)
    every = [_text(text) for text in texts]
    differing = _Differing(len(every))
    originals: list[int | None] = []
    for at, text in enumerate(every):
        near = differing.near(text.sketch)
        original = next((one for one in near if _repeats(text, every[one], terms)), None)
        originals.append(original)
        if original is None:
            differing.add(at, text.sketch)
    return originals


def copies_last(
    draw: Callable[[int], Sequence[Candidate]],
    text_of: Callable[[Candidate], str],
    *,
    asked: Collection[str] = (),
    wanted: int,
) -> list[Candidate]:
    """Ranked candidates, the further copies of an earlier one after all others; each in its order.

    The first copy keeps its place: that a second document says the same is worth seeing.

    ``draw(depth)`` gives the ranking of what is found among the ``depth`` best of each index, of at
    least ``wanted`` candidates where there are as many. It is drawn from ``FIRST_DEPTH``, and from
    twice as deep while fewer than ``wanted`` keep their places and there are more to be had, down
    to ``LAST_DEPTH``. With ``wanted`` 0 a ranking is drawn once.
    """
    depth, ranked = FIRST_DEPTH, draw(FIRST_DEPTH)
    further = _further_copies([text_of(one) for one in ranked], asked)
    while len(ranked) - len(further) < wanted <= len(ranked) and depth < LAST_DEPTH:
        depth = min(2 * depth, LAST_DEPTH)
        deeper = draw(depth)
        if len(deeper) == len(ranked) > wanted:
            break
        ranked = deeper
        further = _further_copies([text_of(one) for one in ranked], asked)
    staying = [one for at, one in enumerate(ranked) if at not in further]
    return staying + [one for at, one in enumerate(ranked) if at in further]


def _further_copies(texts: Sequence[str], asked: Collection[str]) -> set[int]:
    """The positions of those ``texts`` that an earlier one and its first copy say already."""
    copied: set[int] = set()
    further: set[int] = set()
    for at, original in enumerate(repeated(texts, asked=asked)):
        if original is None:
            continue
        if original in copied:
            further.add(at)
        copied.add(original)
    return further


def never_rising(hits: Sequence[Hit]) -> list[Hit]:
    """The hits with the scores that their order means: none above the one before it."""
    least = accumulate((hit.score for hit in hits), min)
    return [
        hit if hit.score == score else replace(hit, score=score)
        for hit, score in zip(hits, least, strict=True)
    ]


def resemblance(one: str, other: str) -> float:
    """Share (0..1) of the shingles of two texts that stand in both."""
    return _resemblance(_text(one), _text(other))


@lru_cache(maxsize=_TEXTS_KEPT)
def _text(text: str) -> _Text:
    folded = normalise(text)
    start = " ".join(folded.split()).encode(errors="replace")[:_SKETCH_BYTES].ljust(8)
    runs = np.ndarray((len(start) - 7,), "<u8", start, 0, (1,)) * _MIXERS[0]
    bits = np.zeros(_SKETCH_BITS, np.uint8)
    bits[runs >> np.uint64(64 - _SKETCH_BITS.bit_length() + 1)] = 1
    return _Text(folded=folded, sketch=np.packbits(bits).view(np.uint64))


class _Differing:
    """The sketches of the texts that repeat nothing, at most ``most`` of them."""

    def __init__(self, most: int) -> None:
        self._sketches = np.empty((most, _SKETCH_BITS // 64), np.uint64)
        self._bits = np.empty(most, np.int64)
        self._numbers: list[int] = []

    def add(self, number: int, sketch: NDArray[np.uint64]) -> None:
        """Keep the sketch of text ``number``."""
        count = len(self._numbers)
        self._sketches[count] = sketch
        self._bits[count] = np.bitwise_count(sketch).sum()
        self._numbers.append(number)

    def near(self, sketch: NDArray[np.uint64]) -> list[int]:
        """The texts that one of this sketch may resemble, in order."""
        count = len(self._numbers)
        common = np.bitwise_count(self._sketches[:count] & sketch).sum(axis=1, dtype=np.int64)
        either = self._bits[:count] + int(np.bitwise_count(sketch).sum()) - common
        near = np.flatnonzero(common >= _SKETCH_RESEMBLANCE * either)
        return [self._numbers[at] for at in near]


def _repeats(text: _Text, earlier: _Text, asked: frozenset[str]) -> bool:
    if text.folded == earlier.folded:
        return True
    own = _lacking(text.undated, earlier.undated)
    if not (_same_but_for_edges(text, own) or _resemblance(text, earlier) >= RESEMBLANCE):
        return False
    figures = _figures(text, own)
    if figures and figures != _figures(earlier, _lacking(earlier.undated, text.undated)):
        return False
    return not _asked_about(text, _lacking(text.pieces, earlier.pieces), asked)


def _same_but_for_edges(text: _Text, own: set[int]) -> bool:
    """Whether all that is its ``own`` are edges, and less than what is not."""
    sizes = [_length(piece) for piece in text.pieces]
    return own <= text.edges and 2 * sum(sizes[at] for at in own) < sum(sizes)


def _asked_about(text: _Text, own: set[int], asked: frozenset[str]) -> bool:
    """Whether a piece that holds most of the words asked for is among its ``own``.

    Where several hold as many, an edge does not count unless all are its own.
    """
    if not any(asked & _words_of(text.pieces[at]) for at in own):
        return False
    held = [len(asked & _words_of(piece)) for piece in text.pieces]
    telling = {at for at, count in enumerate(held) if count == max(held)}
    return bool(telling & own - text.edges) or telling <= own


def _resemblance(one: _Text, other: _Text) -> float:
    common = np.intersect1d(one.shingles, other.shingles, assume_unique=True).size
    return float(common / (one.shingles.size + other.shingles.size - common))


def _lacking(pieces: Sequence[str], others: Sequence[str]) -> set[int]:
    """Which of ``pieces`` are not among ``others``."""
    there = frozenset(others)
    return {at for at, piece in enumerate(pieces) if piece not in there}


def _figures(text: _Text, pieces: Collection[int]) -> list[str]:
    """The figures in these pieces, in order, without dates and numbers of copies and pages."""
    return [one for at in sorted(pieces) for one in _FIGURE.findall(text.undated[at])]


def _undated(piece: str) -> str:
    """``piece`` with every date the same."""
    return _DATE.sub("#", piece) if _FIGURE.search(piece) else piece


def _unnumbered(edge: str) -> str:
    """A header or footer with all dates and numbers of copies, pages and versions the same."""
    plain = _NUMBERED.sub("#", _undated(edge))
    return _FIGURE.sub("#", plain) if _length(edge) <= _BARE_NUMBER_TOKENS else plain


def _is_short_line(piece: str) -> bool:
    return not _ROW.search(piece) and _length(piece) <= _EDGE_TOKENS


@lru_cache(maxsize=_TEXTS_KEPT)
def _length(piece: str) -> int:
    """Words and Chinese characters of ``piece``."""
    return len(_TOKEN.findall(piece))


@lru_cache(maxsize=_TEXTS_KEPT)
def _words_of(piece: str) -> frozenset[str]:
    return frozenset(content_words(piece))
