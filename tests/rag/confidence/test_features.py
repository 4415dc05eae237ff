"""What is read off an answer and its hits, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer import Answer, Outcome
from rag.claims import Check, Claim, Verdict
from rag.confidence import Feature, features_of
from rag.tally import Cluster, SampledAnswer, Tally
from rag.types import Hit
from tests.fakes import a_hit

QUESTION = "How heavy is the Bexley pump?"


def answering(*hits: Hit) -> Answer:
    return Answer(question=QUESTION, model="m", outcome=Outcome.ANSWERED, hits=hits)


def test_nothing_found_has_no_features() -> None:
    assert features_of(QUESTION, answering()) == {}


def test_what_was_found_is_measured() -> None:
    best = replace(
        a_hit("The Bexley pump weighs 4 kg.", score=2.0, coverage=0.9, question=QUESTION),
        dense_vote=0.5,
        sentence_scores=(0.7,),
    )
    other = a_hit("Paint it twice a year.", score=1.5, coverage=0.1, start=500, question=QUESTION)
    found = features_of(QUESTION, answering(best, other))
    assert found[Feature.PASSAGE_WORDS] == found[Feature.MOST_WORDS] == 0.9
    assert found[Feature.NEAREST] == 0.7
    assert found[Feature.NAMES] == 1.0
    assert found[Feature.PASSAGES_GAP] == pytest.approx(0.25)
    assert 0.5 < found[Feature.LEAD] <= 1.0
    assert Feature.SUPPORT not in found


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("How heavy is the Norwich pump?", 0.0),
        ("How heavy is the X-200 from Bexley?", 0.5),
        ("how heavy is it?", 1.0),
        ("张伟的水泵多重？", 0.0),
        ("水泵多重？", 1.0),
    ],
)
def test_names_and_codes_of_the_question_are_looked_for(question: str, share: float) -> None:
    hit = a_hit("The Bexley pump weighs 4 kg. 水泵重四公斤。", question=question)
    assert features_of(question, answering(hit))[Feature.NAMES] == share


def test_vectors_that_cannot_read_the_question_are_not_heard() -> None:
    hit = replace(a_hit("The pump weighs 4 kg.", question=QUESTION), sentence_scores=(0.9,))
    assert features_of(QUESTION, answering(hit))[Feature.NEAREST] == 0.0


def test_a_single_passage_is_as_far_ahead_as_can_be() -> None:
    found = features_of(QUESTION, answering(a_hit("The pump weighs 4 kg.", question=QUESTION)))
    assert (found[Feature.PASSAGES_GAP], found[Feature.LEAD]) == (1.0, 1.0)


def test_a_reply_adds_its_support_and_agreement() -> None:
    hit = a_hit("The Bexley pump weighs 4 kg.", question=QUESTION)
    checks = [
        Check(verdict=Verdict.SUPPORTED, support=0.9, checker="c"),
        Check(verdict=Verdict.UNSUPPORTED, support=0.1, checker="c"),
    ]
    samples = tuple(SampledAnswer(number=n, failed=n == 3) for n in range(4))
    reply = replace(
        answering(hit),
        context=(hit.passage,),
        claims=tuple(Claim(text="It weighs 4 kg.", check=check) for check in checks),
        tally=Tally(samples=samples, clusters=(Cluster(members=(0, 2), weight=1.0),), planned=4),
        dangling=2,
    )
    found = features_of(QUESTION, reply)
    assert found[Feature.SUPPORT] == pytest.approx(0.5)
    assert found[Feature.UNSUPPORTED] == 0.5
    assert found[Feature.AGREEMENT] == pytest.approx(2 / 3)
    assert (found[Feature.DANGLING], found[Feature.REFUSES]) == (1.0, 0.0)
    refusing = replace(reply, claims=(), tally=None, outcome=Outcome.NOT_IN_DOCUMENTS)
    refused = features_of(QUESTION, refusing)
    assert (refused[Feature.REFUSES], refused[Feature.AGREEMENT]) == (1.0, 1.0)
    assert refused[Feature.SUPPORT] == 0.0
