"""Samples that answer with a known probability."""

from __future__ import annotations

import pytest

from benchmarks.voting.electorate import (
    ANSWERS,
    Asked,
    Design,
    Electorate,
    evenly,
    number_of,
    unevenly,
)


@pytest.mark.parametrize("design", [evenly(0.4), unevenly(0.4), unevenly(0.8)])
def test_shares_are_probabilities(design: Design) -> None:
    shares = design.shares
    assert len(shares) == ANSWERS
    assert sum(shares) == pytest.approx(1.0)


def test_one_wrong_answer_gathers_more() -> None:
    assert unevenly(0.4).shares == pytest.approx((0.4, 0.36, 0.08, 0.08, 0.08))


def test_a_sample_is_drawn_from_the_numbers_and_the_seed_alone() -> None:
    one, other = Electorate(design=evenly(0.5)), Electorate(design=evenly(0.5), seed=1)
    drawn = [one.picked(number, 3) for number in range(200)]
    assert drawn == [one.picked(number, 3) for number in range(200)]
    assert drawn != [other.picked(number, 3) for number in range(200)]
    assert set(drawn) == set(range(ANSWERS))


def test_as_many_are_right_as_the_design_says() -> None:
    electorate = Electorate(design=evenly(0.6))
    right = sum(electorate.picked(number, 0) == 0 for number in range(4000))
    assert right / 4000 == pytest.approx(0.6, abs=0.025)


@pytest.mark.parametrize("number", [0, 1, 17, 4000])
def test_every_answer_stands_in_the_passage(number: int) -> None:
    asked = Asked(number=number)
    chunk = asked.hit().passage.chunk
    quoted = [chunk.quote(span) for span in chunk.sentences]
    assert sorted(quoted) == sorted(asked.sentence(answer) for answer in range(ANSWERS))
    assert len(set(asked.amounts)) == ANSWERS
    assert number_of(f"passages\n\n{asked.question.text}") == number


def test_a_reply_is_a_sentence_and_its_bare_answer() -> None:
    electorate = Electorate(design=evenly(1.0))
    assert electorate.reply(Asked(number=2).question.text, 1) == (
        "Ledger A of depot 2 gives 1226 crates. [1]\nSHORT ANSWER: 1,226"
    )
    assert electorate.reply(Asked(number=1).question.text, 2) == (
        "1号仓库的账本A记着1213箱。 [1]\nSHORT ANSWER: 1213箱"
    )
