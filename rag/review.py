"""The last word on an answer: whether its sentences hold, how sure it is, whether it is given."""

from __future__ import annotations

from dataclasses import replace

from rag.answer import Answer, Outcome, Question
from rag.confidence import Assessor
from rag.conflicts import conflicts_in
from rag.following_up import speaks_of
from rag.protocols import Checker


class Review:
    """See ``rag.protocols.Reviewer``: checks the claims, looks for conflicts, then assesses."""

    def __init__(self, checker: Checker, confidence: Assessor) -> None:
        self._checker = checker
        self._confidence = confidence

    def review(self, question: Question, answer: Answer) -> Answer:
        """See ``rag.protocols.Reviewer``; a refusal keeps the hits, which are the nearest there is.

        An answer without a sentence to give is a refusal already. So is one in the documents' own
        words that says nothing of what a follow-up adds.
        """
        claims = self._checker.check(answer.claims)
        answer = replace(answer, claims=claims)
        found = self._confidence.assess(question, answer)
        if not found.refuse and not (answer.context or speaks_of(question.added, answer)):
            sure = 1 - found.confidence
            found = replace(found, confidence=sure, calibrated=False, refuse=True)
        answer = replace(answer, confidence=found.confidence, calibrated=found.calibrated)
        if found.refuse:
            return replace(answer, text="", claims=(), outcome=Outcome.NOT_IN_DOCUMENTS)
        return replace(answer, conflicts=conflicts_in(claims, answer.passages()))
