"""Whether there is enough evidence: properties, whatever the numbers are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.confidence.evidence import COVERAGE_FLOOR, NEARNESS_FLOOR, is_enough
from rag.types import Hit
from tests.fakes import a_hit

SHARE = st.floats(0, 1)
PAIR = st.tuples(SHARE, SHARE)


def read(vote: float, cosines: tuple[float, ...], coverages: tuple[float, ...]) -> Hit:
    """A passage of two sentences as an index with vectors finds it."""
    return replace(
        a_hit("One. Two.", coverage=max(coverages)),
        dense_vote=vote,
        sentence_scores=cosines,
        sentence_coverages=coverages,
    )


HITS = st.lists(st.builds(read, SHARE, PAIR, PAIR), max_size=4)


def test_no_passage_is_no_evidence() -> None:
    assert not is_enough(())


@given(HITS)
def test_one_passage_with_enough_evidence_is_enough(hits: list[Hit]) -> None:
    assert is_enough(hits) == any(is_enough([hit]) for hit in hits)


def test_everything_held_is_enough_and_nothing_is_not() -> None:
    assert is_enough([a_hit("One.", coverage=1.0)])
    assert not is_enough([a_hit("One.", coverage=0.0)])
    assert is_enough([read(0.7, (1.0, 0.0), (1.0, 0.0))])
    assert not is_enough([read(0.7, (0.0, 0.0), (0.0, 0.0))])
    assert not is_enough([read(0.7, (-1.0, -1.0), (0.0, 0.0))])


@pytest.mark.parametrize(("vote", "floor"), [(0.0, COVERAGE_FLOOR), (0.7, NEARNESS_FLOOR)])
def test_the_floor_is_of_cosine_and_words_where_vectors_vote_and_of_words_elsewhere(
    vote: float, floor: float
) -> None:
    for share in (floor, floor - 0.01):
        told = read(vote, (share, 0.0), (share, 0.0))
        assert is_enough([told]) == (share >= floor)


def test_an_embedder_without_vote_is_not_heard() -> None:
    assert not is_enough([read(0.0, (1.0, 1.0), (0.0, 0.0))])


@given(PAIR, st.sampled_from([0.0, 0.7]), SHARE)
def test_more_evidence_never_turns_an_answer_into_a_refusal(
    shares: tuple[float, float], vote: float, cosine: float
) -> None:
    low, high = sorted(shares)
    less, more = (read(vote, (cosine, 0.0), (share, 0.0)) for share in (low, high))
    assert is_enough([less]) <= is_enough([more])
