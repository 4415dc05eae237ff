"""The last word on an answer: evidence in the hits, or a refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.abstention import evidence
from rag.answer import Answer, Outcome, Question
from rag.checking import ClaimChecker
from rag.claims import Citation, Claim, Verdict
from rag.review import Review
from tests.fakes import a_hit

QUESTION = Question(text="How heavy is the pump?", collections=("c",))


def an_answer(coverage: float) -> Answer:
    hit = a_hit("The pump weighs 4 kg.", coverage=coverage)
    place = Citation.of(hit.passage, hit.passage.chunk.sentences[0])
    claim = Claim(text="The pump weighs 4 kg.", citations=(place,))
    return Answer(
        question=QUESTION.text,
        model="extractive",
        text=claim.text,
        outcome=Outcome.ANSWERED,
        claims=(claim,),
        hits=(hit,),
    )


@pytest.mark.parametrize("coverage", [0.0, 0.9])
def test_an_answer_in_the_documents_own_words_needs_evidence(coverage: float) -> None:
    answer = an_answer(coverage)
    reviewed = Review(ClaimChecker()).review(QUESTION, answer)
    assert reviewed.confidence == evidence(answer.hits)
    if coverage:
        (claim,) = reviewed.claims
        assert claim.check is not None
        assert (reviewed.outcome, claim.check.verdict) == (Outcome.ANSWERED, Verdict.SUPPORTED)
    else:
        assert reviewed.outcome is Outcome.NOT_IN_DOCUMENTS
        assert (reviewed.text, reviewed.claims, reviewed.hits) == ("", (), answer.hits)


def test_a_chat_model_decides_for_itself() -> None:
    answer = an_answer(0.0)
    read = replace(answer, context=(answer.hits[0].passage,))
    assert Review(ClaimChecker()).review(QUESTION, read).outcome is Outcome.ANSWERED
    wrong = replace(read, claims=(replace(read.claims[0], text="The pump weighs 9 kg."),))
    (claim,) = Review(ClaimChecker()).review(QUESTION, wrong).claims
    assert claim.check is not None
    assert claim.check.verdict is Verdict.UNSUPPORTED
