"""Whether two answers to a question say the same, and how nearly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from rag.checking.names import codes_in, mentions, names_in
from rag.checking.polarity import negations, turned
from rag.language import HAN, normalise
from rag.protocols import Embedder
from rag.voting.normal_form import NormalForm, Value, normal_form, split_head
from rag.voting.opposites import opposed
from rag.voting.spelling import plainly_written
from rag.words import content_words

ALIKE: Final = 0.72
"""Likeness from which two answers without values are one answer; fitted on the development half of
``benchmarks/voting/pairs.jsonl``."""

ALIKE_WITH_VALUES: Final = 0.35
"""The same for answers whose values agree: there the words around them say little."""

READABLE: Final = 0.9
"""Share of both texts that the embedding model must be able to read for their cosine to count."""

_HAN_RUN: Final = re.compile(f"[{HAN}]+")
_IN_ORDER: Final = re.compile(r"\b(?:from|to|than|by)\b|\d\s?-\s?\d|[从到至比被]")


class Likeness:
    """How alike answers to one question are.

    Words that only repeat the ``question`` tell no two answers apart. Meaning is the cosine of
    ``embedder`` where it can read both answers, and the share of words in common elsewhere.
    """

    def __init__(self, question: str, embedder: Embedder | None = None) -> None:
        self._asked = frozenset(content_words(question))
        self._embedder = embedder
        self._rows: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]] | None] = {}

    def same(self, one: str, other: str) -> bool:
        """Whether two answers say the same."""
        return self.score(one, other) >= 1.0

    def score(self, one: str, other: str) -> float:
        """From 1 on, the answers say the same, the larger, the nearer; 0 where they contradict.

        They never say the same where a value, a yes, a denial, a comparison, a code or a name
        differs.
        """
        forms = normal_form(one), normal_form(other)
        if forms[0] == forms[1]:
            return 2.0
        if contradict(one, other, forms):
            return 0.0
        if forms[0].head and not all(map(_says_more, forms)):
            return 1.0
        texts = split_head(one)[1], split_head(other)[1]
        least = ALIKE_WITH_VALUES if forms[0].values else ALIKE
        return min(2.0, self._meant(texts, forms) / least)

    def _meant(self, texts: tuple[str, str], forms: tuple[NormalForm, NormalForm]) -> float:
        """How alike (0..1) the words are, the values apart."""
        own, others = (frozenset(form.words) for form in forms)
        if not own - others and not others - own:
            return float(not (own and _IN_ORDER.search(" ".join(texts).lower())))
        if not own - others or not others - own:
            more = (own | others) - (own & others)
            if more <= self._asked or (forms[0].values and not own & others):
                return 1.0
        return max(self._cosine(*texts), _overlap(*texts))

    def _cosine(self, one: str, other: str) -> float:
        rows = [self._row(text) for text in (one, other)]
        return 0.0 if rows[0] is None or rows[1] is None else float(np.dot(rows[0], rows[1]))

    def _row(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]] | None:
        """The vector of ``text``; None where no model reads it."""
        if self._embedder is None:
            return None
        if text not in self._rows:
            readable = self._embedder.coverage(text) >= READABLE and not _HAN_RUN.search(text)
            self._rows[text] = self._embedder.embed_documents([text])[0] if readable else None
        return self._rows[text]


def contradict(one: str, other: str, forms: tuple[NormalForm, NormalForm]) -> bool:
    """Whether two answers of these ``forms`` differ in what wording cannot bridge."""
    first, second = forms
    if first.head != second.head:
        return True
    if first.head and not (_says_more(first) and _says_more(second)):
        return False
    texts = split_head(one)[1], split_head(other)[1]
    codes = [codes_in(plainly_written(text)) for text in texts]
    return (
        not _values_agree(first.values, second.values, " ".join(texts))
        or bool(negations(texts[0])) != bool(negations(texts[1]))
        or turned(*texts) is not None
        or opposed(*texts)
        or codes[0] != codes[1]
        or not _names_agree(*texts)
    )


def _says_more(form: NormalForm) -> bool:
    """Whether there is more than a yes or a no."""
    return bool(form.values or form.words)


def _values_agree(own: Sequence[Value], others: Sequence[Value], texts: str) -> bool:
    """Whether the values are the same: in any order, unless the texts say from which to which."""
    if len(own) != len(others):
        return False
    if all(_agree(*pair) for pair in zip(own, others, strict=True)):
        return True
    if _IN_ORDER.search(texts.lower()):
        return False
    left = list(others)
    for value in own:
        found = next((one for one in left if _agree(value, one)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _agree(one: Value, other: Value) -> bool:
    """Whether two values are the same as far as they are told: a year or a unit may be missing."""
    if one.is_date != other.is_date:
        return False
    if one.is_date:
        pairs = list(zip(one.amount.split("-"), other.amount.split("-"), strict=True))
        told = [pair for pair in pairs if "?" not in pair]
        return bool(told) and all(own == theirs for own, theirs in told) and _nested(pairs)
    if one.unit == other.unit:
        return one.amount == other.amount
    bare = not (one.unit and other.unit) and "percent" not in (one.unit, other.unit)
    return bare and one.digits == other.digits


def _nested(parts: Sequence[tuple[str, str]]) -> bool:
    """Whether one of two dates tells all that the other tells."""
    return any(all(pair[side] == "?" or pair[1 - side] != "?" for pair in parts) for side in (0, 1))


def _names_agree(one: str, other: str) -> bool:
    """Whether the names of one are among those of the other, where both have any."""
    own, others = names_in(one), names_in(other)
    if not own or not others:
        return True
    return all(mentions(name, [other]) for name in own) or all(
        mentions(name, [one]) for name in others
    )


def _overlap(one: str, other: str) -> float:
    """Share of the parts (words, neighbouring Han characters) of the two that both have (Dice)."""
    own, others = _parts(one), _parts(other)
    return 2 * len(own & others) / (len(own) + len(others)) if own and others else 0.0


@lru_cache(maxsize=1024)
def _parts(text: str) -> frozenset[str]:
    plain = normalise(plainly_written(text))
    found = {word for word in content_words(plain) if not _HAN_RUN.search(word)}
    for run in _HAN_RUN.findall(plain):
        found |= {first + second for first, second in pairwise(run)} or {run}
    return frozenset(found)
