"""Answers side by side: what differs from the first, and which are looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.comparing import sides_of
from app.conversations import Turn
from app.i18n import Translator
from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim
from rag.voting.likeness import Likeness
from tests.app.voted_answers import ANSWERED, a_citation
from tests.fakes import OpenServices, WordEmbedder

QUESTION = "How often is the diaphragm replaced?"
REFUSED = Answer(question=QUESTION, model="m", outcome=Outcome.NOT_IN_DOCUMENTS)


def answer(text: str, *cited: Citation, **values: object) -> Answer:
    made = Answer(
        question=QUESTION,
        model="m",
        text=text,
        outcome=Outcome.ANSWERED,
        claims=(Claim(text=text, citations=cited),),
        timings_ms={"total": 1300.0},
        prompt_tokens=1200,
        completion_tokens=34,
    )
    return replace(made, **values)  # type: ignore[arg-type]


def sides(first: Answer, *others: Answer) -> list[tuple[str, str, str]]:
    """Title, difference and facts of each."""
    kept = Turn(id="a", answer=first, places=())
    beside = tuple(
        Turn(id=f"a{n}", answer=one, places=(), beside="a") for n, one in enumerate(others)
    )
    likeness = lambda question: Likeness(question, WordEmbedder())  # noqa: E731
    found = sides_of(replace(kept, others=beside), likeness, Translator("en"))
    return [(one.title, one.difference, one.facts) for one in found]


HERE, THERE = a_citation("8,000 hours"), a_citation("90 days", page=3)
HOURS = answer("Every 8,000 hours.", HERE)


def test_the_first_differs_from_nothing() -> None:
    assert sides(HOURS) == [("The answer of this conversation", "", "1.3 s · 1,234 tokens")]


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (
            answer("Each eight thousand hours.", HERE),
            "Says the same · 1 of 1 place cited by both",
        ),
        (answer("Every 90 days.", THERE), "Says something else · 0 of 2 places cited by both"),
        (
            answer("Every 8,000 hours.", HERE, THERE),
            "Says the same · 1 of 2 places cited by both",
        ),
        (REFUSED, "Says something else"),
    ],
)
def test_another_says_how_it_differs(other: Answer, difference: str) -> None:
    assert sides(HOURS, other)[1][:2] == ("Answer 2", difference)


def test_two_refusals_say_the_same() -> None:
    assert sides(REFUSED, REFUSED)[1][1] == "Says the same"


def test_a_vote_is_compared_by_its_short_answer() -> None:
    assert ANSWERED.tally is not None
    short = ANSWERED.tally.clusters[0].answer
    spoken = answer("Something quite different was said here.", HERE, tally=ANSWERED.tally)
    assert sides(answer(short, HERE), spoken)[1][1].startswith("Says the same")


def test_only_a_confidence_that_means_something_is_told() -> None:
    sure = answer("Every 8,000 hours.", HERE, confidence=0.861, calibrated=True)
    assert sides(sure)[0][2] == "Confidence 0.86 · 1.3 s · 1,234 tokens"
    assert "Confidence" not in sides(replace(sure, calibrated=False))[0][2]


def test_the_product_compares_with_its_own_model(services: OpenServices) -> None:
    opened = services(embedder=WordEmbedder())
    assert opened.likeness(QUESTION).same("8,000 hours", "eight thousand hours")
