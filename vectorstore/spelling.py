"""What a question's words are searched as: as they were typed, or as words that are there.

A word that no passage holds is also looked for under its near spellings. Knows no index: the
vocabulary is asked through a protocol.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, Self

from rag.words import content_words, han_pairs, is_acronym, written

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_ACCENTED: Final = {
    "a": "àáâãäåā", "c": "çćč", "e": "èéêëēę", "g": "ğ", "i": "ìíîïī", "l": "ł", "n": "ñńň",
    "o": "òóôõöøō", "s": "śšş", "u": "ùúûüūů", "y": "ýÿ", "z": "źžż",
}  # fmt: skip
_LOOK_ALIKE: Final = {"o": "0", "0": "o", "l": "1i", "1": "li", "i": "1l"}
_AS_DIGITS: Final = str.maketrans("oli", "011")
_PIECE: Final = re.compile(r"\d+|\D+")
_SHORTEST: Final = 4
_SHORTEST_EDITED: Final = 5
_SHORTEST_CODE: Final = 5
_LONG: Final = 8
_SAME_START: Final = 3
_EDITS: Final = 2
_MOST: Final = 3
_MOST_UNSEEN: Final = 4


class Vocabulary(Protocol):
    """The words of the collections asked."""

    def frequency(self, word: str) -> int:
        """Passages that hold ``word``."""

    def beginning_with(self, prefix: str) -> Iterable[tuple[str, int]]:
        """The words that begin so, each with its frequency, in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalQuery:
    """What the words of a question are searched as.

    ``sequence`` are its content words in their order, ``pairs`` its pairs of Han characters, each
    once. ``read_as`` holds, for terms that no passage has, the near words that are searched in
    their place, likeliest first.
    """

    sequence: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    read_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, question: str, vocabulary: Vocabulary) -> Self:
        """The query for ``question`` where these words are.

        An acronym that nobody wrote so, such as the NOT of "do NOT", is no word of it.
        """
        sequence = tuple(
            word
            for word in content_words(question)
            if not is_acronym(word) or vocabulary.frequency(word)
        )
        return cls(
            sequence=sequence,
            pairs=tuple(dict.fromkeys(han_pairs(question))),
            read_as=read_as(sequence, vocabulary),
        )

    @property
    def terms(self) -> tuple[str, ...]:
        """The content words, each once, in the order of their first use."""
        return tuple(dict.fromkeys(self.sequence))


def read_as(terms: Iterable[str], vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The near words of each of ``terms`` that no passage has; terms without any are left out.

    More than ``_MOST_UNSEEN`` of them are no typing errors: the text is about something else, or in
    another language.
    """
    unseen = [term for term in dict.fromkeys(terms) if not vocabulary.frequency(term)]
    if len(unseen) > _MOST_UNSEEN:
        return {}
    return {term: near for term in unseen if (near := near_words(term, vocabulary))}


def corrections(query: LexicalQuery, question: str, texts: Iterable[str]) -> dict[str, str]:
    """What was read as what, as ``question`` and the ``texts`` found write it.

    ``{"recieve": "receive"}``, say; readings that stand in none of the texts are left out.
    """
    found = list(texts)
    told = {}
    for term, near in query.read_as.items():
        typed = written(term, question)
        read = next(
            (form for word in near for text in found if (form := written(word, text))), None
        )
        if typed and read:
            told[typed] = read
    return told


def near_words(term: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The at most three likeliest words of the vocabulary within a typing error of ``term``.

    One insertion, deletion, substitution or swap of neighbours away (Damerau 1964). The first
    letter is right, or swapped with the second (Kukich 1992: few errors are in the first letter),
    and so is the last, where stems differ without an error. A word of four letters has only swaps,
    or common words would be read as others; a shorter one has none. A word of eight letters or more
    without any is two away, its first three letters right. In a code the digits stay, and so do
    fewer letters than four: ``x200b`` is never read as ``x300b``. Letters that look like digits may
    be digits (``x2oob``).
    """
    found = {word: count for word in _one_edit(term) if (count := vocabulary.frequency(word))}
    if not found and len(term) >= _LONG and term.isalpha() and term.isascii():
        found = {
            word: count
            for word, count in vocabulary.beginning_with(term[:_SAME_START])
            if word.isalpha() and within_two_edits(term, word)
        }
    return tuple(sorted(found, key=lambda word: (-found[word], word))[:_MOST])


def within_two_edits(one: str, other: str) -> bool:
    """Whether two edits make ``one`` ``other`` (optimal string alignment distance <= 2)."""
    if abs(len(one) - len(other)) > _EDITS or len(set(one) ^ set(other)) > 2 * _EDITS:
        return False
    far = _EDITS + 1
    last = before = [far] * (len(other) + 1)
    row = [min(j, far) for j in range(len(other) + 1)]
    for i, char in enumerate(one, start=1):
        last, before, row = before, row, [min(i, far), *[far] * len(other)]
        for j in range(max(1, i - _EDITS), min(len(other), i + _EDITS) + 1):
            there = other[j - 1]
            if char == there:
                row[j] = before[j - 1]
                continue
            cost = 1 + min(before[j], row[j - 1], before[j - 1])
            if i > 1 and j > 1 and char == other[j - 2] and there == one[i - 2]:
                cost = min(cost, 1 + last[j - 2])
            row[j] = cost
        if min(row) > _EDITS:
            return False
    return row[-1] <= _EDITS


def _one_edit(term: str) -> set[str]:
    """Every word one likely typing error away from ``term``."""
    pieces = _PIECE.findall(term)
    made = set[str]()
    for at, piece in enumerate(pieces):
        if piece.isalpha() and len(piece) >= _SHORTEST:
            before, after = "".join(pieces[:at]), "".join(pieces[at + 1 :])
            made.update(f"{before}{edited}{after}" for edited in _edits(piece))
    if len(pieces) > 1 and len(term) >= _SHORTEST_CODE:
        made.update(
            f"{term[:at]}{other}{term[at + 1 :]}"
            for at, char in enumerate(term)
            for other in _LOOK_ALIKE.get(char, "")
        )
        made.add(term.translate(_AS_DIGITS))
    return made - {term}


def _edits(word: str) -> Iterator[str]:
    """The words one edit away: the last letter is only ever swapped, in a short word any two."""
    short = len(word) < _SHORTEST_EDITED
    for at in range(short, len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if short:
        return
    for at in range(1, len(word)):
        head, char, tail = word[:at], word[at], word[at + 1 :]
        for other in _LETTERS:
            yield head + other + char + tail
        if tail:
            yield head + tail
            for other in _LETTERS + _ACCENTED.get(char, ""):
                yield head + other + tail
