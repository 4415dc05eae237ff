"""The last word on an answer: checked and assessed, or a refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer import Answer, Outcome, Question
from rag.checking import ClaimChecker
from rag.claims import Citation, Claim, Verdict
from rag.confidence import Confidence
from rag.review import Review
from tests.fakes import a_hit

QUESTION = Question(text="How heavy is the pump?", collections=("c",))
CONFIDENCE = Confidence("words@1")
REVIEW = Review(ClaimChecker(), CONFIDENCE)


def an_answer(text: str, coverage: float) -> Answer:
    hit = a_hit(text, coverage=coverage, question=QUESTION.text)
    place = Citation.of(hit.passage, hit.passage.chunk.sentences[0])
    return Answer(
        question=QUESTION.text,
        model="extractive",
        text=text,
        outcome=Outcome.ANSWERED,
        claims=(Claim(text=text, citations=(place,)),),
        hits=(hit,),
    )


def test_an_answer_is_given_with_its_checks_and_its_confidence() -> None:
    answer = an_answer("The pump weighs 4 kg.", 1.0)
    reviewed = REVIEW.review(QUESTION, answer)
    (claim,) = reviewed.claims
    assert claim.check is not None
    assert (reviewed.outcome, claim.check.verdict) == (Outcome.ANSWERED, Verdict.SUPPORTED)
    assert reviewed.confidence == CONFIDENCE.assess(QUESTION, reviewed).confidence
    assert not reviewed.calibrated


def test_a_refusal_keeps_the_nearest_passages() -> None:
    answer = an_answer("Lunch is served at noon.", 0.0)
    reviewed = REVIEW.review(QUESTION, answer)
    assert reviewed.outcome is Outcome.NOT_IN_DOCUMENTS
    assert (reviewed.text, reviewed.claims, reviewed.conflicts) == ("", (), ())
    assert reviewed.hits == answer.hits
    assert reviewed.confidence == pytest.approx(1.0, abs=0.3)


def test_a_chat_model_decides_for_itself_where_the_passages_may_answer() -> None:
    answer = an_answer("The pump weighs 4 kg.", 1.0)
    read = replace(answer, context=(answer.hits[0].passage,))
    wrong = replace(read, claims=(replace(read.claims[0], text="The pump weighs 9 kg."),))
    reviewed = REVIEW.review(QUESTION, wrong)
    (claim,) = reviewed.claims
    assert claim.check is not None
    assert claim.check.verdict is Verdict.UNSUPPORTED
    assert reviewed.outcome is Outcome.ANSWERED


def test_a_chat_models_refusal_keeps_the_hits_and_what_it_read() -> None:
    answer = an_answer("The pump weighs 4 kg.", 1.0)
    refusal = replace(
        answer,
        context=(answer.hits[0].passage,),
        text="",
        claims=(),
        outcome=Outcome.NOT_IN_DOCUMENTS,
    )
    reviewed = REVIEW.review(QUESTION, refusal)
    assert (reviewed.outcome, reviewed.hits) == (Outcome.NOT_IN_DOCUMENTS, answer.hits)
    assert reviewed.context == refusal.context
    assert reviewed.confidence is not None


@pytest.mark.parametrize(("added", "given"), [((), True), (("pump",), True), (("whale",), False)])
def test_sentences_that_are_silent_on_what_a_follow_up_adds_are_not_given(
    added: tuple[str, ...], given: bool
) -> None:
    answer = an_answer("The pump weighs 4 kg.", 1.0)
    reviewed = REVIEW.review(replace(QUESTION, added=added), answer)
    assert (reviewed.outcome is Outcome.ANSWERED) is given
    assert bool(reviewed.claims) is given
    assert reviewed.hits == answer.hits
    usual = REVIEW.review(QUESTION, answer).confidence or 0.0
    assert reviewed.confidence == pytest.approx(usual if given else 1 - usual)
    read = replace(answer, context=(answer.hits[0].passage,))
    assert REVIEW.review(replace(QUESTION, added=added), read).outcome is Outcome.ANSWERED
