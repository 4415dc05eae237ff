"""One reply of a model becomes growing answers, whatever becomes of the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from rag.answer import Answer, Notice, Outcome, Question
from rag.excerpt import Excerpt
from rag.guidance import Guidance, ShownAnswer
from rag.models.extractive import Extractive
from rag.prompting import answer_messages
from rag.prompts import NOT_IN_DOCUMENTS
from rag.replies import Finish, Reply, Trouble
from rag.strategies.direct import Direct
from rag.types import Hit
from tests.fakes import ScriptedChatModel, a_hit
from tests.rag.prompt_book import ShelfOfGuidance

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
    assert {answer.text for answer in found} == {""}
    assert found[-1].outcome is Outcome.NOT_IN_DOCUMENTS


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
    assert (answer.model, answer.instead_of) == (Extractive.name, ScriptedChatModel.name)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.claims[0].text == "The pump weighs 4 kg."


def test_what_a_model_thinks_is_no_part_of_its_answer() -> None:
    thinking = [Reply(text="", reasoning=thought) for thought in ("先看", "先看 [1] 重量。")]
    said = replace(complete(REPLY), reasoning=thinking[-1].reasoning)
    *growing, last = answers([*thinking, said])
    assert [(one.text, one.reasoning) for one in growing] == [
        ("", "先看"),
        ("", "先看 [1] 重量。"),
    ]
    assert last.reasoning == "先看 [1] 重量。"
    assert (last.text, last.instead_of) == ("The pump weighs 4 kg. It is blue.", None)
    (failed,) = answers([replace(thinking[0], finish=Finish.FAILED)])
    assert (failed.reasoning, failed.notice) == ("", Notice.MODEL_FAILED)


def test_what_the_model_counted_is_passed_on() -> None:
    logprobs = (-0.5, -0.25, -1.0)
    for text in ("The pump weighs 4 kg. [1]", NOT_IN_DOCUMENTS):
        reply = replace(complete(text), prompt_tokens=90, completion_tokens=3)
        reply = replace(reply, token_logprobs=logprobs)
        *_, last = answers([Reply(text="The"), reply])
        assert (last.prompt_tokens, last.completion_tokens) == (90, 3)
        assert last.token_logprobs == logprobs


def test_a_fallback_counts_what_was_spent_and_has_no_logprobs() -> None:
    failed = Reply(text="", finish=Finish.FAILED, prompt_tokens=90, completion_tokens=3)
    (answer,) = answers([failed])
    assert (answer.prompt_tokens, answer.completion_tokens) == (90, 3)
    assert answer.token_logprobs == ()


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
        window = None

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


MANY = [
    a_hit(f"Pump {n} weighs {n} kg.", document=f"{n}.txt", score=1.0 - n / 10) for n in range(5)
]
TOO_LONG = [Reply(text="", finish=Finish.FAILED, trouble=Trouble.TOO_LONG)]
GUIDANCE = Guidance(
    collection="manuals",
    instructions="Give masses in kg.",
    examples=(ShownAnswer(question="Is it blue?", passages=("It is.",), answer="Yes. [1]"),),
)


def documents(answer: Answer) -> list[str]:
    return [passage.document for passage in answer.context]


def test_an_answer_says_by_which_words_it_was_made() -> None:
    book = ShelfOfGuidance(GUIDANCE)
    model = ScriptedChatModel([REPLY])
    *growing, last = Direct(model, Extractive(), book=book).answer(QUESTION, HITS)
    assert {one.prompt_version for one in growing} == {last.prompt_version}
    version = book.kept[last.prompt_version or ""]
    assert [one.text for one in version.instructions] == ["Give masses in kg."]
    assert version.examples == GUIDANCE.examples
    assert model.requests == [
        answer_messages(
            QUESTION,
            [Excerpt.of(hit.passage) for hit in HITS],
            instructions=version.instructions,
            examples=version.examples,
        )
    ]


def test_a_refusal_is_made_by_words_too_and_a_fallback_by_none() -> None:
    book = ShelfOfGuidance()
    strategy = Direct(ScriptedChatModel([NOT_IN_DOCUMENTS, TOO_LONG]), Extractive(), book=book)
    *_, refused = strategy.answer(QUESTION, HITS)
    assert refused.prompt_version in book.kept
    *_, instead = strategy.answer(QUESTION, HITS)
    assert (instead.prompt_version, instead.context) == (None, ())
    assert len(book.kept) == 1


def test_a_prompt_too_long_for_the_service_is_halved_once() -> None:
    book = ShelfOfGuidance(GUIDANCE)
    model = ScriptedChatModel([TOO_LONG, "Pump 0 weighs 0 kg. [1] The lid is red. [5]"])
    *_, last = Direct(model, Extractive(), book=book).answer(QUESTION, MANY)
    assert [prompt[-1].content.count("<passage number") for prompt in model.requests] == [5, 3]
    assert ["<example>" in prompt[-1].content for prompt in model.requests] == [True, False]
    assert documents(last) == ["0.txt", "1.txt", "2.txt"]
    assert (last.outcome, last.notice) == (Outcome.ANSWERED, None)
    assert [[one.document for one in claim.citations] for claim in last.claims] == [["0.txt"], []]
    assert book.kept[last.prompt_version or ""].examples == ()


def test_a_prompt_too_long_twice_is_answered_by_the_fallback() -> None:
    model = ScriptedChatModel([TOO_LONG])
    *_, last = Direct(model, Extractive()).answer(QUESTION, MANY)
    assert len(model.requests) == 2
    assert (last.notice, last.trouble) == (Notice.MODEL_FAILED, Trouble.TOO_LONG)
    assert (last.model, last.outcome) == (Extractive.name, Outcome.ANSWERED)


def test_a_least_prompt_that_is_too_long_is_not_asked_again() -> None:
    model = ScriptedChatModel([TOO_LONG])
    *_, last = Direct(model, Extractive()).answer(QUESTION, HITS[:1])
    assert len(model.requests) == 1
    assert last.trouble is Trouble.TOO_LONG


def test_other_troubles_are_not_asked_again() -> None:
    model = ScriptedChatModel([[Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY)]])
    list(Direct(model, Extractive()).answer(QUESTION, MANY))
    assert len(model.requests) == 1


def test_what_the_window_has_no_room_for_is_not_asked_and_not_cited() -> None:
    model = ScriptedChatModel([REPLY])
    model.window = 100
    (answer,) = Direct(model, Extractive(), reply_tokens=40).answer(QUESTION, HITS)
    assert model.requests == []
    assert (answer.notice, answer.trouble) == (Notice.MODEL_FAILED, Trouble.TOO_LONG)
    assert answer.claims[0].text == "The pump weighs 4 kg."
    model.window = 430
    *_, last = Direct(model, Extractive(), reply_tokens=40).answer(QUESTION, MANY)
    assert 1 <= len(last.context) < len(MANY)
    assert documents(last) == [f"{n}.txt" for n in range(len(last.context))]
    assert model.requests[0][-1].content.count("<passage number") == len(last.context)


def test_a_model_that_keeps_silent_can_be_left_meanwhile() -> None:
    silent = Reply(text="")
    spoken = Reply(text="The pump")
    *growing, last = answers([silent, silent, spoken, spoken, complete(REPLY)])
    assert [one.text for one in growing] == ["", "", "The pump", "The pump"]
    assert last.outcome is Outcome.ANSWERED
    assert "first_token" in last.timings_ms
