"""One telling word for another."""

from __future__ import annotations

from random import Random

import pytest

from evaluation.datasets.swapped import WordSwap
from rag.words import content_words

ENGLISH = ("Who repaired the valve in Bexley?", "When was the boiler of Norwich cleaned in 1987?")
CHINESE = ("苏州的水泵由谁检修？", "北京的锅炉何时更换？")


@pytest.mark.parametrize(
    ("question", "document"),
    [(ENGLISH[0], "The valve in Bexley was repaired."), (CHINESE[0], "苏州的水泵由王工检修。")],
)
def test_one_word_changes_and_the_document_does_not_say_it(question: str, document: str) -> None:
    swap = WordSwap((*ENGLISH, *CHINESE))
    made = [swap.swapped(question, document, Random(seed)) for seed in range(30)]
    found = [one for one in made if one]
    assert found
    for one in found:
        assert one != question
        fresh = set(content_words(one)) - set(content_words(question))
        assert fresh
        assert fresh.isdisjoint(content_words(document))


def test_a_name_gives_way_to_a_name() -> None:
    swap = WordSwap(("Who lives in Bexley?", "Who works in Norwich?"))
    made = {swap.swapped("Who was in Bexley?", "Bexley.", Random(seed)) for seed in range(9)}
    assert made == {"Who was in Norwich?"}


def test_equal_seeds_give_equal_questions() -> None:
    swap = WordSwap(ENGLISH)
    first, second = (swap.swapped(ENGLISH[1], "", Random(4)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("question", ["", "Who is it?", "它是什么？", "???"])
def test_a_question_without_a_telling_word_gives_none(question: str) -> None:
    assert WordSwap(ENGLISH).swapped(question, "", Random(0)) is None


def test_without_another_word_of_the_kind_there_is_none() -> None:
    assert WordSwap(("Where is Bexley?",)).swapped("Where is Bexley?", "Bexley", Random(0)) is None
