"""Replies in their parts, whatever a model makes of the form it was asked for."""

from __future__ import annotations

import pytest

from rag.prompts import NOT_IN_DOCUMENTS, Form
from rag.replies import Finish, Reply
from rag.strategies.reply_form import Said, growing, said


def complete(text: str, reasoning: str = "") -> Reply:
    return Reply(text=text, finish=Finish.COMPLETE, reasoning=reasoning)


@pytest.mark.parametrize(
    ("text", "sentences", "short"),
    [
        ("It weighs 4 kg. [1]\nSHORT ANSWER: 4 kg", "It weighs 4 kg. [1]", "4 kg"),
        ("重 4 公斤。[1]\n\nSHORT ANSWER：4 公斤", "重 4 公斤。[1]", "4 公斤"),
        ("重 4 公斤。[1]\n简短答案：4 公斤", "重 4 公斤。[1]", "4 公斤"),
        ("It weighs 4 kg. [1]\n**Short answer:** 4 kg [1]", "It weighs 4 kg. [1]", "4 kg"),
        ("SHORT ANSWER: yes\nIt may be used. [2]", "It may be used. [2]", "yes"),
        ("SHORT ANSWER: 4 kg [1]", "4 kg [1]", "4 kg"),
        ("It weighs 4 kg. [1]", "It weighs 4 kg. [1]", ""),
        ("Ask for the short answer: it is on page 3. [1]", None, ""),
        ("One. [1]\nSHORT ANSWER: 3\nSHORT ANSWER: 4", "One. [1]", "4"),
        ("One. [1]\nSHORT ANSWER:", "One. [1]", ""),
    ],
)
def test_the_bare_answer_is_taken_out_of_the_sentences(
    text: str, sentences: str | None, short: str
) -> None:
    assert said(complete(text), Form.SHORT) == Said(text=sentences or text, short=short)
    assert said(complete(text), Form.HINTED).short == short


def test_a_plain_reply_is_left_as_it_is() -> None:
    text = "It weighs 4 kg. [1]\nSHORT ANSWER: 4 kg\nANSWER: 4 kg"
    assert said(complete(text, "hm"), Form.PLAIN) == Said(text=text, reasoning="hm")


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    "text", [NOT_IN_DOCUMENTS, f" **{NOT_IN_DOCUMENTS}**.\n", f"{NOT_IN_DOCUMENTS}。没有提到。[1]"]
)
def test_a_refusal_in_any_form(form: Form, text: str) -> None:
    found = said(complete(text), form)
    assert (found.refuses, found.text, found.short) == (True, "", "")
    assert not found.is_empty


def test_a_refusal_with_a_bare_answer_is_one() -> None:
    text = f"{NOT_IN_DOCUMENTS}\nSHORT ANSWER: {NOT_IN_DOCUMENTS}"
    assert said(complete(text), Form.SHORT) == Said(text="", refuses=True)
    alone = said(complete(f"SHORT ANSWER: {NOT_IN_DOCUMENTS}"), Form.SHORT)
    assert (alone.refuses, alone.text) == (True, "")


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        (
            "Passage 1 is about weight.\nANSWER:\nIt weighs 4 kg. [1]",
            "Passage 1 is about weight.",
            "It weighs 4 kg. [1]",
        ),
        ("第一段讲重量。\n答案：\n重 4 公斤。[1]", "第一段讲重量。", "重 4 公斤。[1]"),
        ("So.\n\n**ANSWER:** It weighs 4 kg. [1]", "So.", "It weighs 4 kg. [1]"),
        ("Answer: 5? No.\nANSWER:\n4 kg. [1]", "Answer: 5? No.", "4 kg. [1]"),
        (f"Nothing on it.\nANSWER:\n{NOT_IN_DOCUMENTS}", "Nothing on it.", ""),
        ("It weighs 4 kg. [1]", "", "It weighs 4 kg. [1]"),
        ("It weighs 4 kg. [1]\nANSWER:\n", "", "It weighs 4 kg. [1]\nANSWER:\n"),
    ],
)
def test_what_was_thought_is_told_from_the_answer(text: str, reasoning: str, answer: str) -> None:
    found = said(complete(text), Form.STEPS)
    assert (found.reasoning, found.text) == (reasoning, answer)


def test_thoughts_of_both_kinds_are_kept() -> None:
    assert said(complete("Steps.\nANSWER:\nYes. [1]", "Hm."), Form.STEPS).reasoning == "Hm.\nSteps."


def test_what_is_cut_while_thinking_says_nothing() -> None:
    found = said(Reply(text="First, passage 2 says", finish=Finish.CUT), Form.STEPS)
    assert found.is_empty
    assert found.reasoning == "First, passage 2 says"


@pytest.mark.parametrize(
    "label", ["SHORT ANSWER: 4 kg", "**Short answer:** 4 kg", "简短答案：4 kg"]
)
def test_the_bare_answer_never_flashes_up(label: str) -> None:
    whole = f"It weighs 4 kg. [1]\n{label}"
    shown = [growing(Reply(text=whole[:end]), Form.SHORT).text for end in range(1, len(whole))]
    assert all("It weighs 4 kg. [1]".startswith(one.rstrip()) for one in shown)
    assert shown[-1].rstrip() == "It weighs 4 kg. [1]"


@pytest.mark.parametrize("form", Form)
def test_a_refusal_never_flashes_up(form: Form) -> None:
    for end in range(len(NOT_IN_DOCUMENTS)):
        assert growing(Reply(text=NOT_IN_DOCUMENTS[:end]), form).text == ""


def test_thoughts_grow_before_the_answer_does() -> None:
    whole = "One [1] says so.\nANSWER:\nIt is. [1]"
    shown = [growing(Reply(text=whole[:end]), Form.STEPS) for end in range(1, len(whole) + 1)]
    assert shown[10].reasoning == whole[:11]
    assert {one.text for one in shown[:16]} == {""}
    assert (shown[-1].text, shown[-1].reasoning) == ("It is. [1]", "One [1] says so.")


def test_a_sentence_that_begins_like_the_label_is_shown_in_the_end() -> None:
    assert growing(Reply(text="S"), Form.SHORT).text == ""
    assert growing(Reply(text="Sh"), Form.SHORT).text == ""
    assert growing(Reply(text="Shafts are oiled"), Form.SHORT).text == "Shafts are oiled"
