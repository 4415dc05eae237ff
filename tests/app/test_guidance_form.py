"""Guidance as fields of a form, and the preview of its prompt."""

from __future__ import annotations

import pytest

from app.guidance_form import Fields, fields_of, preview, typed
from app.i18n import Translator
from rag.guidance import MOST_EXAMPLES, Guidance, ShownAnswer
from rag.guidance_errors import ExampleNotUsable
from rag.prompts import SHORT_ANSWER, Form

ONE = ShownAnswer(question="When?", passages=("In May.", "In\nJune."), answer="In May. [1]")
ZH = ShownAnswer(question="何时？", passages=("五月。",), answer="五月。[1]")


def test_guidance_survives_the_form() -> None:
    guidance = Guidance(collection="c", instructions="简短。", examples=(ONE, ZH))
    rows = fields_of(guidance)
    assert rows[0] == Fields(
        question="When?", passages="In May.\n\nIn\nJune.", answer="In May. [1]"
    )
    assert rows[2] == Fields()
    assert typed("c", "简短。", rows) == guidance


def test_blank_lines_part_passages_however_many_and_whatever_is_on_them() -> None:
    row = Fields(question="q?", passages="\n\nOne.\n \n\n\u3000\nTwo.\n", answer="a [2]")
    (example,) = typed("c", "", [row]).examples
    assert example.passages == ("One.", "Two.")


def test_an_emptied_row_is_no_example_and_a_half_empty_one_is_refused() -> None:
    rows = [Fields(question=" ", passages="\n", answer=""), *fields_of(_with(ONE))]
    assert typed("c", "", rows).examples == (ONE,)
    with pytest.raises(ExampleNotUsable, match="it has no passages"):
        typed("c", "", [Fields(question="When?", answer="In May. [1]")])


def test_there_is_room_for_one_more_until_there_are_enough() -> None:
    assert len(fields_of(_with())) == 1
    assert len(fields_of(_with(*[ONE] * (MOST_EXAMPLES - 1)))) == MOST_EXAMPLES
    assert fields_of(_with(*[ONE] * MOST_EXAMPLES))[-1].question == "When?"


@pytest.mark.parametrize(
    ("language", "rule", "question"),
    [
        ("en", "You answer questions from the numbered passages", "(the reader's question)"),
        ("zh", "你只根据用户自己的文档中编号的段落回答问题", "（读者的问题）"),
    ],
)
def test_the_preview_is_the_whole_prompt_in_the_readers_language(
    language: str, rule: str, question: str
) -> None:
    guidance = Guidance(collection="手册", instructions="Be {brief}.", examples=(ONE,))
    system, user = preview(guidance, Form.SHORT, Translator(language))
    assert system.content.startswith(rule)
    assert '<instructions collection="手册">\nBe {brief}.\n</instructions>' in system.content
    assert SHORT_ANSWER in system.content
    assert "<example>" in user.content
    assert user.content.endswith(question)
    plain, _ = preview(Guidance(collection="手册"), Form.PLAIN, Translator(language))
    assert "<instructions" not in plain.content
    assert SHORT_ANSWER not in plain.content


def _with(*examples: ShownAnswer) -> Guidance:
    return Guidance(collection="c", examples=examples)
