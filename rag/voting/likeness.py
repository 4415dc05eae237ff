"""Whether two answers to a question say the same, and how nearly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rag.checking.names import codes_in
from rag.checking.polarity import negations, turned
from rag.language import HAN
from rag.protocols import Embedder
from rag.voting.naming import names_agree, only_name_of
from rag.voting.normal_form import NormalForm, Value, is_read, normal_form
from rag.voting.opposites import opposed
from rag.voting.polar import amounts_to, asks_whether, leaning, split_head
from rag.voting.spelling import plainly_written
from rag.voting.wording import BOUNDING, overlap, parts, parts_in_order, replaces_word

ALIKE: Final = 0.72
"""Likeness of the words from which two answers are one, where one only says more than the other;
this and the next two are fitted on the development half of ``benchmarks/voting/pairs.jsonl``."""

REPLACED: Final = 0.75
"""The same where each says something that the other does not."""

ALIKE_BESIDE: Final = 0.55
"""The same for what stands beside values or codes that agree."""

READABLE: Final = 0.9
"""Share of both texts that the embedding model must be able to read for their cosine to count."""

_HAN_CHAR: Final = re.compile(f"[{HAN}]")
_IN_ORDER: Final = re.compile(r"\b(?:from|to|than|by)\b|\d\s?[-:]\s?\d|[从到至比被]")
_Row = np.ndarray[tuple[int], np.dtype[np.float32]]


class Likeness:
    """How alike answers to one question are.

    Words that only repeat the ``question`` tell no two answers apart. Meaning is the cosine of
    ``embedder`` where it can read both answers, and the share of words in common elsewhere.
    """

    def __init__(self, question: str, embedder: Embedder | None = None) -> None:
        self._question = question
        self._polar = asks_whether(question)
        self._asked = parts(question)
        self._embedder = embedder
        self._rows: dict[str, _Row | None] = {}
        self._scores: dict[tuple[str, str], float] = {}

    def same(self, one: str, other: str) -> bool:
        """Whether two answers say the same."""
        return self.score(one, other) >= 1.0

    def score(self, one: str, other: str) -> float:
        """From 1 on, the answers say the same, the larger, the nearer; 0 where they contradict.

        They never say the same where a value, a yes, a denial, a comparison, a code or a name
        differs. The order of the two plays no part.
        """
        pair = (one, other) if one <= other else (other, one)
        if pair not in self._scores:
            self._scores[pair] = self._score(*pair)
        return self._scores[pair]

    def _score(self, one: str, other: str) -> float:
        forms = self._form(one), self._form(other)
        if forms[0] == forms[1]:
            return 2.0
        if forms[0].head != forms[1].head or not (is_read(one) and is_read(other)):
            return 0.0
        if forms[0].head and not all(map(self._says_more, forms)):
            return 1.0
        texts = split_head(one)[1], split_head(other)[1]
        if contradict(*texts, forms):
            return 0.0
        if forms[0].values or all(map(_codes, texts)):
            return self._beside_values(forms)
        return self._meant(*texts)

    def _form(self, text: str) -> NormalForm:
        """The normal form, with the yes or no that it amounts to where one is asked for."""
        form = normal_form(text)
        if form.head or not self._polar or not is_read(text):
            return form
        return replace(form, head=leaning(text, self._question))

    def _says_more(self, form: NormalForm) -> bool:
        """Whether there is more than a yes or a no, and than what the question says already."""
        said = " ".join(form.words)
        return bool(form.values or (said and not amounts_to(said, self._question)))

    def _beside_values(self, forms: tuple[NormalForm, NormalForm]) -> float:
        """The likeness of answers whose values agree, by the words beside them."""
        said = [" ".join(form.words) for form in forms]
        own, others = (parts(text) - self._asked - BOUNDING for text in said)
        if own <= others or others <= own:
            return 1.5
        alike = max(overlap(own, others), self._cosine(*said))
        return min(2.0, alike / ALIKE_BESIDE)

    def _meant(self, one: str, other: str) -> float:
        """The likeness of answers without values."""
        plain = [plainly_written(text) for text in (one, other)]
        own, others = map(parts, plain)
        if own == others:
            turned_round = parts_in_order(plain[0]) != parts_in_order(plain[1])
            in_order = all(_IN_ORDER.search(text.lower()) for text in plain)
            return 0.0 if turned_round and in_order else 1.5
        more = own ^ others
        if own <= others or others <= own:
            named = only_name_of(*sorted((one, other), key=len))
            if named is not None or more <= self._asked:
                return 0.0 if named is False else 1.5
            return max(self._cosine(one, other), overlap(own, others)) / ALIKE
        alike = max(self._cosine(one, other), overlap(own, others))
        return min(alike, 0.5 if replaces_word(own, others) else 1.0) / REPLACED

    def _cosine(self, one: str, other: str) -> float:
        rows = [self._row(text) for text in (one, other)]
        return 0.0 if rows[0] is None or rows[1] is None else float(np.dot(rows[0], rows[1]))

    def _row(self, text: str) -> _Row | None:
        """The vector of ``text``; None where no model reads it."""
        if self._embedder is None or not text.strip():
            return None
        if text not in self._rows:
            readable = self._embedder.coverage(text) >= READABLE and not _HAN_CHAR.search(text)
            self._rows[text] = self._embedder.embed_documents([text])[0] if readable else None
        return self._rows[text]


def contradict(one: str, other: str, forms: tuple[NormalForm, NormalForm]) -> bool:
    """Whether two answers of these ``forms`` differ in what wording cannot bridge.

    ``one`` and ``other`` are what they say besides a yes or a no.
    """
    first, second = forms
    denied = first.head != "no" and bool(negations(one)) != bool(negations(other))
    return (
        not _values_agree(first.values, second.values, f"{one} {other}")
        or not _nested_sets(first.per, second.per)
        or denied
        or not _nested_sets(_codes(one), _codes(other))
        or turned(one, other) is not None
        or opposed(one, other)
        or not names_agree(one, other)
    )


def _codes(text: str) -> set[str]:
    return codes_in(plainly_written(text))


def _nested_sets(one: frozenset[str] | set[str], other: frozenset[str] | set[str]) -> bool:
    return one <= other or other <= one


def _values_agree(own: Sequence[Value], others: Sequence[Value], texts: str) -> bool:
    """Whether the values are the same: in any order, unless the texts say from which to which.

    A bare 1 may stand for an article.
    """
    if len(own) != len(others):
        own, others = ([one for one in values if not _article(one)] for values in (own, others))
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


def _article(value: Value) -> bool:
    return value.amount == "1" and not value.unit


def _agree(one: Value, other: Value) -> bool:
    """Whether two values are the same as far as they are told: a year or a unit may be missing.

    A bare number of four digits may be a year or a number.
    """
    if one.is_date and other.is_date:
        pairs = list(zip(one.amount.split("-"), other.amount.split("-"), strict=True))
        told = [pair for pair in pairs if "?" not in pair]
        return bool(told) and all(own == theirs for own, theirs in told) and _nested(pairs)
    if one.unit == other.unit and one.is_date == other.is_date:
        return one.amount == other.amount
    units = (one.unit, other.unit)
    bare = not all(units) and "percent" not in units and "rate" not in units
    return bare and one.digits == other.digits


def _nested(parts: Sequence[tuple[str, str]]) -> bool:
    """Whether one of two dates tells all that the other tells."""
    return any(all(pair[side] == "?" or pair[1 - side] != "?" for pair in parts) for side in (0, 1))
