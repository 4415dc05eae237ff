"""Questions that a document seems to answer and does not: one telling word put in for another.

The word gives way to one of the same kind from another question that stands nowhere in the
document. That is how people were asked to write unanswerable questions for SQuAD 2.0 (Rajpurkar
et al. 2018): names and numbers swapped, words turned round. Nothing but the word changes, so the
search still finds the document.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from rag.language import language_of, normalise
from rag.words import content_words, tagged_words

_TOKEN: Final = re.compile(r"[^\W_]+(?:[-.,'’][^\W_]+)*")
_LEAST_LETTERS: Final = 4
_TRIES: Final = 12
_TAGS: Final = frozenset(("n", "nr", "ns", "nt", "nz", "v", "a", "m", "t"))
"""jieba's tags of nouns, names, verbs, adjectives, numbers and times."""


@dataclass(frozen=True, slots=True)
class _Telling:
    """A telling word of a question: ``[start, end)`` in its characters, and what kind it is."""

    start: int
    end: int
    kind: str
    word: str


class WordSwap:
    """Swaps words between the questions of one set."""

    def __init__(self, questions: Iterable[str]) -> None:
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for question in questions:
            for one in _telling(question):
                found[one.kind][one.word] = None
        self._words = {kind: tuple(words) for kind, words in found.items()}

    def swapped(self, question: str, document: str, chance: Random) -> str | None:
        """``question`` with one word swapped, which ``document`` does not say in any form.

        None where the question has no telling word, or no other of its kind was found.
        """
        telling = list(_telling(question))
        if not telling:
            return None
        held, text = set(content_words(document)), normalise(document)
        one = chance.choice(telling)
        offered = self._words.get(one.kind, ())
        for other in chance.sample(offered, min(_TRIES, len(offered))):
            if normalise(other) not in text and held.isdisjoint(content_words(other)):
                return f"{question[: one.start]}{other}{question[one.end :]}"
        return None


def _telling(question: str) -> Iterator[_Telling]:
    return _chinese(question) if language_of(question) == "zh" else _english(question)


def _english(question: str) -> Iterator[_Telling]:
    for match in _TOKEN.finditer(question):
        word = match[0]
        if not content_words(word):
            continue
        if any(char.isdigit() for char in word):
            kind = "number"
        elif match.start() and word[0].isupper():
            kind = "name"
        elif word.islower() and len(word) >= _LEAST_LETTERS:
            kind = "word"
        else:
            continue
        yield _Telling(match.start(), match.end(), kind, word)


def _chinese(question: str) -> Iterator[_Telling]:
    at = 0
    for word, tag in tagged_words(question):
        end = at + len(word)
        if tag in _TAGS and len(word) > 1 and content_words(word):
            yield _Telling(at, end, f"zh:{tag}", word)
        at = end
