from __future__ import annotations

import pytest

from rag.condensing.english_pointing import pointers, resolved
from rag.condensing.slots import Points


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How heavy is it?", [("it", Points.SINGULAR)]),
        ("Where do they get them?", [("they", Points.PLURAL), ("them", Points.PLURAL)]),
        ("Who are their managers?", [("their", Points.OWNERS)]),
        ("What is her extension?", [("her", Points.PERSON_OWNER)]),
        ("Can I call her?", [("her", Points.PERSON)]),
        ("How do I report one?", [("one", Points.ONE)]),
        ("Can I park there?", [("there", Points.PLACE)]),
        ("When did this policy start?", [("this policy", Points.NAMED)]),
        ("How long does that take?", [("that", Points.VAGUE)]),
        ("Is the new one heavier?", [("new one", Points.VAGUE)]),
        ("Is it safe to lift it?", [("it", Points.SINGULAR)]),
        ("Is it possible to smoke?", []),
        ("Is it a problem if I am late?", []),
        ("Is there a limit?", []),
        ("What should I tell IT?", []),
        ("Does the rule that covers gifts apply?", []),
        ("When a guest leaves, who takes their badge?", []),
        ("Do managers see their teams?", []),
        ("Which holidays are there this year?", []),
        ("Who pays those who wait?", []),
        ("", []),
    ],
)
def test_words_that_point_outside(question: str, found: list[tuple[str, Points]]) -> None:
    assert [(question[one.start : one.end], one.points) for one in pointers(question)] == found


@pytest.mark.parametrize(
    ("question", "phrase", "text"),
    [
        ("How heavy is it?", "an X-200 pump", "How heavy is the X-200 pump?"),
        ("What is its weight?", "the pump", "What is the pump's weight?"),
        (
            "What is its weight?",
            "the head of the pump",
            "What is the weight of the head of the pump?",
        ),
        ("Where are their desks?", "managers", "Where are the desks of managers?"),
        ("How do I get there?", "the plant", "How do I get to the plant?"),
        ("Who works there?", "The plant", "Who works at the plant?"),
        ("How do I report one?", "a near miss", "How do I report a near miss?"),
    ],
)
def test_a_phrase_is_put_in_its_place(question: str, phrase: str, text: str) -> None:
    assert resolved(question, pointers(question), lambda _points, _noun: phrase) == text


def test_what_stands_for_nothing_is_not_put_in() -> None:
    assert resolved("How heavy is it?", pointers("How heavy is it?"), lambda *_: None) is None
    vague = "How long does that take?"
    assert resolved(vague, pointers(vague), lambda *_: "the pump") is None
