"""The last word on an answer: how sure it is, and whether it is given at all."""

from __future__ import annotations

from dataclasses import replace

from rag.abstention import answerable, evidence
from rag.answer import Answer, Outcome, Question


class Review:
    """See ``rag.protocols.Reviewer``."""

    def review(self, question: Question, answer: Answer) -> Answer:
        """See ``rag.protocols.Reviewer``; an answer in the documents' own words needs evidence."""
        answer = replace(answer, confidence=evidence(answer.hits))
        if answer.context or answerable(answer.hits):
            return answer
        return replace(answer, text="", claims=(), outcome=Outcome.NOT_IN_DOCUMENTS)
