from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.conversations import Turn
from app.wiring import Services
from rag.answer import Answer, Outcome
from tests.app.conftest import components, texts
from tests.app.pages.test_ask import HOTEL, HOURS, ask, open_page
from tests.app.voted_answers import ANSWERED, HOSTILE
from tests.fakes import OpenServices


def reopened(services: Services, answer: Answer, language: str = "en") -> AppTest:
    """The page of a conversation in which ``answer`` was given."""
    services.conversations.add("c1", Turn.of("t1", answer))
    return open_page(services, language, c="c1")


@pytest.mark.parametrize(
    ("language", "words", "notes"),
    [
        (
            "en",
            ["supported", "not supported", "partly supported", "not supported"],
            [
                "1 of 4 sentences is held by its source",
                "2 source numbers named no passage and were taken out",
            ],
        ),
        (
            "zh",
            ["出处支持", "出处不支持", "部分支持", "出处不支持"],
            ["4 句话中只有 1 句得到出处支持", "有 2 个出处编号没有对应的段落，已经去掉"],
        ),
    ],
)
def test_each_sentence_carries_its_verdict(
    library: Services, language: str, words: list[str], notes: list[str]
) -> None:
    [answer] = components(reopened(library, ANSWERED, language), "answer")
    told = answer["sentences"]
    assert [one["verdict"] for one in told] == ["supported", "unsupported", "partly", "unsupported"]
    assert [one["word"] for one in told] == words
    assert [len(one["reasons"]) for one in told] == [0, 2, 1, 0]
    assert told[3]["chips"] == []
    assert answer["notes"] == notes


def test_a_reason_says_both_values(library: Services) -> None:
    [answer] = components(reopened(library, ANSWERED), "answer")
    assert answer["sentences"][1]["reasons"][0] == {
        "about": "Number",
        "text": "the sentence says “4 kg”, the passage “9 kg”",
    }
    assert answer["unsupported"] == "no source found"
    assert answer["footer"].endswith(" · Let samples vote")


def test_an_answer_from_before_there_were_checks_is_shown_without_verdicts(
    library: Services,
) -> None:
    claims = tuple(replace(claim, check=None) for claim in ANSWERED.claims)
    old = replace(ANSWERED, claims=claims, tally=None, conflicts=(), dangling=0, strategy="")
    at = reopened(library, old)
    [answer] = components(at, "answer")
    assert {(one["verdict"], one["word"]) for one in answer["sentences"]} == {("", "")}
    assert answer["notes"] == []
    assert components(at, "tally") == components(at, "conflicts") == []


@pytest.mark.parametrize(
    ("language", "question"), [("en", HOURS), ("zh", HOTEL)], ids=["English", "Chinese"]
)
def test_the_documents_own_sentences_are_held(
    library: Services, language: str, question: str
) -> None:
    [answer] = components(ask(open_page(library, language), question), "answer")
    assert {one["verdict"] for one in answer["sentences"]} == {"supported"}
    assert answer["notes"] == []


def test_a_refusal_shows_the_vote_and_how_sure_it_is(library: Services) -> None:
    refused = replace(
        ANSWERED,
        text="",
        claims=(),
        conflicts=(),
        outcome=Outcome.NOT_IN_DOCUMENTS,
        confidence=0.55,
        calibrated=True,
    )
    at = reopened(library, refused, "zh")
    assert "文档中很可能没有提到。" in texts(at)
    [tally] = components(at, "tally")
    assert tally["headline"] == "4 次采样中 2 次一致 · 置信度 0.55"
    assert tally["confidence"].startswith("置信度已校准")
    assert components(at, "answer") == []


def test_markup_in_samples_values_and_reasons_is_handed_over_as_text(library: Services) -> None:
    """Everything of a model or a document goes to the components that make text nodes of it."""
    at = reopened(library, ANSWERED)
    drawn: list[Any] = [*at.markdown, *at.caption, *at.text, *at.expander]
    assert all("evil.example" not in str(one) for one in drawn)
    [tally], [conflicts] = components(at, "tally"), components(at, "conflicts")
    assert HOSTILE in tally["groups"][1]["samples"][0]["text"]
    assert tally["groups"][0]["samples"][1]["thoughts"] == HOSTILE
    assert conflicts["conflicts"][0]["sides"][1]["value"] == HOSTILE


def test_a_chat_model_is_checked_too(services: OpenServices, library: Services) -> None:
    """The model that cannot be reached leaves the documents' sentences, which hold themselves."""
    del library
    opened = services(openai_base_url="http://127.0.0.1:9/v1")
    at = ask(open_page(opened), HOURS)
    [answer] = components(at, "answer")
    assert {one["verdict"] for one in answer["sentences"]} == {"supported"}
    [confidence] = components(at, "tally")
    assert confidence["headline"].startswith("Confidence 0.")
    assert confidence["groups"] == []
