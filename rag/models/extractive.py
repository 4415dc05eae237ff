"""Answers with the documents' own sentences, each cited: no model, no key, no network.

It is what a newcomer meets first, and what everybody gets when a model fails.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.answer import Answer, Outcome, Question
from rag.claims import Citation, Claim
from rag.excerpt import Excerpt
from rag.language import language_of
from rag.types import Hit, Span
from rag.words import content_words

NAME: Final = "extractive"

_MOST_SENTENCES: Final = 3
_NEARNESS_WEIGHT: Final = 0.5
_PASSAGE_WEIGHT: Final = 0.6
_TYPE_WEIGHT: Final = 0.1
_NEARLY_AS_GOOD: Final = 0.8
_SHORTEST: Final = 4

_ASKS_NUMBER: Final = re.compile(
    r"\b(how (many|much|long|often|old|far|high|large|fast|soon)|what (number|percentage|share|age|"
    r"price|amount|rate|temperature|pressure)|percent)\b|多少|几|多长|多久|多大|多高|多重|比例|何时|"
    r"金额|价格|费用|期限|温度|压力",
    re.IGNORECASE,
)
_ASKS_TIME: Final = re.compile(
    r"\b(when|what (year|date|day|month|time)|which (year|date|day|month))\b|"
    r"何时|什么时候|哪(一)?年|哪(一)?天|几月|几点|日期",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice|half)\b|"
    r"[一二两三四五六七八九十百千万]+(?:个|年|月|日|天|元|次|人|小时|分钟|周)",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"\b(1\d{3}|20\d{2})\b|\b(january|february|march|april|may|june|july|august|september|october|"
    r"november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|"
    r"\d+\s*[年月日点时]|\b\d{1,2}[:.]\d{2}\b",
    re.IGNORECASE,
)
_LIST_MARK: Final = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)、])\s+")


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    span: Span
    text: str
    score: float

    def words(self) -> frozenset[str]:
        return frozenset(content_words(self.text))


class Extractive:
    """See ``rag.protocols.Strategy``."""

    name = NAME

    def answer(
        self, question: Question, hits: Sequence[Hit], context: Sequence[Excerpt] = ()
    ) -> Iterator[Answer]:
        """One answer, at once: at most three sentences of the hits, the best first."""
        started = time.perf_counter()
        claims = self._claims(question.text, hits)
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

    def _claims(self, question: str, hits: Sequence[Hit]) -> tuple[Claim, ...]:
        candidates = rank_sentences(question, hits)
        if not candidates:
            return ()
        best = candidates[0]
        asked = frozenset(content_words(question))
        chosen = [best]
        for candidate in candidates[1:]:
            if len(chosen) == _MOST_SENTENCES or candidate.score < _NEARLY_AS_GOOD * best.score:
                break
            held = frozenset[str]().union(*(one.words() for one in chosen))
            if (candidate.words() & asked) - held:
                chosen.append(candidate)
        return tuple(
            Claim(text=one_line(one.text), citations=(Citation.of(one.hit.passage, one.span),))
            for one in chosen
        )


def rank_sentences(question: str, hits: Sequence[Hit]) -> list[_Candidate]:
    """Every sentence of the passages, the likeliest to answer first."""
    top = max((hit.score for hit in hits), default=0.0) or 1.0
    candidates = []
    for hit in hits:
        chunk = hit.passage.chunk
        cosines = hit.sentence_scores or (0.0,) * len(chunk.sentences)
        covered = hit.sentence_coverages or (0.0,) * len(chunk.sentences)
        trust = _NEARNESS_WEIGHT if hit.dense_vote > 0 else 0.0
        for span, cosine, share in zip(chunk.sentences, cosines, covered, strict=True):
            text = chunk.quote(span)
            if not _says_something(text):
                continue
            score = trust * max(0.0, cosine) + share
            score += _PASSAGE_WEIGHT * hit.score / top + _TYPE_WEIGHT * _fits(question, text)
            candidates.append(_Candidate(hit, span, text, score))
    return sorted(candidates, key=lambda c: (-c.score, c.hit.passage.chunk_id, c.span.start))


def _says_something(sentence: str) -> bool:
    """Whether it could answer anything: not a scrap, a question, or the head of a table."""
    if len(sentence) < _SHORTEST or sentence.endswith(("?", "？")):
        return False
    return " | " not in sentence or any(char.isdigit() for char in sentence)


def _fits(question: str, sentence: str) -> float:
    """1 when the sentence has the kind of thing asked for (a number, a time), else 0."""
    if _ASKS_TIME.search(question):
        return float(bool(_TIME.search(sentence)))
    if _ASKS_NUMBER.search(question):
        return float(bool(_NUMBER.search(sentence)))
    return 0.0


def one_line(text: str) -> str:
    """``text`` on one line without a list mark: breaks become blanks, or nothing in Chinese."""
    joined = re.sub(
        r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", text
    )
    return re.sub(r"\s+", " ", _LIST_MARK.sub("", joined)).strip()
