"""The product's voting agrees with the exact majority vote."""

from __future__ import annotations

import pytest

from benchmarks.voting.electorate import Asked, Design, Electorate, evenly, unevenly
from benchmarks.voting.polling import Polled, PollingModel, poll, stopped, voted, won
from rag.answer import Answer


@pytest.mark.parametrize("design", [evenly(0.5), unevenly(0.6)])
def test_every_question_ends_as_its_samples_voted(design: Design) -> None:
    """The winner is the answer with most votes, of equals that of the lowest sample number."""
    electorate = Electorate(design=design)
    polled = poll(PollingModel(electorate), questions=30, samples=5, stop_early=False)
    assert polled.asked == (5,) * 30
    for number, right in enumerate(polled.right):
        picked = [electorate.picked(number, sample) for sample in range(5)]
        winner = max(picked, key=lambda one: (picked.count(one), -picked.index(one)))
        assert right is (winner == 0)


def test_a_row_of_votes() -> None:
    electorate = Electorate(design=evenly(0.5))
    row = voted(electorate, Polled(right=(True, False) * 50, asked=(1,) * 100), samples=1)
    assert (row.accuracy, row.predicted, row.agrees) == (0.5, 0.5, True)
    assert row.low == pytest.approx(0.4038, abs=1e-3)
    off = voted(electorate, Polled(right=(True,) * 100, asked=(1,) * 100), samples=1)
    assert not off.agrees


def test_a_row_of_stopping() -> None:
    whole = Polled(right=(True, True, False, False), asked=(10,) * 4)
    early = Polled(right=(True, False, False, False), asked=(4, 4, 10, 10))
    row = stopped("even", 0.5, [(whole, early)], samples=10)
    assert (row.questions, row.change) == (4, -0.25)
    assert row.saved == pytest.approx(0.3)
    assert row.low < -0.25 < row.high


def test_what_is_none_of_the_answers_has_not_won() -> None:
    asked = Asked(number=4)
    assert won(Answer(question="", model="", text="something else"), asked) is None
    assert won(Answer(question="", model="", text=asked.sentence(2)), asked) == 2
