"""What ``rag.protocols.Strategy`` promises, asked of every strategy there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest

from rag.answer import Answer, Outcome, Question
from rag.checking import ClaimChecker
from rag.excerpt import Excerpt
from rag.models.extractive import Extractive
from rag.protocols import Strategy
from rag.replies import Finish, Reply, Trouble
from rag.strategies.chain_of_thought import ChainOfThought
from rag.strategies.direct import Direct
from rag.strategies.progressive_hint import ProgressiveHint
from rag.strategies.self_consistency import SelfConsistency
from rag.types import Hit, Span
from rag.voting.likeness import Likeness
from tests.fakes import ScriptedChatModel, WordEmbedder, a_hit, a_passage

Make = Callable[[str], Strategy]

TEXT = "Intro here. The X-200 pump weighs 4 kg. It is painted blue."
TEXT_ZH = "简介。X-200 型水泵重 4 公斤。外壳是蓝色的。"
QUESTIONS = ("How heavy is the X-200 pump?", "X-200 型水泵多重？")
BOTH = " ".join(QUESTIONS)
HITS = (
    a_hit(TEXT, start=31, page=2, question=BOTH),
    a_hit(TEXT_ZH, start=5, document="手册.pdf", score=0.9, question=BOTH),
    a_hit("Words about gardening.", document="c.txt", score=0.1, coverage=0.0, question=BOTH),
)
REPLY = "The pump weighs 4 kg. [1] 水泵重 4 公斤。[2] It is loud. It is blue [1, 9]."


FAILING = [Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY)]
VOTING: Final[dict[str, Any]] = {"checker": ClaimChecker(WordEmbedder()), "likeness": Likeness}


def replying(*replies: Reply) -> Make:
    return lambda text: Direct(
        ScriptedChatModel([[*replies, Reply(text=text, finish=Finish.COMPLETE)]]), Extractive()
    )


STRATEGIES: dict[str, Make] = {
    "extractive": lambda _: Extractive(),
    "direct": lambda text: Direct(ScriptedChatModel([text]), Extractive()),
    "direct, failing": lambda _: Direct(
        ScriptedChatModel([FAILING]),
        Extractive(),
    ),
    "direct, cut": lambda text: Direct(
        ScriptedChatModel(
            [
                [
                    Reply(text=text[:20]),
                    Reply(text=text[:30], finish=Finish.CUT, trouble=Trouble.TIMEOUT),
                ]
            ]
        ),
        Extractive(),
    ),
    "chain of thought": lambda text: ChainOfThought(
        ScriptedChatModel([f"Passage 1 tells.\nANSWER:\n{text}"]), Extractive()
    ),
    "self-consistency": lambda text: SelfConsistency(
        ScriptedChatModel([text]), Extractive(), **VOTING
    ),
    "self-consistency, failing": lambda _: SelfConsistency(
        ScriptedChatModel([FAILING]), Extractive(), **VOTING
    ),
    "progressive hint": lambda text: ProgressiveHint(
        ScriptedChatModel([text]), Extractive(), **VOTING
    ),
}


@pytest.fixture(params=STRATEGIES)
def make(request: pytest.FixtureRequest) -> Make:
    return STRATEGIES[request.param]


def answers(strategy: Strategy, question: str, hits: Sequence[Hit] = HITS) -> list[Answer]:
    return list(strategy.answer(Question(text=question, collections=("c",)), hits))


@pytest.mark.parametrize("question", QUESTIONS)
def test_exactly_the_last_answer_has_an_outcome(make: Make, question: str) -> None:
    *growing, last = answers(make(REPLY), question)
    assert {answer.outcome for answer in growing} <= {None}
    assert last.outcome is Outcome.ANSWERED
    assert all(answer.claims == () for answer in growing)
    assert all(answer.question == question for answer in (*growing, last))


@pytest.mark.parametrize("question", QUESTIONS)
def test_citations_point_into_hits_and_quote_them(make: Make, question: str) -> None:
    last = answers(make(REPLY), question)[-1]
    passages = {hit.passage.chunk_id: hit.passage for hit in HITS}
    assert last.citations()
    for citation in last.citations():
        passage = passages[citation.chunk_id]
        chunk = passage.chunk
        assert chunk.start <= citation.start < citation.end <= chunk.end
        assert citation.quote == chunk.text[citation.start - chunk.start :][: len(citation.quote)]
        assert len(citation.quote) == citation.end - citation.start
        assert (citation.document, citation.version, citation.page) == (
            passage.document,
            passage.version,
            chunk.page,
        )


@pytest.mark.parametrize("question", QUESTIONS)
def test_citations_point_into_what_the_answer_was_made_from(make: Make, question: str) -> None:
    before = a_passage("It came in May. ", start=15, page=2)
    joined = Excerpt(
        passages=(before, HITS[0].passage), text=before.chunk.text + TEXT, ranks=(1, 0)
    )
    asked = Question(text=question, collections=("c",))
    context = (joined, Excerpt.of(HITS[1].passage))
    *_, last = make("It came in May. [1] 水泵重 4 公斤。[2]").answer(asked, HITS, context)
    made_from = {passage.chunk_id: passage for passage in last.passages()}
    assert last.hits == HITS
    assert last.citations()
    for citation in last.citations():
        chunk = made_from[citation.chunk_id].chunk
        assert citation.quote == chunk.quote(Span(start=citation.start, end=citation.end))
    assert last.context in ((), (before, HITS[0].passage, HITS[1].passage))


def test_an_answer_keeps_its_hits_and_has_text(make: Make) -> None:
    last = answers(make(REPLY), QUESTIONS[0])[-1]
    assert last.hits == HITS
    assert last.text.strip()
    assert last.claims
    assert "[" not in last.text
    assert last.model


def test_without_passages_it_is_not_in_the_documents(make: Make) -> None:
    (answer,) = answers(make(REPLY), QUESTIONS[0], ())
    assert answer.outcome is Outcome.NOT_IN_DOCUMENTS
    assert (answer.text, answer.claims, answer.citations()) == ("", (), ())


def test_what_is_not_in_the_documents_has_no_text_and_no_claims(make: Make) -> None:
    hits = [a_hit("Unrelated words about gardening.", coverage=0.0)]
    last = answers(make("NOT_IN_DOCUMENTS"), "Who won the cup?", hits)[-1]
    if last.outcome is Outcome.NOT_IN_DOCUMENTS:
        assert (last.text, last.claims) == ("", ())
    else:  # the documents' own sentences, whether they answer or not: the reviewer tells
        assert last.model == "extractive"


def test_confidence_is_a_share_and_counts_are_counts(make: Make) -> None:
    for question in QUESTIONS:
        last = answers(make(REPLY), question)[-1]
        assert last.confidence is None or 0.0 <= last.confidence <= 1.0
        assert all(value <= 0.0 for value in last.token_logprobs)
        for counted in (last.prompt_tokens, last.completion_tokens):
            assert counted is None or counted >= 0


def test_timings_are_milliseconds_per_stage(make: Make) -> None:
    last = answers(make(REPLY), QUESTIONS[0])[-1]
    assert last.timings_ms
    assert all(value >= 0 for value in last.timings_ms.values())


def test_an_answer_can_be_asked_for_again(make: Make) -> None:
    strategy = make(REPLY)
    first, second = (answers(strategy, QUESTIONS[0])[-1] for _ in range(2))
    assert (first.text, first.claims) == (second.text, second.claims)
