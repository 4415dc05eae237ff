"""Which calibration speaks, what is refused, and what is said without one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer import Answer, Outcome, Question
from rag.claims import Check, Claim, Verdict
from rag.confidence import (
    Calibration,
    Confidence,
    Feature,
    Ground,
    NoRefusal,
    features_of,
    shipped,
)
from tests.fakes import a_hit
from tests.rag.confidence.made import a_calibration

QUESTION = Question(text="How heavy is the pump?", collections=("c",))
CHINESE = Question(text="水泵有多重？", collections=("c",))


def found(coverage: float, *, question: Question = QUESTION, text: str = "") -> Answer:
    hit = a_hit(text or "The pump weighs 4 kg.", coverage=coverage, question=question.text)
    return Answer(question=question.text, model="extractive", outcome=Outcome.ANSWERED, hits=(hit,))


def replied(coverage: float, *verdicts: Verdict, support: float = 0.0) -> Answer:
    answer = found(coverage)
    claims = tuple(
        Claim(text="It weighs 4 kg.", check=Check(verdict=one, support=support, checker="c"))
        for one in verdicts
    )
    context = tuple(hit.passage for hit in answer.hits)
    return replace(answer, model="qwen", strategy="direct", context=context, claims=claims)


def keeping(calibration: Calibration) -> Confidence:
    def kept(answerer: str) -> Calibration | None:
        return calibration if calibration.answerer == answerer else None

    return Confidence(calibration.embedder, kept)


def test_where_nothing_was_found_the_refusal_is_sure() -> None:
    nothing = replace(found(1.0), hits=())
    assessed = Confidence("e@1").assess(QUESTION, nothing)
    assert (assessed.confidence, assessed.refuse, assessed.calibrated) == (1.0, True, False)


def test_the_shipped_calibration_speaks_for_the_built_in_model() -> None:
    (hit,) = found(0.9).hits
    answer = replace(found(0.9), hits=(replace(hit, dense_vote=0.5, sentence_scores=(0.8,)),))
    assessed = Confidence(shipped().embedder).assess(QUESTION, answer)
    curve = shipped().curves[Ground.ENGLISH_VECTORS]
    assert assessed.calibrated
    assert not assessed.refuse
    assert assessed.confidence == curve.right.chance(features_of(QUESTION.text, answer))


@pytest.mark.parametrize(
    ("question", "text"), [(QUESTION, "The pump weighs 4 kg."), (CHINESE, "水泵有多重：4 公斤。")]
)
def test_another_embedding_model_goes_by_words_and_is_not_calibrated(
    question: Question, text: str
) -> None:
    answer = found(1.0, question=question, text=text)
    read = replace(answer, hits=(replace(answer.hits[0], dense_vote=0.5, sentence_scores=(1.0,)),))
    assessed = Confidence("other@1").assess(question, read)
    assert not assessed.calibrated
    assert not assessed.refuse
    assert assessed.confidence > 0.5


@pytest.mark.parametrize(
    ("question", "text"),
    [(QUESTION, "Lunch is served at noon."), (CHINESE, "食堂中午供应午餐。")],
)
@pytest.mark.parametrize("embedder", [shipped().embedder, "other@1"])
def test_what_has_no_word_of_the_question_is_refused(
    question: Question, text: str, embedder: str
) -> None:
    assessed = Confidence(embedder).assess(question, found(0.0, question=question, text=text))
    assert assessed.refuse
    assert assessed.confidence > 0.7


def test_a_calibration_of_ones_own_comes_first() -> None:
    mine = a_calibration(embedder=shipped().embedder, right=-1.0, answerable=2.0)
    assessed = keeping(mine).assess(QUESTION, found(1.0))
    assert (assessed.calibrated, assessed.refuse) == (True, False)
    assert assessed.confidence == 0.5  # the logistic of -1 + 1
    other = keeping(a_calibration(answerer="qwen direct"))
    assert not other.assess(QUESTION, found(1.0)).calibrated


def test_a_refusal_is_as_sure_as_the_documents_are_silent() -> None:
    mine = keeping(a_calibration(answerable=-1.0, floor=0.6))
    assessed = mine.assess(QUESTION, found(1.0))
    assert (assessed.refuse, assessed.confidence) == (True, 0.5)


def test_a_chat_model_without_calibration_is_judged_by_three_shares() -> None:
    answer = replied(1.0, Verdict.SUPPORTED, support=0.9)
    assessed = Confidence("other@1").assess(QUESTION, answer)
    curve = shipped().curves[Ground.ENGLISH_WORDS]
    answerable = curve.answerable.chance(features_of(QUESTION.text, answer))
    assert assessed.confidence == pytest.approx((answerable + 0.9 + 1.0) / 3)
    assert not assessed.calibrated


def test_a_calibrated_chat_model_goes_by_its_own_curve() -> None:
    mine = keeping(a_calibration(answerer="qwen direct", right=-1.0))
    assessed = mine.assess(QUESTION, replied(1.0, Verdict.SUPPORTED, support=0.2))
    assert (assessed.confidence, assessed.calibrated) == (0.5, True)


@pytest.mark.parametrize(
    ("verdicts", "taken_back"),
    [
        ((Verdict.UNSUPPORTED, Verdict.UNSUPPORTED), True),
        ((Verdict.UNSUPPORTED, Verdict.PARTLY), False),
        ((Verdict.SUPPORTED,), False),
        ((), True),
    ],
)
def test_a_chat_model_is_overruled_only_where_all_is_hopeless(
    verdicts: tuple[Verdict, ...], taken_back: bool
) -> None:
    hopeless = replied(0.0, *verdicts)
    hit = a_hit("Lunch is served at noon.", coverage=0.0, question=QUESTION.text)
    hopeless = replace(hopeless, hits=(hit,), context=(hit.passage,))
    assert Confidence("other@1").assess(QUESTION, hopeless).refuse == taken_back
    promising = replied(1.0, *verdicts)
    assert not Confidence("other@1").assess(QUESTION, promising).refuse


def test_a_chat_models_own_refusal_stands() -> None:
    refusal = replace(replied(1.0), outcome=Outcome.NOT_IN_DOCUMENTS)
    assessed = Confidence("other@1").assess(QUESTION, refusal)
    assert assessed.refuse
    assert assessed.confidence < 0.5  # the passages look as if they did answer


def test_without_refusal_the_confidence_is_the_plain_cosine() -> None:
    answer = found(0.0)
    read = replace(answer, hits=(replace(answer.hits[0], dense_vote=0.5, sentence_scores=(0.3,)),))
    assessed = NoRefusal().assess(QUESTION, read)
    assert (assessed.confidence, assessed.refuse, assessed.calibrated) == (0.3, False, False)
    refusal = replace(read, outcome=Outcome.NOT_IN_DOCUMENTS)
    assert NoRefusal().assess(QUESTION, refusal).refuse
    assert features_of(QUESTION.text, read)[Feature.NEAREST] == 0.3
