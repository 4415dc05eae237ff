"""The whole path is a LangChain Runnable over any index and any strategy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from langchain_core.runnables import Runnable

from rag.answer import Answer, Outcome, Question
from rag.chain import build_chain
from rag.condensing.rules import RuleCondenser
from rag.context import BudgetedContext
from rag.errors import EmptyQuestion, NoCollection, QuestionTooLong
from rag.exchange import Exchange
from rag.filter import EVERYTHING, Filter
from rag.models.extractive import Extractive
from rag.replies import Finish, Reply, Trouble
from rag.strategies.direct import Direct
from rag.types import Hit
from tests.fakes import ScriptedChatModel, a_hit
from tests.rag.bookcase import Bookcase, hits_of

QUESTION = Question(text="  How much does the pump weigh? ", collections=("manuals",), top_k=5)


class OneHit:
    """An index that finds one passage and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str], int, Filter]] = []

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        self.asked.append((question, collections, top_k, where))
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
    assert index.asked == [("How much does the pump weigh?", ("manuals",), 5, EVERYTHING)]
    assert {"retrieve", "answer", "total"} <= answer.timings_ms.keys()
    assert answer.timings_ms["total"] >= answer.timings_ms["retrieve"]


def test_the_filter_of_a_question_reaches_the_index(
    chain: Runnable[Question, Answer], index: OneHit
) -> None:
    where = Filter(types=("pdf",))
    chain.invoke(replace(QUESTION, where=where))
    assert index.asked[0][3] is where


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


class Finds:
    """An index that finds these hits."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = list(hits)

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        return self._hits[:top_k]


@pytest.mark.parametrize(
    ("texts", "question", "reply"),
    [
        (
            ("The X-200 is a pump.", "It weighs 4 kg.", "It is blue."),
            "How much does it weigh?",
            "It weighs 4 kg. [1] The X-200 is a pump. [1]",
        ),
        (
            ("X-200 是一台水泵。", "它重 4 公斤。", "它是蓝色的。"),
            "它有多重？",
            "它重 4 公斤。[1] X-200 是一台水泵。[1]",
        ),
    ],
)
def test_a_chat_model_reads_the_context_and_its_citations_are_exact(
    texts: tuple[str, ...], question: str, reply: str
) -> None:
    library = Bookcase()
    before, found, after = library.put("a.txt", *texts)
    model = ScriptedChatModel([reply])
    chain = build_chain(
        Finds(hits_of(found)),
        Direct(model, Extractive()),
        max_question_chars=100,
        assembler=BudgetedContext(library, max_tokens=1000),
    )
    answer = chain.invoke(Question(text=question, collections=("c",)))
    assert "\n\n".join(texts) in model.requests[0][1].content
    assert [hit.passage for hit in answer.hits] == [found]
    assert answer.context == answer.passages() == (before, found, after)
    cited = [(one.chunk_id, one.quote) for one in answer.citations()]
    assert cited == [(found.chunk_id, texts[1]), (before.chunk_id, texts[0])]
    page = library.page("a.txt", found.version, 1).text
    assert all(page[one.start : one.end] == one.quote for one in answer.citations())
    assert 0 <= answer.timings_ms["context"] <= answer.timings_ms["total"]


def test_the_extractive_answer_is_made_from_the_hits_alone() -> None:
    library = Bookcase()
    _, found, _ = library.put("a.txt", "The pump weighs 9 kg.", "It weighs 4 kg.", "It is blue.")
    hits = [replace(hit, term_coverage=1.0) for hit in hits_of(found)]
    plain = build_chain(Finds(hits), Extractive(), max_question_chars=100)
    beside = build_chain(
        Finds(hits),
        Extractive(),
        max_question_chars=100,
        assembler=BudgetedContext(library, max_tokens=1000),
    )
    answers = [chain.invoke(QUESTION) for chain in (plain, beside)]
    assert [answer.text for answer in answers] == ["It weighs 4 kg."] * 2
    assert [answer.context for answer in answers] == [(), ()]
    assert answers[1].passages() == (found,)


def test_a_failed_model_is_replaced_by_an_answer_from_the_hits() -> None:
    library = Bookcase()
    _, found, _ = library.put("a.txt", "The pump weighs 9 kg.", "It weighs 4 kg.", "It is blue.")
    hits = [replace(hit, term_coverage=1.0) for hit in hits_of(found)]
    failing = ScriptedChatModel([[Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY)]])
    chain = build_chain(
        Finds(hits),
        Direct(failing, Extractive()),
        max_question_chars=100,
        assembler=BudgetedContext(library, max_tokens=1000),
    )
    answer = chain.invoke(QUESTION)
    assert (answer.model, answer.text) == (Extractive.name, "It weighs 4 kg.")
    assert answer.passages() == (found,)


HISTORY = (Exchange(question="How heavy is the X-200?", answer="It weighs 4 kg."),)
FOLLOW_UP = replace(QUESTION, text=" And the X-350? ", history=HISTORY)
STANDALONE = "How heavy is the X-350?"


@pytest.fixture
def condensing(index: OneHit) -> tuple[Runnable[Question, Answer], ScriptedChatModel]:
    model = ScriptedChatModel(["The pump weighs 4 kg. [1]"])
    chain = build_chain(
        index,
        Direct(model, Extractive()),
        max_question_chars=100,
        condenser=RuleCondenser(max_question_chars=100),
    )
    return chain, model


def test_a_follow_up_is_searched_and_answered_as_it_was_condensed(
    condensing: tuple[Runnable[Question, Answer], ScriptedChatModel], index: OneHit
) -> None:
    chain, model = condensing
    answers = list(chain.stream(FOLLOW_UP))
    assert [one[0] for one in index.asked] == [STANDALONE]
    assert STANDALONE in model.requests[0][-1].content
    assert "And the X-350?" not in model.requests[0][-1].content
    assert {(one.question, one.standalone) for one in answers} == {("And the X-350?", STANDALONE)}
    timings = answers[-1].timings_ms
    assert timings["total"] >= timings["condense"] + timings["retrieve"]


@pytest.mark.parametrize(
    "question",
    [
        replace(FOLLOW_UP, history=()),
        replace(FOLLOW_UP, text="Who approves business trips?"),
        replace(FOLLOW_UP, text="谁负责门禁卡登记？"),
    ],
)
def test_a_question_that_stands_by_itself_is_searched_as_it_was_asked(
    condensing: tuple[Runnable[Question, Answer], ScriptedChatModel],
    index: OneHit,
    question: Question,
) -> None:
    answer = condensing[0].invoke(question)
    assert index.asked[0][0] == question.text.strip()
    assert (answer.question, answer.standalone) == (question.text.strip(), None)


def test_without_a_condenser_a_history_changes_nothing(
    chain: Runnable[Question, Answer], index: OneHit
) -> None:
    assert chain.invoke(FOLLOW_UP).standalone is None
    assert index.asked[0][0] == "And the X-350?"


def test_the_async_form_condenses_too(
    condensing: tuple[Runnable[Question, Answer], ScriptedChatModel],
) -> None:
    assert asyncio.run(condensing[0].ainvoke(FOLLOW_UP)).standalone == STANDALONE
