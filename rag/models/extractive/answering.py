"""The answer made of the best sentences: which are shown, and how each is cited."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from typing import Final

from rag.answer import Answer, Outcome, Question
from rag.claims import Citation, Claim
from rag.excerpt import Excerpt
from rag.language import language_of
from rag.models.extractive.ranking import RankedSentence, rank_sentences
from rag.types import Hit
from rag.words import content_words

NAME: Final = "extractive"

_MOST_SENTENCES: Final = 3
_NEARLY_AS_GOOD: Final = 0.5
_WITH_MORE_WORDS: Final = 3.0
"""How far below the best (in log-odds) a further sentence may be: as it is, and if it has words of
the question that those before it lack."""

_LIST_MARK: Final = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)、])\s+")
_BREAK_IN_CHINESE: Final = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])"
)


class Extractive:
    """See ``rag.protocols.Strategy``."""

    name = NAME

    def answer(
        self, question: Question, hits: Sequence[Hit], context: Sequence[Excerpt] = ()
    ) -> Iterator[Answer]:
        """One answer, at once: at most three sentences of the hits, the best first."""
        started = time.perf_counter()
        claims = tuple(
            Claim(text=one_line(one.text), citations=(Citation.of(one.hit.passage, one.span),))
            for one in chosen(question.text, rank_sentences(question.text, hits))
        )
        separator = "" if claims and language_of(claims[0].text) == "zh" else " "
        yield Answer(
            question=question.text,
            model=self.name,
            text=separator.join(claim.text for claim in claims),
            outcome=Outcome.ANSWERED if claims else Outcome.NOT_IN_DOCUMENTS,
            claims=claims,
            hits=tuple(hits),
            timings_ms={"answer": (time.perf_counter() - started) * 1000},
        )


def chosen(question: str, ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The sentences that are shown, at most three: the best and those that help beside it.

    A further one helps if it is nearly as good, or holds words of the question that those before it
    lack. What is said already is not said again.
    """
    asked = frozenset(content_words(question))
    shown: list[RankedSentence] = []
    said: set[str] = set()
    held: frozenset[str] = frozenset()
    for one in ranked:
        behind = ranked[0].score - one.score
        if len(shown) == _MOST_SENTENCES or behind > _WITH_MORE_WORDS:
            break
        text = one_line(one.text)
        helps = not shown or behind <= _NEARLY_AS_GOOD or (one.words & asked) - held
        if text not in said and helps:
            shown.append(one)
            said.add(text)
            held |= one.words
    return shown


def one_line(text: str) -> str:
    """``text`` on one line without a list mark: breaks become blanks, or nothing in Chinese."""
    joined = _BREAK_IN_CHINESE.sub("", _LIST_MARK.sub("", text))
    return re.sub(r"\s+", " ", joined).strip()
