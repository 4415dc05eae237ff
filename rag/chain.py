"""The whole path, top to bottom: a question in, a cited answer out.

    check  ->  retrieve  ->  respond

It is a LangChain Runnable, so ``invoke``, ``stream``, ``batch``, their async forms and callbacks
come from there. ``stream`` gives growing answers; only the last has an outcome.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.errors import EmptyQuestion, NoCollection, QuestionTooLong
from rag.protocols import Index, Strategy
from rag.types import Answer, Hit, Question

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Retrieved:
    question: Question
    hits: tuple[Hit, ...]
    started: float
    retrieve_ms: float


def build_chain(
    index: Index, strategy: Strategy, *, max_question_chars: int
) -> Runnable[Question, Answer]:
    """The chain over ``index`` that answers by ``strategy``.

    Raises a QuestionError for a question that cannot be asked, and what ``index`` raises.
    """
    from langchain_core.runnables import RunnableGenerator, RunnableLambda

    def check(question: Question) -> Question:
        text = question.text.strip()
        if not text:
            raise EmptyQuestion
        if len(text) > max_question_chars:
            raise QuestionTooLong(length=len(text), limit=max_question_chars)
        if not question.collections:
            raise NoCollection
        return replace(question, text=text)

    def retrieve(question: Question) -> _Retrieved:
        started = time.perf_counter()
        hits = index.search(
            question.text, collections=question.collections, top_k=question.top_k
        )
        return _Retrieved(
            question=question,
            hits=tuple(hits),
            started=started,
            retrieve_ms=(time.perf_counter() - started) * 1000,
        )

    def respond(retrieved: Iterator[_Retrieved]) -> Iterator[Answer]:
        for one in retrieved:
            for answer in strategy.answer(one.question, one.hits):
                total_ms = (time.perf_counter() - one.started) * 1000
                timings = {"retrieve": one.retrieve_ms, **answer.timings_ms, "total": total_ms}
                yield replace(answer, timings_ms=timings)

    return RunnableLambda(check) | RunnableLambda(retrieve) | RunnableGenerator(respond)
