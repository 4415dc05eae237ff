"""Each reader finds, names, pins and deletes their own conversations, and nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.conversation_list import LONGEST_TITLE, ConversationList
from app.conversations import LOCAL_USER, Turn
from app.wiring import Services
from tests.app.voted_answers import ANSWERED
from tests.fakes import OpenServices, WordEmbedder

ANN, BO = LOCAL_USER, "bo"


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


@pytest.fixture
def conversations(opened: Services) -> ConversationList:
    """Ann asked about the pump, then 差旅, then the pump again; Bo once."""
    said = [
        ("pump", ANN, "How long does the 100% pump last?", "8,000 hours."),
        ("travel", ANN, "出差住宿标准是多少？", "每晚 550 元。"),
        ("pump", ANN, "And the strainer?", "Three months."),
        ("bo", BO, "How long does the pump last?", "8,000 hours."),
    ]
    for number, (conversation, user, question, text) in enumerate(said):
        turn = Turn.of(str(number), replace(ANSWERED, question=question, text=text))
        opened.conversations.add(conversation, turn, user=user)
    return opened.conversation_list


def titles(conversations: ConversationList, user: str = ANN, wanted: str = "") -> list[str]:
    return [one.title for one in conversations.listed(user, wanted=wanted)]


PUMP, TRAVEL = "How long does the 100% pump last?", "出差住宿标准是多少？"


def test_the_newest_come_first_by_their_first_question(conversations: ConversationList) -> None:
    assert titles(conversations) == [PUMP, TRAVEL]
    assert titles(conversations, BO) == ["How long does the pump last?"]
    assert (conversations.count(ANN), conversations.count(BO), conversations.count("x")) == (
        2,
        1,
        0,
    )
    assert [one.title for one in conversations.listed(ANN, most=1)] == [PUMP]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("STRAINER", [PUMP]),
        ("three MONTHS", [PUMP]),
        ("住宿", [TRAVEL]),
        ("550", [TRAVEL]),
        (" pump ", [PUMP]),
        ("100%", [PUMP]),
        ("0_p", []),
        ("model", []),
        ("", [PUMP, TRAVEL]),
    ],
)
def test_they_are_found_by_what_was_said(
    conversations: ConversationList, wanted: str, found: list[str]
) -> None:
    assert titles(conversations, wanted=wanted) == found


def test_a_pinned_one_stands_at_the_top(conversations: ConversationList) -> None:
    conversations.pin(ANN, "travel", pinned=True)
    assert titles(conversations) == [TRAVEL, PUMP]
    assert [one.pinned for one in conversations.listed(ANN)] == [True, False]
    conversations.pin(ANN, "travel", pinned=False)
    assert titles(conversations) == [PUMP, TRAVEL]


def test_a_title_replaces_the_question_and_is_found(conversations: ConversationList) -> None:
    conversations.rename(ANN, "travel", " 差旅  <b>标准</b>\n")
    assert titles(conversations) == [PUMP, "差旅 <b>标准</b>"]
    assert titles(conversations, wanted="差旅") == ["差旅 <b>标准</b>"]
    conversations.rename(ANN, "travel", "x" * 1000)
    assert titles(conversations)[1] == "x" * LONGEST_TITLE
    conversations.rename(ANN, "travel", "  ")
    assert titles(conversations)[1] == TRAVEL


def test_what_is_deleted_is_gone_with_its_turns(
    opened: Services, conversations: ConversationList
) -> None:
    conversations.delete(ANN, "pump")
    assert titles(conversations) == [TRAVEL]
    assert opened.conversations.turns("pump") == ()
    assert opened.conversations.turns("travel")


def test_nobody_touches_anothers(opened: Services, conversations: ConversationList) -> None:
    conversations.delete(BO, "pump")
    conversations.rename(BO, "pump", "mine")
    conversations.pin(BO, "travel", pinned=True)
    assert titles(conversations) == [PUMP, TRAVEL]
    assert len(opened.conversations.turns("pump")) == 2


def test_an_answer_that_was_not_kept_is_not_found(
    opened: Services, conversations: ConversationList
) -> None:
    other = replace(ANSWERED, question=PUMP, text="A walrus sings.")
    opened.conversations.add("pump", Turn.of("again", other, beside="0"))
    assert titles(conversations, wanted="walrus") == []
    assert titles(conversations) == [PUMP, TRAVEL]
    opened.conversations.prefer("again")
    assert titles(conversations, wanted="walrus") == [PUMP]
