from __future__ import annotations

import pytest

from rag.condensing.english import standalone
from rag.condensing.english_earlier import EnglishEarlier

EARLIER = EnglishEarlier("What was the price of the X-200 in 2024?")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("And in 2025?", "What was the price of the X-200 in 2025?"),
        ("And what was the price in 2025?", "What was the price of the X-200 in 2025?"),
        ("And who is it made by?", "Who is the X-200 in 2024 made by?"),
        ("What is the warranty?", "What is the warranty of the X-200?"),
        ("Why?", "Why? (price X-200 2024)"),
        ("Anything else?", "Anything else? (price X-200 2024)"),
        ("And what was the budget of Brno in 2025?", None),
        ("Who made the X-200?", None),
        ("", None),
    ],
)
def test_what_a_question_takes_from_the_one_before(question: str, text: str | None) -> None:
    assert standalone(question, EARLIER) == text


def test_an_empty_question_before_lends_nothing() -> None:
    assert standalone("How heavy is it?", EnglishEarlier("")) == "How heavy is it?"
    assert standalone("And Brno?", EnglishEarlier("")) == "Brno?"
