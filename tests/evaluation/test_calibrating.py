"""Cases of a set, and what is fitted on them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from evaluation.calibrating import (
    LEAST_CASES,
    REFUSED_AT_MOST,
    RIGHT_IN_PLACE,
    Case,
    calibration_metrics,
    cases_of,
    fitted,
    is_right,
)
from evaluation.gold import GoldText
from rag.answer import Answer, Question
from rag.claims import Citation
from rag.confidence import Feature, Ground
from rag.models.extractive import Extractive
from tests.evaluation.made import an_example, in_
from tests.fakes import a_hit

TEXTS = {
    "pump.txt": "The pump in Bexley weighs 4 kg.",
    "valve.txt": "The valve in Norwich opens at 6 bar.",
    "水泵.txt": "苏州的水泵每年检修两次。",
}
ASKED = (
    an_example(
        1, question="How heavy is the pump in Bexley?", answers=("4 kg",), gold=in_("pump.txt")
    ),
    an_example(
        2,
        question="When does the valve in Norwich open?",
        answers=("6 bar",),
        gold=in_("valve.txt"),
    ),
    an_example(3, question="苏州的水泵每年检修几次？", answers=("两次",), gold=in_("水泵.txt")),
)


class Desk:
    """Answers with the documents' own sentences, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, frozenset[str]]] = []

    def __call__(self, question: str, held_back: frozenset[str]) -> Answer:
        self.asked.append((question, held_back))
        hits = [
            a_hit(text, document=name, question=question)
            for name, text in TEXTS.items()
            if name not in held_back
        ]
        return list(Extractive().answer(Question(text=question, collections=("c",)), hits))[-1]


def test_each_question_comes_again_as_one_that_is_not_answered() -> None:
    desk = Desk()
    found = list(cases_of(ASKED, desk, TEXTS.__getitem__, seed=1, source="small", weight=2.0))
    assert len(found) == 3
    for cases in found:
        assert [case.answerable for case in cases][:1] == [1.0]
        assert [case.right for case in cases][:1] == [1.0]
        assert all((case.right, case.answerable) == (0.0, 0.0) for case in cases[1:])
        assert {(case.source, case.weight) for case in cases} == {("small", 2.0)}
    assert (ASKED[1].question, frozenset({"valve.txt"})) in desk.asked
    assert found[2][0].ground is Ground.CHINESE_WORDS


def test_a_set_with_unanswerable_questions_brings_no_made_ones() -> None:
    own = an_example(4, question="Which colour has the zeppelin?", answerable=False, gold=())
    desk = Desk()
    found = list(cases_of((*ASKED, own), desk, TEXTS.__getitem__, seed=0))
    assert [len(cases) for cases in found] == [1, 1, 1, 1]
    assert (found[3][0].right, found[3][0].answerable) == (0.0, 0.0)
    assert all(not held for _, held in desk.asked)


def test_where_only_documents_are_named_a_sentence_from_one_is_mostly_right() -> None:
    named = replace(ASKED[0], answers=())
    ((case, *_),) = cases_of([named], Desk(), TEXTS.__getitem__, seed=0, truly_answerable=0.5)
    assert case.answerable == 0.5
    assert case.right == pytest.approx(0.5 * RIGHT_IN_PLACE)


def test_a_sentence_is_right_by_its_answer_or_its_evidence() -> None:
    passage = a_hit(TEXTS["pump.txt"], document="pump.txt").passage
    citation = Citation.of(passage, passage.chunk.sentences[0])
    assert is_right(ASKED[0], GoldText.of(ASKED[0]), citation)
    assert not is_right(ASKED[1], GoldText.of(ASKED[1]), citation)
    told = replace(ASKED[1], evidence=(TEXTS["pump.txt"],), gold=in_("pump.txt"))
    assert is_right(told, GoldText.of(told), citation)


def cases(count: int, *, ground: Ground = Ground.ENGLISH_VECTORS, source: str = "a") -> list[Case]:
    """Half of them answerable: those with most words, with some noise."""
    chance = Random(3)
    return [
        Case(
            ground=ground,
            features={
                Feature.MOST_WORDS: (number % 2) * 0.5 + chance.random() / 2,
                Feature.NEAREST: chance.random(),
            },
            right=float(number % 2),
            answerable=float(number % 2),
            cosine=chance.random(),
            cluster=f"d{number}",
            source=source,
        )
        for number in range(count)
    ]


def test_what_tells_is_weighed_and_what_does_not_is_hardly() -> None:
    found = fitted(cases(400), embedder="e@1", answerer="extractive", source="a")
    curve = found.curves[Ground.ENGLISH_VECTORS]
    assert curve.right.weights[Feature.MOST_WORDS] > 5
    assert abs(curve.right.weights[Feature.NEAREST]) < 2
    assert Feature.LEAD not in curve.right.weights
    assert (found.embedder, found.answerer, found.source) == ("e@1", "extractive", "a")


def test_vectors_serve_words_too_but_not_by_what_only_they_see() -> None:
    found = fitted(cases(100), embedder="e@1", answerer="extractive")
    assert set(found.curves) == {Ground.ENGLISH_VECTORS, Ground.ENGLISH_WORDS}
    assert Feature.NEAREST not in found.curves[Ground.ENGLISH_WORDS].right.weights


def test_too_few_cases_give_no_curve() -> None:
    few = cases(LEAST_CASES - 1, ground=Ground.CHINESE_WORDS)
    assert fitted(few, embedder="e", answerer="a").curves == {}


def test_the_floor_keeps_nine_in_ten_of_every_set() -> None:
    mixed = [*cases(200, source="a"), *cases(60, source="b")]
    curve = fitted(mixed, embedder="e", answerer="a").curves[Ground.ENGLISH_VECTORS]
    for source in ("a", "b"):
        own = [case for case in mixed if case.source == source and case.answerable]
        refused = [case for case in own if curve.answerable.chance(case.features) < curve.floor]
        assert len(refused) <= REFUSED_AT_MOST * len(own)
    assert curve.floor > 0


def test_metrics_count_an_answer_to_an_unanswerable_question_as_wrong() -> None:
    four = cases(4)
    sure = calibration_metrics(four, [0.0, 1.0, 0.0, 1.0])
    # The two right ones come first: risks 0, 0, then 1/3 and 2/4.
    assert sure["aurc"].value() == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    assert sure["brier"].value() == 0.0
    assert set(sure) == {"aurc", "ece", "brier"}
