"""What a model thinks before it answers is kept apart from what it answers."""

from __future__ import annotations

import pytest

from rag.answer import Answer, Notice, Outcome, Question
from rag.models.extractive import Extractive
from rag.replies import Finish, Reply, Trouble
from rag.strategies.chain_of_thought import ChainOfThought
from tests.fakes import ScriptedChatModel
from tests.rag.strategies.voters import HITS, QUESTION, QUESTION_ZH


def answers(reply: str | Reply, question: Question = QUESTION) -> list[Answer]:
    said = reply if isinstance(reply, str) else [reply]
    return list(ChainOfThought(ScriptedChatModel([said]), Extractive()).answer(question, HITS))


@pytest.mark.parametrize(
    ("question", "thought", "text"),
    [
        (QUESTION, "Passage 1 gives the mass. [1]", "The pump weighs 4 kg."),
        (QUESTION_ZH, "第三段给出重量。", "水泵重 4 公斤。"),
    ],
)
def test_steps_are_reasoning_and_no_part_of_the_answer(
    question: Question, thought: str, text: str
) -> None:
    *growing, last = answers(f"{thought}\nANSWER:\n{text}[1][3]", question)
    assert (last.text, last.outcome) == (text, Outcome.ANSWERED)
    assert last.reasoning == thought
    assert last.strategy == "chain_of_thought"
    assert [len(claim.citations) for claim in last.claims] == [2]
    assert {one.text for one in growing if one.reasoning != thought} <= {""}


def test_the_model_is_told_to_think_first() -> None:
    model = ScriptedChatModel(["So.\nANSWER:\nIt is. [1]"])
    for question, said in ((QUESTION, "think step by step"), (QUESTION_ZH, "一步一步思考")):
        list(ChainOfThought(model, Extractive()).answer(question, HITS))
        assert said in model.requests[-1][0].content
        assert "ANSWER:" in model.requests[-1][0].content


def test_a_refusal_after_thinking_is_one() -> None:
    last = answers("Nothing is said on it.\nANSWER:\nNOT_IN_DOCUMENTS")[-1]
    assert (last.outcome, last.text) == (Outcome.NOT_IN_DOCUMENTS, "")
    assert last.reasoning == "Nothing is said on it."


def test_what_is_cut_while_thinking_is_replaced() -> None:
    last = answers(Reply(text="First, passage 2", finish=Finish.CUT, trouble=Trouble.LENGTH))[-1]
    assert (last.notice, last.trouble) == (Notice.MODEL_FAILED, Trouble.LENGTH)
    assert last.model == Extractive.name
