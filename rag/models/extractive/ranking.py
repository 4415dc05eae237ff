"""Every sentence of the passages found, the likeliest to answer first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rag.language import Language, language_of
from rag.models.extractive.evidence import Examiner, Sign
from rag.types import Hit, Span

_ENGLISH: Final = {
    Sign.WORDS: 1.54,
    Sign.OWN_WORDS: 3.63,
    Sign.CARRIED: 2.38,
    Sign.FIGURES: 1.91,
    Sign.MEANING: 7.79,
    Sign.PASSAGE: 7.43,
    Sign.NOTHING_BEYOND: -1.25,
    Sign.OPENS_DEFINITION: 1.50,
    Sign.COUNTED: 2.01,
    Sign.GIVES_TIME: 2.02,
    Sign.GIVES_NUMBER: 1.98,
    Sign.GIVES_PERSON: 0.22,
    Sign.GIVES_PLACE: 1.73,
    Sign.GIVES_REASON: 1.77,
    Sign.GIVES_DEFINITION: 0.53,
    Sign.GIVES_LIST: 1.01,
    Sign.GIVES_WORK: 2.15,
}
_CHINESE: Final = {
    Sign.WORDS: 3.71,
    Sign.OWN_WORDS: 2.82,
    Sign.CARRIED: 2.12,
    Sign.FIGURES: 2.07,
    Sign.PAIRS: 7.85,
    Sign.MEANING: 5.59,
    Sign.PASSAGE: 6.13,
    Sign.NOTHING_BEYOND: -4.90,
    Sign.OPENS_DEFINITION: 1.78,
    Sign.COUNTED: 2.53,
    Sign.GIVES_TIME: 2.23,
    Sign.GIVES_NUMBER: 1.72,
    Sign.GIVES_PERSON: 0.54,
    Sign.GIVES_PLACE: 1.75,
    Sign.GIVES_REASON: 2.16,
    Sign.GIVES_DEFINITION: 0.49,
    Sign.GIVES_LIST: 1.00,
    Sign.GIVES_WORK: 2.16,
}
WEIGHTS: Final[Mapping[Language, Mapping[Sign, float]]] = {"en": _ENGLISH, "zh": _CHINESE}
"""What each sign weighs, by the language of the question (docs/experiments.md).

They maximise the chance that a softmax over the sentences found puts on those that hold the answer
(ListNet's top-one probability; Cao et al. 2007), on training sets, with every sign kept from
turning against its meaning.
"""

SAME_LANGUAGE: Final = 0.5
"""What a sentence in the question's language has ahead of one in another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedSentence:
    """A sentence of a hit; ``span`` in characters of its page, ``text`` as it stands there.

    ``score`` is a log-odds: of two sentences for one question, the one is ``exp`` of the difference
    as likely to answer as the other. It cannot be compared between questions. ``signs`` are what it
    was made from, without those that are 0.
    """

    hit: Hit
    span: Span
    text: str
    words: frozenset[str]
    score: float
    signs: Mapping[Sign, float]


def rank_sentences(question: str, hits: Sequence[Hit]) -> list[RankedSentence]:
    """The sentences of ``hits`` that say something, the likeliest to answer first.

    Equal ones stand by passage id and place.
    """
    examiner = Examiner(question, hits)
    weights = WEIGHTS[examiner.language]
    ranked = []
    for one, signs in examiner.examined():
        score = sum(weights.get(sign, 0.0) * value for sign, value in signs.items())
        if language_of(one.text) == examiner.language:
            score += SAME_LANGUAGE
        ranked.append(
            RankedSentence(
                hit=one.hit, span=one.span, text=one.text, words=one.words, score=score, signs=signs
            )
        )
    return sorted(ranked, key=lambda r: (-r.score, r.hit.passage.chunk_id, r.span.start))
