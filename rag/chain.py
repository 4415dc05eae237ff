"""The whole path, top to bottom: a question in, a cited answer out.

    check  ->  condense  ->  retrieve  ->  context  ->  respond  ->  review

It is a LangChain Runnable, so ``invoke``, ``stream``, ``batch``, their async forms and callbacks
come from there. ``stream`` gives growing answers; only the last has an outcome.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answer import Answer, Question
from rag.errors import EmptyQuestion, NoCollection, QuestionTooLong
from rag.excerpt import Excerpt
from rag.following_up import added_words
from rag.protocols import Assembler, Condenser, Index, Reviewer, Strategy
from rag.types import Hit

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Condensed:
    """``question`` is what is searched, ``asked`` the person's own words."""

    question: Question
    asked: str
    started: float
    condense_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Retrieved:
    condensed: _Condensed
    hits: tuple[Hit, ...]
    retrieve_ms: float
    context: tuple[Excerpt, ...] = ()
    context_ms: float = 0.0


def build_chain(
    index: Index,
    strategy: Strategy,
    *,
    max_question_chars: int,
    condenser: Condenser | None = None,
    assembler: Assembler | None = None,
    reviewer: Reviewer | None = None,
) -> Runnable[Question, Answer]:
    """The chain over ``index`` that answers by ``strategy``.

    Without a ``condenser`` a question is searched as it stands, whatever was asked before. Without
    an ``assembler`` the strategy reads the hits as they are; without a ``reviewer`` its answers
    stand as they are.

    Raises a QuestionError for a question that cannot be asked, and what ``index`` raises.
    """
    from langchain_core.runnables import RunnableGenerator, RunnableLambda

    def check(question: Question) -> Question:
        return _checked(question, max_question_chars)

    def condense(question: Question) -> _Condensed:
        return _condensed(question, condenser)

    def retrieve(condensed: _Condensed) -> _Retrieved:
        started = time.perf_counter()
        question = condensed.question
        hits = index.search(
            question.text,
            collections=question.collections,
            top_k=question.top_k,
            where=question.where,
        )
        return _Retrieved(
            condensed=condensed,
            hits=tuple(hits),
            retrieve_ms=(time.perf_counter() - started) * 1000,
        )

    def context(retrieved: _Retrieved) -> _Retrieved:
        return _in_context(retrieved, assembler)

    def respond(retrieved: Iterator[_Retrieved]) -> Iterator[Answer]:
        for one in retrieved:
            yield from _answers(strategy, reviewer, one)

    async def respond_async(retrieved: AsyncIterator[_Retrieved]) -> AsyncIterator[Answer]:
        async for one in retrieved:
            answers = _answers(strategy, reviewer, one)
            try:
                while (answer := await asyncio.to_thread(next, answers, None)) is not None:
                    yield answer
            finally:
                answers.close()

    return (
        RunnableLambda(check)
        | RunnableLambda(condense)
        | RunnableLambda(retrieve)
        | RunnableLambda(context)
        | RunnableGenerator(respond, respond_async)
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


def _condensed(question: Question, condenser: Condenser | None) -> _Condensed:
    """The question as it is searched: without a history it stands by itself."""
    started = time.perf_counter()
    text = question.text
    added: tuple[str, ...] = ()
    if condenser is not None and question.history:
        text = condenser.condense(text, question.history)
        if text != question.text:
            added = added_words(question.text, question.history)
    return _Condensed(
        question=replace(question, text=text, history=(), added=added),
        asked=question.text,
        started=started,
        condense_ms=(time.perf_counter() - started) * 1000,
    )


def _in_context(retrieved: _Retrieved, assembler: Assembler | None) -> _Retrieved:
    """The hits with what is shown to a model of them."""
    if assembler is None:
        return retrieved
    started = time.perf_counter()
    assembled = assembler.assemble(retrieved.hits)
    took_ms = (time.perf_counter() - started) * 1000
    return replace(retrieved, context=assembled, context_ms=took_ms)


def _answers(
    strategy: Strategy, reviewer: Reviewer | None, retrieved: _Retrieved
) -> Generator[Answer]:
    """The strategy's answers to the person's own words, with the time that passed until each."""
    condensed = retrieved.condensed
    asked, searched = condensed.asked, condensed.question.text
    for said in strategy.answer(condensed.question, retrieved.hits, retrieved.context):
        answer = said
        if said.outcome is not None and reviewer is not None:
            answer = reviewer.review(condensed.question, said)
        total_ms = (time.perf_counter() - condensed.started) * 1000
        timings = {"condense": condensed.condense_ms, "retrieve": retrieved.retrieve_ms}
        timings |= {"context": retrieved.context_ms, **answer.timings_ms, "total": total_ms}
        standalone = searched if searched != asked else None
        yield replace(answer, question=asked, standalone=standalone, timings_ms=timings)
