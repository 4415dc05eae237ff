"""Whether there is enough evidence: properties, whatever the numbers are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.abstention import COVERAGE_FLOOR, NEARNESS_FLOOR, answerable, evidence
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
    assert not answerable(())


@given(HITS)
def test_one_passage_with_enough_evidence_is_enough(hits: list[Hit]) -> None:
    assert answerable(hits) == any(answerable([hit]) for hit in hits)


def test_everything_held_is_enough_and_nothing_is_not() -> None:
    assert answerable([a_hit("One.", coverage=1.0)])
    assert not answerable([a_hit("One.", coverage=0.0)])
    assert answerable([read(0.7, (1.0, 0.0), (1.0, 0.0))])
    assert not answerable([read(0.7, (0.0, 0.0), (0.0, 0.0))])
    assert not answerable([read(0.7, (-1.0, -1.0), (0.0, 0.0))])


def test_the_evidence_is_that_of_the_best_passage() -> None:
    assert evidence(()) == 0.0
    # sentences: 0.8 / 2 + 0.5 / 2 = 0.65 and 0.2 / 2 + 1.0 / 2 = 0.6
    near = read(0.7, (0.8, 0.2), (0.5, 1.0))
    assert evidence([near]) == pytest.approx(0.65)
    assert evidence([read(0.7, (0.1, 0.1), (0.0, 0.1)), near]) == pytest.approx(0.65)
    assert evidence([a_hit("一。", coverage=0.3), a_hit("二。", coverage=0.4)]) == 0.4
    assert evidence([read(0.7, (1.0000001, 0.0), (1.0, 0.0))]) == 1.0


@given(HITS)
def test_evidence_is_a_share_and_refusals_go_by_it(hits: list[Hit]) -> None:
    assert 0.0 <= evidence(hits) <= 1.0
    for vote, floor in ((0.0, COVERAGE_FLOOR), (0.7, NEARNESS_FLOOR)):
        voted = [replace(hit, dense_vote=vote) for hit in hits]
        assert answerable(voted) == (evidence(voted) >= floor)


def test_an_embedder_without_vote_is_not_heard() -> None:
    assert not answerable([read(0.0, (1.0, 1.0), (0.0, 0.0))])


@given(PAIR, st.sampled_from([0.0, 0.7]), SHARE)
def test_more_evidence_never_turns_an_answer_into_a_refusal(
    shares: tuple[float, float], vote: float, cosine: float
) -> None:
    low, high = sorted(shares)
    less, more = (read(vote, (cosine, 0.0), (share, 0.0)) for share in (low, high))
    assert answerable([less]) <= answerable([more])
