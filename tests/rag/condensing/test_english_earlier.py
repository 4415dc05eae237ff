from __future__ import annotations

import pytest

from rag.condensing.english_earlier import EnglishEarlier
from rag.condensing.slots import Points


@pytest.mark.parametrize(
    ("question", "points", "noun", "topic"),
    [
        ("How often is the head of the X-2 cleaned?", Points.SINGULAR, "", "the head of the X-2"),
        ("What is the weight of the pump?", Points.SINGULAR, "", "the pump"),
        ("Do guests need a badge?", Points.PLURAL, "", "guests"),
        ("Do guests need a badge?", Points.SINGULAR, "", "a badge"),
        ("Who is the nurse in Brno?", Points.PERSON_OWNER, "", "the nurse in Brno"),
        ("Who works in the Suzhou plant?", Points.PLACE, "", "the Suzhou plant"),
        ("What is the 2025 travel policy?", Points.NAMED, "policy", "the 2025 travel policy"),
        ("What is the 2025 travel policy?", Points.NAMED, "valve", None),
        ("Which form do I need?", Points.SINGULAR, "", None),
        ("Why?", Points.SINGULAR, "", None),
        ("", Points.PLURAL, "", None),
    ],
)
def test_the_topic(question: str, points: Points, noun: str, topic: str | None) -> None:
    assert EnglishEarlier(question).topic(points, noun) == topic


def test_what_a_which_question_found_is_the_topic() -> None:
    which = EnglishEarlier("Which pump is the lightest?", "That is the X-100. It weighs 2 kg.")
    assert which.topic(Points.SINGULAR) == "X-100"
    assert EnglishEarlier("Which pump is the lightest?").topic(Points.SINGULAR) is None


@pytest.mark.parametrize(
    ("question", "piece", "text"),
    [
        ("How many pumps failed in hall 3?", "hall 5", "How many pumps failed in hall 5?"),
        ("How heavy is the X-200 pump?", "the S-40 sensor", "How heavy is the S-40 sensor?"),
        ("Do an intern's hours count?", "in 2024", "Do an intern's hours count in 2024?"),
        ("If it rains, is the gate shut?", "if it snows", "If it snows, is the gate shut?"),
        ("Who signs a permit?", "an invoice", "Who signs an invoice?"),
        ("Who signs the day permit?", "night permit", "Who signs the night permit?"),
        ("How heavy is the X-200?", "the colour", None),
        ("Why?", "X-350", None),
        ("How heavy is the X-200?", "X-200", None),
        ("", "in 2024", " in 2024?"),
    ],
)
def test_a_piece_takes_the_place_of_what_is_like_it(
    question: str, piece: str, text: str | None
) -> None:
    assert EnglishEarlier(question).with_piece(piece) == text


@pytest.mark.parametrize(
    ("question", "words", "text"),
    [
        ("How often is it cleaned?", "why", "Why is it cleaned?"),
        ("May I keep gifts?", "up to what value", "Up to what value may I keep gifts?"),
        ("Which pump is light?", "why", None),
        ("Why is it cleaned?", "how many", None),
        ("Who cleans it?", "when", None),
        ("", "when", None),
    ],
)
def test_other_question_words(question: str, words: str, text: str | None) -> None:
    assert EnglishEarlier(question).with_interrogative(words) == text


def test_its_owner_and_its_words() -> None:
    earlier = EnglishEarlier("How heavy is the lid of the G-7 box?")
    assert earlier.owner() == "the G-7 box"
    assert earlier.words() == ["lid", "G-7", "box"]
    assert earlier.stated() is None
    assert EnglishEarlier("").owner() is None
    assert EnglishEarlier("").words() == []
