"""Yes and no."""

from __future__ import annotations

import pytest

from rag.voting.polar import amounts_to, asks_whether, bare, leaning, split_head


@pytest.mark.parametrize(
    ("question", "polar"),
    [
        ("Is smoking allowed?", True),
        ("May guests bring dogs?", True),
        ("客人能带狗吗？", True),
        ("是否收费？", True),
        ("能不能退票？", True),
        ("Is it red or blue?", False),
        ("Which tap is hot?", False),
        ("How often is it tested?", False),
        ("多久换一次滤网？", False),
        ("", False),
    ],
)
def test_which_questions_ask_for_a_yes_or_a_no(question: str, polar: bool) -> None:
    assert asks_whether(question) is polar


@pytest.mark.parametrize(
    ("answer", "split"),
    [
        ("Yes.", ("yes", "")),
        ("NO", ("no", "")),
        ("No, it is not allowed.", ("no", "it is not allowed")),
        ("Yes it does", ("yes", "it does")),
        ("是的，需要戴头盔。", ("yes", "需要戴头盔")),
        ("不可以", ("no", "")),
        ("有，加班有工资", ("yes", "加班有工资")),
        ("No smoking sign", ("", "No smoking sign")),
        ("不锈钢", ("", "不锈钢")),
        ("", ("", "")),
    ],
)
def test_the_head_of_an_answer(answer: str, split: tuple[str, str]) -> None:
    assert split_head(answer) == split


def test_what_stands_around_an_answer_is_no_part_of_it() -> None:
    assert bare(" **“copper”.** ") == "copper"
    assert bare("「铜」。") == "铜"


@pytest.mark.parametrize(
    ("statement", "question", "head"),
    [
        ("It covers theft.", "Does the policy cover theft?", "yes"),
        ("It does not cover theft.", "Does the policy cover theft?", "no"),
        ("It's forbidden", "Is smoking allowed?", "no"),
        ("不包括盗窃", "保单包括盗窃吗？", "no"),
        ("包括盗窃", "保单包括盗窃吗？", "yes"),
        ("on a lead", "May guests bring dogs?", ""),
        ("3 dogs", "May guests bring dogs?", ""),
        ("it", "May guests bring dogs?", ""),
    ],
)
def test_a_statement_that_only_repeats_the_question(
    statement: str, question: str, head: str
) -> None:
    assert amounts_to(statement, question) == head


@pytest.mark.parametrize(
    ("statement", "question", "head"),
    [
        ("Dogs are allowed, but not in the restaurant", "Are dogs allowed?", "yes"),
        ("可以延期一次", "可以延期吗？", "yes"),
        ("the blue door", "Are dogs allowed?", ""),
    ],
)
def test_its_first_clause_tells_where_a_statement_leans(
    statement: str, question: str, head: str
) -> None:
    assert leaning(statement, question) == head
