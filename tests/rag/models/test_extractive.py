"""Answers from the documents' own sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.answer import Answer, Outcome, Question
from rag.models.extractive import Extractive, one_line, rank_sentences
from rag.types import Hit
from tests.fakes import a_hit

MANUAL = (
    "The X-200 pump is made of steel. How heavy is the pump? The pump weighs 4 kg. "
    "It was first sold in March 2019. Call us if anything is unclear."
)
MANUAL_ZH = "X-200 型水泵由钢制成。水泵重 4 公斤。它于 2019 年 3 月首次销售。如有疑问请致电。"


def answered(question: str, *hits: Hit) -> Answer:
    answers = list(Extractive().answer(Question(text=question, collections=("c",)), hits))
    assert [answer.outcome is not None for answer in answers] == [True]
    return answers[0]


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        ("How much does the pump weigh?", MANUAL, "The pump weighs 4 kg."),
        ("水泵重多少公斤？", MANUAL_ZH, "水泵重 4 公斤。"),
        ("When was it first sold?", MANUAL, "It was first sold in March 2019."),
        ("它何时首次销售？", MANUAL_ZH, "它于 2019 年 3 月首次销售。"),
    ],
)
def test_the_answering_sentence_comes_first_and_is_cited(
    question: str, text: str, sentence: str
) -> None:
    answer = answered(question, a_hit(text, start=12, question=question))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.claims[0].text == sentence
    assert answer.text.startswith(sentence)
    (citation,) = answer.claims[0].citations
    assert (citation.quote, citation.start) == (sentence, 12 + text.index(sentence))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was the pump sold?", "The pump was sold to ACME. The pump was sold in March 2019."),
        ("How many pumps were sold?", "The pumps were sold to ACME. The pumps sold were 25."),
        ("水泵什么时候售出？", "水泵售出给客户甲方。水泵售出于 2019 年 3 月。"),
    ],
)
def test_a_question_for_a_time_or_a_number_prefers_a_sentence_with_one(
    question: str, text: str
) -> None:
    ranked = rank_sentences(question, [a_hit(text)])
    assert [any(map(str.isdigit, one.text)) for one in ranked] == [True, False]


def test_too_little_evidence_is_not_in_the_documents() -> None:
    answer = answered("Who won the cup?", a_hit(MANUAL, coverage=0.0))
    assert (answer.outcome, answer.claims, answer.text) == (Outcome.NOT_IN_DOCUMENTS, (), "")
    assert len(answer.hits) == 1
    assert answered("Who won the cup?").outcome is Outcome.NOT_IN_DOCUMENTS


def test_a_question_in_the_text_is_no_answer() -> None:
    question = "How heavy is the pump?"
    ranked = rank_sentences(question, [a_hit(MANUAL, question=question)])
    assert len(ranked) == 4
    assert not any(one.text.endswith("?") for one in ranked)


def test_at_most_three_sentences_and_none_twice() -> None:
    again = "The pump weighs 4 kg."
    question = "How much does the red pump number 3 weigh in kg?"
    hits = [
        a_hit(f"{again} Pump number {n} is red.", start=100 * n, question=question)
        for n in range(6)
    ]
    answer = answered(question, *hits)
    assert 1 <= len(answer.claims) <= 3
    assert [claim.text for claim in answer.claims].count(again) == 1


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


def test_a_sentence_over_several_lines_is_shown_on_one_and_quoted_as_it_stands() -> None:
    text = "The pump\nweighs   4 kg."
    assert one_line(text) == "The pump weighs 4 kg."
    assert one_line("水泵重\n 4 公斤，\n很轻。") == "水泵重 4 公斤，很轻。"


def test_chinese_sentences_are_joined_without_blanks() -> None:
    question = "水泵有多重？电压是多少？"
    hits = (
        a_hit("水泵很重。", question=question),
        a_hit("电压为 230 伏。", document="b.txt", question=question),
    )
    answer = answered(question, *hits)
    assert len(answer.claims) == 2
    assert answer.text == "".join(claim.text for claim in answer.claims)
