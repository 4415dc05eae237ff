"""What speaks for each sentence of the passages found as the answer to a question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from rag.language import Language, language_of
from rag.models.extractive.asking import Kind, counts_the_thing_asked, gives, kinds_asked
from rag.types import Hit, Span
from rag.words import content_words, han_pairs

_SHORTEST: Final = 4
_FEW: Final = 2


class Sign(StrEnum):
    """One thing that speaks for or against a sentence; each is measured from 0 to 1.

    * ``words``: share of the question's words, by their rarity in the collection, that stand in the
      sentence, its title or its headings.
    * ``own_words``: the same in the sentence alone, by their rarity among the sentences found.
    * ``carried``: what ``own_words`` gains with the sentence before it: an answer often follows
      the sentence that names its subject.
    * ``figures``: share of the question's words with digits (years, codes) that stand there.
    * ``pairs``: for a Chinese question, the share of its pairs of characters that stand in the
      sentence, its title or its headings, by their rarity among the sentences found.
    * ``meaning``: cosine of the sentence to the question; 0 where the embedding model cannot read
      the question.
    * ``passage``: its passage's score over the best passage's.
    * ``nothing_beyond``: it has fewer than two words that are not in the question.
    * ``opens_definition``: the question asks what something is, and a document opens with it.
    * ``counted``: it counts the thing of which the question asks how many there are.
    * ``gives_...``: the question asks for that kind of thing, and the sentence has one.
    """

    WORDS = "words"
    OWN_WORDS = "own_words"
    CARRIED = "carried"
    FIGURES = "figures"
    PAIRS = "pairs"
    MEANING = "meaning"
    PASSAGE = "passage"
    NOTHING_BEYOND = "nothing_beyond"
    OPENS_DEFINITION = "opens_definition"
    COUNTED = "counted"
    GIVES_TIME = "gives_time"
    GIVES_NUMBER = "gives_number"
    GIVES_PERSON = "gives_person"
    GIVES_PLACE = "gives_place"
    GIVES_REASON = "gives_reason"
    GIVES_DEFINITION = "gives_definition"
    GIVES_LIST = "gives_list"
    GIVES_WORK = "gives_work"


_GIVES: Final = {kind: Sign(f"gives_{kind}") for kind in Kind}


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """The sentence number ``place`` (from 0) of a hit, with its content words.

    ``pairs`` are its pairs of Han characters, where they were asked for.
    """

    hit: Hit
    place: int
    span: Span
    text: str
    words: frozenset[str]
    pairs: frozenset[str]

    @classmethod
    def all_in(cls, hits: Sequence[Hit], *, with_pairs: bool) -> list[Self]:
        """Every sentence of ``hits``, in their order."""
        return [
            cls(
                hit=hit,
                place=place,
                span=span,
                text=(text := hit.passage.chunk.quote(span)),
                words=frozenset(content_words(text)),
                pairs=frozenset(han_pairs(text) if with_pairs else ()),
            )
            for hit in hits
            for place, span in enumerate(hit.passage.chunk.sentences)
        ]

    def says_something(self) -> bool:
        """Whether it could answer anything: not a scrap, a question, or the head of a table."""
        if len(self.text) < _SHORTEST or self.text.endswith(("?", "？")):
            return False
        return " | " not in self.text or any(char.isdigit() for char in self.text)

    def words_in_context(self) -> float:
        """The sentence's ``Hit.sentence_coverages``; 0 where the index does not know it."""
        return self.hit.sentence_coverages[self.place] if self.hit.sentence_coverages else 0.0

    def meaning(self) -> float:
        """Its cosine to the question, at least 0; 0 where vectors have no vote."""
        if not (self.hit.sentence_scores and self.hit.dense_vote > 0):
            return 0.0
        return max(0.0, self.hit.sentence_scores[self.place])


class AskedTerms:
    """The question's words (or pairs), each weighing the more the fewer sentences have it.

    The weight is ``ln(1 + n / (df + 1/2))`` over the ``n`` sentences found (Spärck Jones 1972).
    """

    def __init__(self, asked: Iterable[str], sentences: Sequence[frozenset[str]]) -> None:
        self._weights: Mapping[str, float] = {
            term: math.log(1 + len(sentences) / (0.5 + sum(term in held for held in sentences)))
            for term in dict.fromkeys(asked)
        }
        self._total = sum(self._weights.values()) or 1.0

    def share(self, held: frozenset[str]) -> float:
        """The share (0..1) of the weight that ``held`` has."""
        return sum(w for term, w in self._weights.items() if term in held) / self._total

    def beyond(self, held: frozenset[str]) -> int:
        """How many of ``held`` are not asked."""
        return len(held - self._weights.keys())


class Examiner:
    """Measures the signs of the sentences in ``hits`` for one question."""

    def __init__(self, question: str, hits: Sequence[Hit]) -> None:
        self.language: Language = language_of(question)
        chinese = self.language == "zh"
        self._question = question
        self._kinds = kinds_asked(question)
        self._sentences = FoundSentence.all_in(hits, with_pairs=chinese)
        self._words = AskedTerms(content_words(question), [one.words for one in self._sentences])
        self._pairs = AskedTerms(
            han_pairs(question) if chinese else (), [one.pairs for one in self._sentences]
        )
        self._top = max((hit.score for hit in hits), default=0.0) or 1.0
        self._figures = frozenset(
            word for word in content_words(question) if any(map(str.isdigit, word))
        )
        self._over = {hit.passage.chunk_id: _context(hit) for hit in hits}

    def examined(self) -> Iterator[tuple[FoundSentence, dict[Sign, float]]]:
        """The sentences that say something, each with the signs that are not 0."""
        before: FoundSentence | None = None
        for one in self._sentences:
            if one.place == 0:
                before = None
            if one.says_something():
                signs = {**self._shared(one, before), **self._kind_signs(one)}
                yield one, {sign: value for sign, value in signs.items() if value}
            before = one

    def _shared(self, one: FoundSentence, before: FoundSentence | None) -> dict[Sign, float]:
        own = self._words.share(one.words)
        over, over_pairs = self._over[one.hit.passage.chunk_id]
        figures = len(self._figures & (one.words | over)) / (len(self._figures) or 1)
        together = one.words | before.words if before else one.words
        return {
            Sign.WORDS: one.words_in_context(),
            Sign.OWN_WORDS: own,
            Sign.CARRIED: self._words.share(together) - own,
            Sign.FIGURES: figures,
            Sign.PAIRS: self._pairs.share(one.pairs | over_pairs),
            Sign.MEANING: one.meaning(),
            Sign.PASSAGE: one.hit.score / self._top,
            Sign.NOTHING_BEYOND: float(self._words.beyond(one.words) < _FEW),
        }

    def _kind_signs(self, one: FoundSentence) -> dict[Sign, float]:
        signs = {_GIVES[kind]: float(gives(kind, one.text, self._question)) for kind in self._kinds}
        if Kind.NUMBER in self._kinds:
            signs[Sign.COUNTED] = float(counts_the_thing_asked(one.text, self._question))
        if Kind.DEFINITION in self._kinds:
            signs[Sign.OPENS_DEFINITION] = float(
                one.place == 0 and one.hit.passage.chunk.sequence == 0
            )
        return signs


def _context(hit: Hit) -> tuple[frozenset[str], frozenset[str]]:
    """The content words, and the pairs of Han characters, of the title and headings over a hit."""
    over = "\n".join((hit.passage.title, *hit.passage.chunk.heading_path))
    return frozenset(content_words(over)), frozenset(han_pairs(over))
