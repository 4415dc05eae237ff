from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.i18n import Translator
from app.tallied import tallied
from rag.answer import Answer
from tests.app.conftest import components
from tests.app.voted_answers import ANSWERED


def page(shown: "Any", language: str) -> None:
    from app.components.tally import draw_tally
    from app.i18n import Translator

    draw_tally(shown, Translator(language), key="t")


def drawn(answer: Answer, language: str = "en") -> AppTest:
    shown = tallied(answer, Translator(language))
    at = AppTest.from_function(page, args=(shown, language)).run()
    assert not at.exception
    return at


@pytest.mark.parametrize(
    ("language", "headline", "sources"),
    [
        ("en", "2 of 4 samples agree · confidence 0.86", "Sources"),
        ("zh", "4 次采样中 2 次一致 · 置信度 0.86", "出处"),
    ],
)
def test_a_vote_is_one_line_over_its_groups(language: str, headline: str, sources: str) -> None:
    [tally] = components(drawn(ANSWERED, language), "tally")
    assert tally["headline"] == headline
    assert tally["sources"] == sources
    assert [len(group["samples"]) for group in tally["groups"]] == [2, 1, 1, 1]
    assert tally["groups"][3]["share"] is None


def test_an_answer_without_a_vote_and_a_calibrated_confidence_has_no_line() -> None:
    assert components(drawn(Answer(question="q", model="m", confidence=0.4)), "tally") == []
