"""Which samples say the same, and what they weigh together."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from rag.claims import Claim
from rag.tally import SampledAnswer
from rag.voting.clustering import clusters, said, tally
from rag.voting.likeness import Likeness

ASKED = "How long is the guarantee?"


def votes(*answers: str, weight: float = 1.0) -> list[SampledAnswer]:
    return [
        SampledAnswer(number=number, answer=answer, weight=weight)
        for number, answer in enumerate(answers)
    ]


def members(samples: list[SampledAnswer], question: str = ASKED) -> list[tuple[int, ...]]:
    return [one.members for one in clusters(question, samples, Likeness(question))]


def test_one_answer_in_several_ways_of_writing_is_one_cluster() -> None:
    assert members(votes("2 years", "24 months", "two years", "3 years", "2年")) == [
        (0, 1, 2, 4),
        (3,),
    ]
    assert members(votes("３５公斤", "35千克", "三十五公斤", "36公斤"), "铁砧有多重？") == [
        (0, 1, 2),
        (3,),
    ]


def test_answers_in_other_words_come_together_and_contradictions_never() -> None:
    samples = votes("the red lever", "Red lever.", "not the red lever", "the blue lever")
    assert members(samples, "What closes the valve?") == [(0, 1), (2,), (3,)]


def test_what_fits_two_contradicting_answers_joins_one_of_them() -> None:
    """A bare 300 is 300 euros or 300 dollars, which are never one answer."""
    assert members(votes("300 euros", "300", "300 dollars"), "What is the fine?") == [(0, 1), (2,)]


def test_the_order_of_the_samples_plays_no_part() -> None:
    samples = votes("300 euros", "300", "300 dollars", "Yes", "300 dollars")
    expected = members(samples, "What is the fine?")
    for order in permutations(samples):
        assert members(list(order), "What is the fine?") == expected


def test_refusals_are_a_cluster_of_their_own_and_failures_have_no_vote() -> None:
    samples = [
        SampledAnswer(number=0, refuses=True, weight=0.85),
        SampledAnswer(number=1, answer="2 years", weight=0.5),
        SampledAnswer(number=2, failed=True, answer="2 years", weight=1.0),
        SampledAnswer(number=3, refuses=True, weight=0.85),
    ]
    refusing, answering = clusters(ASKED, samples, Likeness(ASKED))
    assert (refusing.members, refusing.refuses, refusing.answer) == ((0, 3), True, "")
    assert refusing.weight == pytest.approx(1.7)
    assert (answering.members, answering.refuses, answering.weight) == ((1,), False, 0.5)


def test_the_best_supported_member_speaks_for_its_cluster() -> None:
    weights = (0.4, 0.9, 0.9, 0.2)
    samples = [
        SampledAnswer(number=number, answer=answer, weight=weight)
        for number, (answer, weight) in enumerate(
            zip(("2 years", "24 months", "two years", "1 year"), weights, strict=True)
        )
    ]
    first, second = clusters(ASKED, samples, Likeness(ASKED))
    assert (first.members, first.answer) == ((1, 2, 0), "24 months")
    assert first.weight == pytest.approx(2.2)
    assert second.members == (3,)


def test_a_sample_without_a_short_answer_is_compared_by_what_it_claims() -> None:
    sentence = "The guarantee lasts two years."
    claims = (Claim(text=sentence),)
    assert said(SampledAnswer(number=0, answer="2 years", claims=claims)) == "2 years"
    assert said(SampledAnswer(number=0, text="[1]", claims=claims)) == sentence
    assert said(SampledAnswer(number=0, text="Two years.")) == "Two years."
    samples = [
        SampledAnswer(number=0, claims=claims, weight=1.0),
        SampledAnswer(number=1, answer="2 years", weight=1.0),
    ]
    assert members(samples) == [(0, 1)]


def test_a_tie_is_said_to_be_one() -> None:
    def tied(*weights: float) -> bool:
        samples = [
            SampledAnswer(number=number, answer=f"{number + 1} years", weight=weight)
            for number, weight in enumerate(weights)
        ]
        told = tally(ASKED, samples, planned=5, stopped_early=False, likeness=Likeness(ASKED))
        return told.tied

    assert tied(0.7, 0.7)
    assert tied(0.1 + 0.2, 0.3)
    assert not tied(0.7, 0.6)
    assert not tied(0.7)
    assert not tied()


def test_of_equal_weights_the_lowest_number_leads() -> None:
    samples = votes("3 years", "2 years", "1 year", "24 months", "36 months")
    told = tally(ASKED, samples[::-1], planned=9, stopped_early=True, likeness=Likeness(ASKED))
    assert [one.members for one in told.clusters] == [(0, 4), (1, 3), (2,)]
    assert told.tied
    assert told.samples == tuple(samples)
    assert (told.planned, told.stopped_early, told.counted, told.agreeing) == (9, True, 5, 2)


def test_no_samples_are_no_clusters() -> None:
    assert clusters(ASKED, [], Likeness(ASKED)) == ()
    assert members([SampledAnswer(number=0, failed=True)]) == []


def test_no_two_answers_of_a_cluster_contradict_each_other() -> None:
    question = "How long may the oven run?"
    likeness = Likeness(question)
    pool = ("90 minutes", "1.5 hours", "90", "90 seconds", "an hour and a half", "one hour", "yes")
    random = Random(5)
    for _ in range(30):
        samples = votes(*random.choices(pool, k=9))
        for cluster in clusters(question, samples, likeness):
            texts = [samples[number].answer for number in cluster.members]
            assert all(likeness.same(one, other) for one in texts for other in texts)
