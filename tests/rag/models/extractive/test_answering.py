"""Answers from the documents' own sentences."""

from __future__ import annotations

import pytest

from rag.answer import Answer, Outcome, Question
from rag.models.extractive import Extractive, chosen, one_line, rank_sentences
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


def test_whether_it_is_enough_is_the_reviewer_s_to_say() -> None:
    answer = answered("Who won the cup?", a_hit(MANUAL, coverage=0.0))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.claims


@pytest.mark.parametrize("hits", [(), (a_hit("How heavy is it?"),)])
def test_without_a_sentence_it_is_not_in_the_documents(hits: tuple[Hit, ...]) -> None:
    answer = answered("Who won the cup?", *hits)
    assert (answer.outcome, answer.claims, answer.text) == (Outcome.NOT_IN_DOCUMENTS, (), "")
    assert answer.hits == hits


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


@pytest.mark.parametrize(
    ("question", "texts", "shown"),
    [
        (
            "What are the fees for mooring and for fuel?",
            ("The fee for mooring is 24 crowns.", "The fee for fuel is 9 crowns a litre."),
            2,
        ),
        (
            "What is the fee for mooring?",
            ("The fee for mooring is 24 crowns.", "Ducks nest under the pier in spring."),
            1,
        ),
        ("停泊费和燃油费是多少？", ("停泊费为 24 元。", "燃油费为每升 9 元。"), 2),
        ("停泊费是多少？", ("停泊费为 24 元。", "春天鸭子在码头下面筑巢。"), 1),
    ],
)
def test_a_further_sentence_is_shown_where_it_helps(
    question: str, texts: tuple[str, str], shown: int
) -> None:
    hits = [a_hit(text, document=f"{at}.txt", question=question) for at, text in enumerate(texts)]
    found = chosen(question, rank_sentences(question, hits))
    assert {one.text for one in found} == set(texts[:shown])


def test_a_sentence_over_several_lines_is_shown_on_one_and_quoted_as_it_stands() -> None:
    text = "The pump\nweighs   4 kg."
    assert one_line(text) == "The pump weighs 4 kg."
    assert one_line("水泵重\n 4 公斤，\n很轻。") == "水泵重 4 公斤，很轻。"
    assert one_line("- Close the valve.") == "Close the valve."


def test_chinese_sentences_are_joined_without_blanks() -> None:
    question = "水泵有多重？电压是多少？"
    hits = (
        a_hit("水泵重 4 公斤。", question=question),
        a_hit("电压为 230 伏。", document="b.txt", question=question),
    )
    answer = answered(question, *hits)
    assert len(answer.claims) == 2
    assert answer.text == "".join(claim.text for claim in answer.claims)
