"""Which sentence comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.models.extractive.evidence import Sign
from rag.models.extractive.ranking import SAME_LANGUAGE, WEIGHTS, rank_sentences
from rag.types import Hit
from tests.fakes import a_hit


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was the pump sold?", "The pump was sold to ACME. The pump was sold in March 2019."),
        ("How many pumps were sold?", "The pumps were sold to ACME. The pumps sold were 25."),
        ("水泵什么时候售出？", "水泵售出给客户甲方。水泵售出于 2019 年 3 月。"),
        ("水泵售出多少台？", "水泵售出给客户甲方。水泵售出 25 台。"),
    ],
)
def test_a_question_for_a_time_or_a_number_prefers_a_sentence_with_one(
    question: str, text: str
) -> None:
    ranked = rank_sentences(question, [a_hit(text)])
    assert [any(map(str.isdigit, one.text)) for one in ranked] == [True, False]


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        (
            "Why was the mill closed?",
            "The mill was closed by the town. The mill was closed because the river ran dry.",
            "The mill was closed because the river ran dry.",
        ),
        (
            "磨坊为什么关闭？",
            "磨坊关闭以后成了客栈。磨坊关闭是因为河水干涸。",
            "磨坊关闭是因为河水干涸。",
        ),
        (
            "What is the mooring fee in the 2023 tariff?",
            "In the 2021 tariff the mooring fee is 18 crowns. "
            "In the 2023 tariff the mooring fee is 24 crowns.",
            "In the 2023 tariff the mooring fee is 24 crowns.",
        ),
    ],
)
def test_the_sentence_that_gives_what_is_asked_comes_first(
    question: str, text: str, sentence: str
) -> None:
    assert rank_sentences(question, [a_hit(text, question=question)])[0].text == sentence


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Ada?", "Ada left the harbour in 2019."),
        ("Ada 的情况如何？", "Ada 于 2019 年离开港口。"),
    ],
)
def test_of_equals_the_one_in_the_question_s_language_comes_first(
    question: str, first: str
) -> None:
    hits = [
        a_hit("Ada left the harbour in 2019.", document="b"),
        a_hit("Ada 于 2019 年离开港口。", document="a"),
    ]
    assert rank_sentences(question, hits)[0].text == first


def test_a_score_is_the_weighted_sum_of_its_signs() -> None:
    question = "How many sails has the mill?"
    for one in rank_sentences(question, [a_hit("The mill has 8 sails.", question=question)]):
        weighted = sum(WEIGHTS["en"].get(sign, 0.0) * value for sign, value in one.signs.items())
        assert one.score == pytest.approx(weighted + SAME_LANGUAGE)
        assert one.signs[Sign.COUNTED] == one.signs[Sign.GIVES_NUMBER] == 1


def test_no_sign_weighs_against_its_meaning() -> None:
    for weights in WEIGHTS.values():
        assert all((value < 0) == (sign is Sign.NOTHING_BEYOND) for sign, value in weights.items())
    assert set(WEIGHTS["zh"]) == set(Sign) == {*WEIGHTS["en"], Sign.PAIRS}


def test_a_question_in_the_text_is_no_answer() -> None:
    text = "The pump is of steel. How heavy is the pump? The pump weighs 4 kg."
    question = "How heavy is the pump?"
    ranked = rank_sentences(question, [a_hit(text, question=question)])
    assert [one.text for one in ranked] == ["The pump weighs 4 kg.", "The pump is of steel."]


def test_sentence_vectors_decide_where_words_cannot() -> None:
    hit = replace(a_hit("Alpha beta here. Gamma delta there.", question="zzz"), dense_vote=1.0)
    for scores, expected in (((0.9, 0.1), "Alpha"), ((0.1, 0.9), "Gamma")):
        ranked = rank_sentences("zzz", [replace(hit, sentence_scores=scores)])
        assert ranked[0].text.startswith(expected)


def test_the_order_does_not_depend_on_the_order_of_equal_hits() -> None:
    hits = [a_hit("The pump weighs 4 kg.", document=f"{n}.txt") for n in "cab"]

    def ids(some: Sequence[Hit]) -> list[str]:
        return [one.hit.passage.document for one in rank_sentences("pump weight", some)]

    assert ids(hits) == ids(hits[::-1]) == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize(
    "question",
    ["", "??", "(((", "多少[", "how many (x", "\u202e谁\ud800", "a" * 3000, "为什么" * 900],
)
def test_any_question_can_be_asked(question: str) -> None:
    assert len(rank_sentences(question, [a_hit("The pump weighs 4 kg. 水泵重 4 公斤。")])) == 2
    assert rank_sentences(question, []) == []
