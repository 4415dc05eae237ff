"""The last word on an answer: whether its sentences hold, how sure it is, whether it is given."""

from __future__ import annotations

from dataclasses import replace

from rag.abstention import answerable, evidence
from rag.answer import Answer, Outcome, Question
from rag.conflicts import conflicts_in
from rag.following_up import speaks_of
from rag.protocols import Checker


class Review:
    """See ``rag.protocols.Reviewer``."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    def review(self, question: Question, answer: Answer) -> Answer:
        """See ``rag.protocols.Reviewer``; an answer in the documents' own words needs evidence."""
        answer = replace(answer, confidence=evidence(answer.hits))
        if answer.context or (answerable(answer.hits) and speaks_of(question.added, answer)):
            claims = self._checker.check(answer.claims)
            found = conflicts_in(claims, answer.passages())
            return replace(answer, claims=claims, conflicts=found)
        return replace(answer, text="", claims=(), outcome=Outcome.NOT_IN_DOCUMENTS)
