"""Where a question's words stand in passages: packed when a passage is indexed, compared at search.

Cutting text into words is slow, comparing numbers is not: a passage keeps a 32-bit code for each
content word, sentence by sentence, so that a hundred candidates are compared in a millisecond.
Two different words share a code once in four billion times; what is shown is never taken from it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from rag.types import Chunk
from rag.words import content_words
from vectorstore.spelling import LexicalQuery

_SENTENCE_ENDS: Final = 0
_OTHER_ENDS: Final = 1
_CONTEXT_ENDS: Final = 2
"""Stand after the words of a sentence, of what is between sentences, and of what is over them."""

Codes = NDArray[np.uint32]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageWords:
    """The content words of a passage: those of its title and heading path, then its text's.

    ``parts`` are its sentences and what stands between them, such as headings, in the text's order;
    ``quoted`` tells which of them are sentences.
    """

    context: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    quoted: tuple[bool, ...]

    @classmethod
    def of(cls, title: str, chunk: Chunk) -> Self:
        """The words of ``chunk`` in a document of this title."""
        parts: list[tuple[str, bool]] = []
        at = chunk.start
        for span in chunk.sentences:
            parts.append((chunk.text[at - chunk.start : span.start - chunk.start], False))
            parts.append((chunk.quote(span), True))
            at = span.end
        parts.append((chunk.text[at - chunk.start :], False))
        kept = [(tuple(content_words(text)), is_sentence) for text, is_sentence in parts]
        kept = [(own, is_sentence) for own, is_sentence in kept if own or is_sentence]
        return cls(
            context=tuple(content_words(context_of(title, chunk))),
            parts=tuple(own for own, _ in kept),
            quoted=tuple(is_sentence for _, is_sentence in kept),
        )

    def inside(self) -> Iterator[str]:
        """The words of its text."""
        return chain.from_iterable(self.parts)

    def packed(self) -> bytes:
        """Their codes, for ``match_words``."""
        codes = [*map(_code, self.context), _CONTEXT_ENDS]
        for own, is_sentence in zip(self.parts, self.quoted, strict=True):
            codes.extend(map(_code, own))
            codes.append(_SENTENCE_ENDS if is_sentence else _OTHER_ENDS)
        return np.array(codes, dtype="<u4").tobytes()


def context_of(title: str, chunk: Chunk) -> str:
    """What stands over a passage: its document's title and its headings, outermost first.

    Over one that was just cut from the middle of a table, its columns' names too. It helps the
    ranking and is not part of the quoted text.
    """
    parts = (title, *chunk.heading_path, chunk.header)
    return "\n".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class WordMatches:
    """How much of a question's words each of n passages holds; shares (0..1) of their weight.

    ``coverage`` (n,) of the passage with its title and headings; ``sentences`` n arrays, one share
    a sentence, each with the title and headings over it; ``best_sentence`` (n,) the largest of
    them, 0 for none; ``phrases`` (n,) of the pairs of words next to each other in the question that
    are next to each other in the passage, too.
    """

    coverage: Shares
    sentences: tuple[Shares, ...]
    phrases: Shares

    best_sentence: Shares


def match_words(
    asked: LexicalQuery, rarity: Mapping[str, float], packed: Sequence[bytes]
) -> WordMatches:
    """Compare a question with n passages, each as ``PassageWords.packed`` made it.

    ``rarity`` (> 0) is what each term of the question weighs. A passage of which nothing is known
    (empty bytes) holds nothing.
    """
    terms = asked.terms
    weights = np.array([rarity[term] for term in terms], dtype=np.float64)
    total = weights.sum() or 1.0
    codes = np.frombuffer(b"".join(packed), dtype="<u4")
    owner = np.repeat(np.arange(len(packed)), [len(one) // codes.itemsize for one in packed])
    found = _term_at(codes, terms, asked.read_as)
    ends = np.flatnonzero(codes <= _CONTEXT_ENDS)
    part = np.searchsorted(ends, np.arange(len(codes)))
    is_word = codes > _CONTEXT_ENDS

    held = np.zeros((len(ends), len(terms)), dtype=bool)
    at = np.flatnonzero(found >= 0)
    held[part[at], found[at]] = True
    whole, over = np.zeros((2, len(packed), len(terms)), dtype=bool)
    np.logical_or.at(whole, owner[ends], held)
    is_context = codes[ends] == _CONTEXT_ENDS
    np.logical_or.at(over, owner[ends[is_context]], held[is_context])
    is_sentence = codes[ends] == _SENTENCE_ENDS
    quoted = ends[is_sentence]
    shares = (held[is_sentence] | over[owner[quoted]]) @ weights / total
    counts = np.bincount(owner[quoted], minlength=len(packed))
    first = np.cumsum(counts) - counts
    best = np.zeros(len(packed))
    if len(shares):
        best[counts > 0] = np.maximum.reduceat(shares, first[counts > 0])
    return WordMatches(
        coverage=whole @ weights / total,
        sentences=tuple(
            shares[at : at + count]
            for at, count in zip(first.tolist(), counts.tolist(), strict=True)
        ),
        best_sentence=best,
        phrases=_phrases(asked, weights, found[is_word], owner[is_word], len(packed)),
    )


def _term_at(
    codes: Codes, terms: Sequence[str], readings: Mapping[str, Sequence[str]]
) -> NDArray[np.intp]:
    """The place in ``terms`` of the word at each place of ``codes``, -1 for any other word."""
    meant = {
        _code(word): place
        for place, term in reversed(list(enumerate(terms)))
        for word in (*readings.get(term, ()), term)
    }
    known = np.array(sorted(meant), dtype=np.uint32)
    if not len(known):
        return np.full(len(codes), -1, dtype=np.intp)
    places = np.array([meant[code] for code in known.tolist()], dtype=np.intp)
    near = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    found: NDArray[np.intp] = np.where(known[near] == codes, places[near], -1)
    return found


def _phrases(
    asked: LexicalQuery,
    weights: Shares,
    found: NDArray[np.intp],
    owner: NDArray[np.intp],
    count: int,
) -> Shares:
    """``WordMatches.phrases``; a pair weighs the mean of its words."""
    place = {term: at for at, term in enumerate(asked.terms)}
    pairs = list(dict.fromkeys((place[a], place[b]) for a, b in pairwise(asked.sequence)))
    if not pairs:
        return np.zeros(count)
    pair_at = np.full((len(place), len(place)), -1, dtype=np.intp)
    for at, (first, second) in enumerate(pairs):
        pair_at[first, second] = at
    both = (found[:-1] >= 0) & (found[1:] >= 0) & (owner[:-1] == owner[1:])
    starts = np.flatnonzero(both)
    which = pair_at[found[starts], found[starts + 1]]
    held = np.zeros((count, len(pairs)), dtype=bool)
    held[owner[starts[which >= 0]], which[which >= 0]] = True
    worth = np.array([(weights[a] + weights[b]) / 2 for a, b in pairs])
    shares: Shares = held @ worth / worth.sum()
    return shares


@lru_cache(maxsize=65536)
def _code(word: str) -> int:
    return max(zlib.crc32(word.encode()), _CONTEXT_ENDS + 1)
