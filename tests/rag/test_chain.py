"""The whole path is a LangChain Runnable over any index and any strategy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from langchain_core.runnables import Runnable

from rag.chain import build_chain
from rag.errors import EmptyQuestion, NoCollection, QuestionTooLong
from rag.models.extractive import Extractive
from rag.strategies import Direct
from rag.types import Answer, Hit, Outcome, Question
from tests.fakes import ScriptedChatModel, a_hit

QUESTION = Question(text="  How much does the pump weigh? ", collections=("manuals",), top_k=5)


class OneHit:
    """An index that finds one passage and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str], int]] = []

    def search(self, question: str, *, collections: Sequence[str], top_k: int) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        self.asked.append((question, collections, top_k))
        return [a_hit("The pump weighs 4 kg.")]


@pytest.fixture
def index() -> OneHit:
    return OneHit()


@pytest.fixture
def chain(index: OneHit) -> Runnable[Question, Answer]:
    model = ScriptedChatModel(["The pump weighs 4 kg. [1]"])
    return build_chain(index, Direct(model, Extractive()), max_question_chars=100)


def test_invoke_gives_the_whole_answer(chain: Runnable[Question, Answer], index: OneHit) -> None:
    answer = chain.invoke(QUESTION)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations()[0].quote == "The pump weighs 4 kg."
    assert index.asked == [("How much does the pump weigh?", ("manuals",), 5)]
    assert {"retrieve", "answer", "total"} <= answer.timings_ms.keys()
    assert answer.timings_ms["total"] >= answer.timings_ms["retrieve"]


def test_stream_grows_and_only_the_last_has_an_outcome(
    chain: Runnable[Question, Answer],
) -> None:
    *growing, last = chain.stream(QUESTION)
    assert len(growing) > 2
    assert {answer.outcome for answer in growing} == {None}
    assert last.outcome is Outcome.ANSWERED
    assert all(answer.timings_ms["total"] > 0 for answer in growing)


def test_batch_answers_in_order(chain: Runnable[Question, Answer]) -> None:
    texts = [f"How heavy is pump {n}?" for n in range(4)]
    answers = chain.batch([Question(text=text, collections=("manuals",)) for text in texts])
    assert [answer.question for answer in answers] == texts
    assert {answer.outcome for answer in answers} == {Outcome.ANSWERED}


def test_the_async_forms_give_the_same(chain: Runnable[Question, Answer]) -> None:
    async def both() -> tuple[Answer, list[Answer], list[Answer]]:
        streamed = [answer async for answer in chain.astream(QUESTION)]
        return await chain.ainvoke(QUESTION), streamed, await chain.abatch([QUESTION, QUESTION])

    invoked, streamed, batched = asyncio.run(both())
    assert invoked.text == streamed[-1].text == batched[1].text == "The pump weighs 4 kg."
    assert [answer.outcome for answer in streamed[:-1]] == [None] * (len(streamed) - 1)
    assert streamed[-1].outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("question", "error", "word"),
    [
        (Question(text="", collections=("c",)), EmptyQuestion, "empty"),
        (Question(text=" \n\t\u3000", collections=("c",)), EmptyQuestion, "empty"),
        (Question(text="x" * 101, collections=("c",)), QuestionTooLong, "101"),
        (Question(text="x", collections=()), NoCollection, "collection"),
    ],
)
def test_a_question_that_cannot_be_asked_reaches_no_index(
    chain: Runnable[Question, Answer],
    index: OneHit,
    question: Question,
    error: type[Exception],
    word: str,
) -> None:
    with pytest.raises(error, match=word):
        chain.invoke(question)
    with pytest.raises(error):
        list(chain.stream(question))
    assert index.asked == []


def test_a_question_of_exactly_the_limit_is_asked(chain: Runnable[Question, Answer]) -> None:
    answer = chain.invoke(Question(text=" " + "x" * 100 + " ", collections=("c",)))
    assert answer.outcome is not None
