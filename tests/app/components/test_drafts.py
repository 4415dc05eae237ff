from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rag.answer import Answer
from tests.app.voted_answers import ANSWERED, HOSTILE, VOTED


def page(answer: "Any", language: str) -> None:
    from app.components.drafts import draw_draft
    from app.i18n import Translator

    draw_draft(answer, Translator(language), ready=True, collections=2)


def drawn(answer: Answer | None, language: str = "en") -> AppTest:
    at = AppTest.from_function(page, args=(answer, language)).run()
    assert not at.exception
    return at


def bars(at: AppTest) -> list[tuple[int, str]]:
    return [(one.proto.value, one.proto.text) for one in at.get("progress")]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Sample 3 of 5 · a draft until the votes are counted"),
        ("zh", "采样 3/5 · 计票之前均为草稿"),
    ],
)
def test_a_draft_stands_under_the_number_of_its_sample(language: str, words: str) -> None:
    tally = replace(VOTED, samples=VOTED.samples[:2], planned=5, stopped_early=False)
    at = drawn(replace(ANSWERED, outcome=None, text=HOSTILE, tally=tally), language)
    assert bars(at) == [(40, words)]
    assert [one.value for one in at.text] == [HOSTILE]
    assert not at.markdown


def test_one_answer_grows_without_a_number() -> None:
    at = drawn(Answer(question="q", model="m", text="So far"))
    assert bars(at) == []
    assert [one.value for one in at.text] == ["So far"]


def test_before_the_first_words_it_says_what_happens() -> None:
    assert [one.value for one in drawn(None, "zh").text] == ["正在 2 个文档集中查找……"]
