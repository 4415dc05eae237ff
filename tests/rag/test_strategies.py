"""One reply of a model becomes growing answers, whatever becomes of the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from rag.abstention import evidence
from rag.excerpt import Excerpt
from rag.models.extractive import Extractive
from rag.prompts import NOT_IN_DOCUMENTS, answer_messages
from rag.strategies import Direct
from rag.types import Answer, Finish, Hit, Notice, Outcome, Question, Reply, Trouble
from tests.fakes import ScriptedChatModel, a_hit

TEXT = "The pump weighs 4 kg. The housing is blue."
ASKED = "How much does the pump weigh?"
QUESTION = Question(text=ASKED, collections=("c",))
HITS = (
    a_hit(TEXT, question=ASKED),
    a_hit("Nothing here.", document="b.txt", score=0.2, coverage=0.0, question=ASKED),
)
REPLY = "The pump weighs 4 kg. [1] It is blue. [1]"


def answers(reply: str | Sequence[Reply], hits: Sequence[Hit] = HITS) -> list[Answer]:
    found = list(Direct(ScriptedChatModel([reply]), Extractive()).answer(QUESTION, hits))
    assert [answer.outcome is not None for answer in found] == [False] * (len(found) - 1) + [True]
    return found


def test_answers_grow_and_the_last_is_cited() -> None:
    *growing, last = answers(REPLY)
    assert len(growing) > 3
    for earlier, later in pairwise(growing):
        assert later.text.startswith(earlier.text.rstrip().rstrip("["))
        assert not later.claims
    assert last.outcome is Outcome.ANSWERED
    assert last.text == "The pump weighs 4 kg. It is blue."
    assert [claim.citations[0].quote for claim in last.claims] == [
        "The pump weighs 4 kg.",
        "The housing is blue.",
    ]
    assert (last.notice, last.trouble) == (None, None)
    assert {"first_token", "answer"} <= last.timings_ms.keys()


def test_the_model_is_asked_once_with_the_prompt() -> None:
    model = ScriptedChatModel([REPLY])
    strategy = Direct(model, Extractive())
    list(strategy.answer(QUESTION, HITS))
    assert model.requests == [answer_messages(QUESTION, [Excerpt.of(hit.passage) for hit in HITS])]
    assert strategy.name == model.name


def test_without_passages_no_model_is_asked() -> None:
    model = ScriptedChatModel([REPLY])
    (answer,) = Direct(model, Extractive()).answer(QUESTION, ())
    assert answer.outcome is Outcome.NOT_IN_DOCUMENTS
    assert model.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        NOT_IN_DOCUMENTS,
        f" {NOT_IN_DOCUMENTS}. ",
        f"{NOT_IN_DOCUMENTS}。\n",
        f"**{NOT_IN_DOCUMENTS}**",
        f'"{NOT_IN_DOCUMENTS}": the passages are about pumps. [1]',
    ],
)
def test_a_refusal_is_not_in_the_documents_and_never_flashes_up(reply: str) -> None:
    found = answers([Reply(text=reply[:n]) for n in range(len(reply))] + [complete(reply)])
    assert [answer.text for answer in found] == [""]
    assert found[0].outcome is Outcome.NOT_IN_DOCUMENTS


def complete(text: str) -> Reply:
    return Reply(text=text, finish=Finish.COMPLETE)


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY), Trouble.BUSY),
        (Reply(text="  ", finish=Finish.FAILED, trouble=Trouble.TIMEOUT), Trouble.TIMEOUT),
        (complete("  "), Trouble.EMPTY),
        (complete("[1] [2]"), Trouble.EMPTY),
    ],
)
def test_a_failed_model_is_replaced_and_the_reader_told(reply: Reply, trouble: Trouble) -> None:
    (answer,) = answers([reply])
    assert (answer.notice, answer.trouble) == (Notice.MODEL_FAILED, trouble)
    assert answer.model == Extractive.name
    assert answer.outcome is Outcome.ANSWERED
    assert answer.claims[0].text == "The pump weighs 4 kg."


def test_what_the_model_counted_is_passed_on() -> None:
    logprobs = (-0.5, -0.25, -1.0)
    for text in ("The pump weighs 4 kg. [1]", NOT_IN_DOCUMENTS):
        reply = replace(complete(text), prompt_tokens=90, completion_tokens=3)
        reply = replace(reply, token_logprobs=logprobs)
        *growing, last = answers([Reply(text="The"), reply])
        assert (last.prompt_tokens, last.completion_tokens) == (90, 3)
        assert last.token_logprobs == logprobs
        assert {answer.confidence for answer in (*growing, last)} == {evidence(HITS)}


def test_a_fallback_counts_what_was_spent_and_has_no_logprobs() -> None:
    failed = Reply(text="", finish=Finish.FAILED, prompt_tokens=90, completion_tokens=3)
    (answer,) = answers([failed])
    assert (answer.prompt_tokens, answer.completion_tokens) == (90, 3)
    assert answer.token_logprobs == ()
    assert answer.confidence == evidence(HITS)


def test_without_passages_there_is_no_confidence_in_an_answer() -> None:
    (answer,) = answers(REPLY, ())
    assert (answer.confidence, answer.prompt_tokens) == (0.0, None)


def test_a_cut_reply_keeps_its_text_and_says_so() -> None:
    part = "The pump weighs 4 kg. [1] It is"
    *_, last = answers([Reply(text=part, finish=Finish.CUT, trouble=Trouble.BROKEN_OFF)])
    assert last.text == "The pump weighs 4 kg. It is"
    assert (last.outcome, last.notice) == (Outcome.ANSWERED, Notice.REPLY_CUT)
    assert last.trouble is Trouble.BROKEN_OFF
    assert last.claims[0].citations


def test_an_unsupported_sentence_is_kept_and_has_no_citation() -> None:
    *_, last = answers("The pump weighs 4 kg. [1] Bananas ripen quickly in warm rooms.")
    assert [bool(claim.citations) for claim in last.claims] == [True, False]


def test_closing_the_answer_closes_the_models_reply() -> None:
    closed = []

    class Endless:
        name = "endless"

        def stream(self, messages: object) -> object:
            try:
                while True:
                    yield Reply(text="The pump")
            finally:
                closed.append(True)

    growing = Direct(Endless(), Extractive()).answer(QUESTION, HITS)  # type: ignore[arg-type]
    next(iter(growing))
    growing.close()  # type: ignore[attr-defined]
    assert closed == [True]
