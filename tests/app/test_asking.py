from __future__ import annotations

import json

from app.asking import EARLIER_TURNS, featured_questions, history_of
from app.conversations import Turn
from rag.exchange import Exchange
from rag.types import Answer


def a_turn(question: str, standalone: str | None = None) -> Turn:
    answer = Answer(question=question, model="m", text=f"re {question}", standalone=standalone)
    return Turn(id=question, answer=answer, places=())


def test_a_history_is_the_last_turns_as_they_were_searched() -> None:
    turns = [a_turn("first"), a_turn("And 2?", "What of 2?"), a_turn("三"), a_turn("fourth")]
    assert EARLIER_TURNS == 3
    assert history_of(turns) == (
        Exchange(question="What of 2?", answer="re And 2?"),
        Exchange(question="三", answer="re 三"),
        Exchange(question="fourth", answer="re fourth"),
    )
    assert history_of(()) == ()


def test_questions_are_offered_in_the_readers_language_first() -> None:
    english, chinese = featured_questions("en"), featured_questions("zh")
    assert english == chinese[3:] + chinese[:3]
    assert json.dumps(english[0]).isascii()
    assert featured_questions("fr")
