"""What a vote counts."""

from __future__ import annotations

import pytest

from rag.claims import Check, Claim, Verdict
from rag.voting.weights import LEAST_WEIGHT, REFUSAL_WEIGHT, vote_weight


def claim(support: float | None) -> Claim:
    if support is None:
        return Claim(text="水泵重四公斤。")
    check = Check(verdict=Verdict.PARTLY, support=support, checker="test")
    return Claim(text="The pump weighs 4 kg.", check=check)


@pytest.mark.parametrize(
    ("supports", "weight"),
    [
        ([1.0], 1.0),
        ([1.0, 0.5], 0.75),
        ([0.9, None], 0.45),
        ([0.1, 0.1], LEAST_WEIGHT),
        ([0.0], LEAST_WEIGHT),
        ([None], LEAST_WEIGHT),
        ([], LEAST_WEIGHT),
    ],
)
def test_a_vote_counts_how_well_the_citations_hold(
    supports: list[float | None], weight: float
) -> None:
    given = vote_weight([claim(one) for one in supports], refuses=False)
    assert given == pytest.approx(weight)


def test_a_refusal_counts_whatever_it_claims() -> None:
    assert vote_weight([], refuses=True) == REFUSAL_WEIGHT
    assert vote_weight([claim(0.0)], refuses=True) == REFUSAL_WEIGHT


def test_a_majority_of_refusals_wins_and_an_even_vote_goes_to_answers_that_hold() -> None:
    held = vote_weight([claim(1.0)], refuses=False)
    refused = vote_weight([], refuses=True)
    assert 3 * refused > 2 * held
    assert 2 * refused < 2 * held
    assert refused > vote_weight([claim(0.4)], refuses=False)
