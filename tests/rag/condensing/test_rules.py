"""Follow-ups are completed, questions that stand by themselves are left exactly as they are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.condensing.rules import LONGEST_FOLLOW_UP, RuleCondenser
from rag.exchange import Exchange
from tests.rag.condensing.follow_ups import (
    CHINESE,
    ENGLISH,
    STANDALONE_CHINESE,
    STANDALONE_ENGLISH,
)

PUMP = "How often must the diaphragm of the X-200 be replaced?"
LEAVE = "年假最多可以结转几天？"
EARLIER = (
    PUMP,
    "What was the meal allowance for interns in Lisbon in 2025?",
    LEAVE,
    "普通员工在上海出差的住宿标准是多少？",
)
RULES = RuleCondenser(max_question_chars=1000)


def condensed(earlier: str, question: str, answer: str = "") -> str:
    return RULES.condense(question, (Exchange(question=earlier, answer=answer),))


@pytest.mark.parametrize(("earlier", "question", "standalone"), [*ENGLISH, *CHINESE])
def test_a_follow_up_is_completed(earlier: str, question: str, standalone: str) -> None:
    assert condensed(earlier, question) == standalone


@pytest.mark.parametrize("earlier", EARLIER)
@pytest.mark.parametrize("question", [*STANDALONE_ENGLISH, *STANDALONE_CHINESE])
def test_a_question_that_stands_by_itself_is_left_alone(earlier: str, question: str) -> None:
    assert condensed(earlier, question) == question


def test_there_are_enough_cases() -> None:
    assert len({one[:2] for one in ENGLISH}) >= 40
    assert len({one[:2] for one in CHINESE}) >= 40
    assert min(len(set(STANDALONE_ENGLISH)), len(set(STANDALONE_CHINESE))) >= 25


@pytest.mark.parametrize("question", ["And in 2021?", "那2021年呢？", "How heavy is it?", ""])
def test_without_a_history_nothing_changes(question: str) -> None:
    assert RULES.condense(question, ()) == question


def test_only_the_newest_exchange_counts() -> None:
    history = tuple(Exchange(question=text) for text in ("What was revenue in 2019?", PUMP))
    assert RULES.condense("And the X-350?", history) == PUMP.replace("X-200", "X-350")


@pytest.mark.parametrize(
    "chain",
    [
        (
            ("How high is the hotel limit in Lisbon in 2024?", None),
            ("And in Porto?", "How high is the hotel limit in Porto in 2024?"),
            ("What about 2025?", "How high is the hotel limit in Porto in 2025?"),
            ("And the meal allowance?", "How high is the meal allowance in Porto in 2025?"),
        ),
        (
            ("X-200 的膜片多久更换一次？", None),
            ("那 X-350 呢？", "X-350 的膜片多久更换一次？"),
            ("谁负责更换？", "X-350 的膜片谁负责更换？"),
        ),
    ],
    ids=["English", "Chinese"],
)
def test_a_chain_of_follow_ups_goes_on_from_what_was_searched(
    chain: tuple[tuple[str, str | None], ...],
) -> None:
    history: tuple[Exchange, ...] = ()
    for question, standalone in chain:
        searched = RULES.condense(question, history)
        assert searched == (standalone or question)
        history = (*history, Exchange(question=searched))


def test_the_languages_may_change_in_a_conversation() -> None:
    assert condensed("X-200 的膜片多久更换一次？", "And the X-350?") == "X-350 的膜片多久更换一次？"
    assert condensed(PUMP, "那 X-350 呢？") == PUMP.replace("X-200", "X-350")
    assert "X-200" in condensed(PUMP, "它多重？")
    assert "年假" in condensed(LEAVE, "Who approves it?")


def test_what_a_which_question_found_is_meant_by_it() -> None:
    which = "Which pump has the longest warranty?"
    answer = "The longest one, of 24 months, is that of the X-350. Others have less."
    assert condensed(which, "How much does it weigh?", answer) == "How much does X-350 weigh?"
    assert condensed("哪款泵保修最久？", "它多少钱？", "X-350 保修最久。") == "X-350 多少钱？"


def test_nothing_gets_longer_than_a_question_may_be() -> None:
    short = RuleCondenser(max_question_chars=40)
    assert short.condense("And the X-350?", (Exchange(question=PUMP),)) == "And the X-350?"
    assert len(PUMP) > 40


def test_a_long_question_is_taken_to_say_what_it_is_about() -> None:
    question = "It stops. " * 20 + "Why does it do that?"
    assert len(question) > LONGEST_FOLLOW_UP
    assert condensed(PUMP, question) == question


@pytest.mark.parametrize(
    "hostile",
    [
        "它" * 200,
        "那" * 198 + "呢",
        "it " * 66,
        "(((((" * 40,
        "a-" * 100,
        "这个" * 100,
        "\u202e?" * 9,
    ],
)
def test_hostile_questions_take_no_time(hostile: str) -> None:
    condensed(PUMP, "它呢？")
    started = time.perf_counter()
    for earlier in (PUMP, LEAVE, hostile):
        condensed(earlier, hostile)
    assert time.perf_counter() - started < 5


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60) | st.text("it what about and the X-2 ?它那呢的 0。", max_size=40),
    st.text(max_size=60) | st.text("How is the X-200 年假多少？ ", max_size=40),
    st.text(max_size=30),
)
def test_any_text_is_condensed_to_some_text(question: str, earlier: str, answer: str) -> None:
    found = condensed(earlier, question, answer)
    assert isinstance(found, str)
    assert found or not question
