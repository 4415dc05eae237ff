"""The whole path, top to bottom: a question in, a cited answer out.

    check  ->  retrieve  ->  respond

It is a LangChain Runnable, so ``invoke``, ``stream``, ``batch``, their async forms and callbacks
come from there. ``stream`` gives growing answers; only the last has an outcome.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Generator, Iterator
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
        return _checked(question, max_question_chars)

    def retrieve(question: Question) -> _Retrieved:
        started = time.perf_counter()
        hits = index.search(question.text, collections=question.collections, top_k=question.top_k)
        return _Retrieved(
            question=question,
            hits=tuple(hits),
            started=started,
            retrieve_ms=(time.perf_counter() - started) * 1000,
        )

    def respond(retrieved: Iterator[_Retrieved]) -> Iterator[Answer]:
        for one in retrieved:
            yield from _answers(strategy, one)

    async def respond_async(retrieved: AsyncIterator[_Retrieved]) -> AsyncIterator[Answer]:
        async for one in retrieved:
            answers = _answers(strategy, one)
            try:
                while (answer := await asyncio.to_thread(next, answers, None)) is not None:
                    yield answer
            finally:
                answers.close()

    return (
        RunnableLambda(check) | RunnableLambda(retrieve) | RunnableGenerator(respond, respond_async)
    )


def _checked(question: Question, max_question_chars: int) -> Question:
    """The question without blanks around it; a QuestionError when it cannot be asked."""
    text = question.text.strip()
    if not text:
        raise EmptyQuestion
    if len(text) > max_question_chars:
        raise QuestionTooLong(length=len(text), limit=max_question_chars)
    if not question.collections:
        raise NoCollection
    return replace(question, text=text)


def _answers(strategy: Strategy, retrieved: _Retrieved) -> Generator[Answer]:
    """The strategy's answers with the time that passed until each."""
    for answer in strategy.answer(retrieved.question, retrieved.hits):
        total_ms = (time.perf_counter() - retrieved.started) * 1000
        timings = {"retrieve": retrieved.retrieve_ms, **answer.timings_ms, "total": total_ms}
        yield replace(answer, timings_ms=timings)
