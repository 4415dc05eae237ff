from __future__ import annotations

import pytest

from rag.condensing.english_ellipsis import (
    asks_on,
    bare_attribute,
    changed_piece,
    interrogative,
    without_connective,
)


@pytest.mark.parametrize(
    ("question", "piece"),
    [
        ("And in 2021?", "in 2021"),
        ("What about part-time employees?", "part-time employees"),
        ("how about Porto", "Porto"),
        ("Okay, and for the X-350?", "for the X-350"),
        ("2021", "2021"),
        ("Interns?", "Interns"),
        ("Can interns?", "interns"),
        ("And if it leaks?", "if it leaks"),
        ("The same for Brno?", "for Brno"),
        ("Is the pump heavy?", None),
        ("warranty X-350", None),
        ("Thanks!", None),
        ("Up to what value?", None),
        ("And how do I start it?", None),
        ("And if it leaks, who repairs it?", None),
        ("", None),
    ],
)
def test_the_piece_that_changes(question: str, piece: str | None) -> None:
    assert changed_piece(question) == piece


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Why?", "Why"),
        ("But since when?", "since when"),
        ("For how many days?", "For how many days"),
        ("How much per year?", "How much per year"),
        ("Why is it so?", None),
        ("What about Porto?", None),
        ("Who wrote Hamlet?", None),
        ("", None),
    ],
)
def test_question_words_alone(question: str, words: str | None) -> None:
    assert interrogative(question) == words


@pytest.mark.parametrize(
    "question", ["Tell me more.", "who else", "And an example?", "Why not?", "Explain that again."]
)
def test_asking_on(question: str) -> None:
    assert asks_on(question)


def test_whole_questions_do_not_ask_on() -> None:
    assert not any(
        map(asks_on, ("Who else signs permits?", "Explain the audit.", "More pumps?", ""))
    )


def test_a_property_of_nothing() -> None:
    assert bare_attribute("What is the warranty?") == "warranty"
    assert bare_attribute("How high is the unit price?") == "unit price"
    assert bare_attribute("What is the warranty of the X-200?") is None
    assert bare_attribute("What is the canteen?") is None


@pytest.mark.parametrize(
    ("question", "core"),
    [
        ("And why?", "why?"),
        ("Okay, but so what?", "what?"),
        ("Android phones?", "Android phones?"),
        ("", ""),
    ],
)
def test_connectives_are_left_out(question: str, core: str) -> None:
    assert without_connective(question) == core
