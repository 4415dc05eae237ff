from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from rag.answer import Question
from rag.exchange import Exchange


def test_an_exchange_is_a_value() -> None:
    one = Exchange(question="年假有几天？", answer="10 天。")
    assert one == Exchange(question="年假有几天？", answer="10 天。")
    assert Exchange(question="Why?").answer == ""
    with pytest.raises(FrozenInstanceError):
        one.question = "x"  # type: ignore[misc]


def test_a_question_hangs_on_nothing_unless_it_is_told() -> None:
    assert Question(text="x", collections=("c",)).history == ()
