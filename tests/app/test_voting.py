from dataclasses import replace
from typing import Any

from streamlit.testing.v1 import AppTest

from app.conversations import Turn
from app.voting import Ballot, Words
from app.wiring import Services
from evaluation.feedback import CitedPlace, Verdict
from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim
from rag.types import Span
from tests.fakes import OpenServices, a_passage

TEXT = "The diaphragm is replaced every 8,000 hours."
CITATION = Citation.of(a_passage(TEXT), Span(start=0, end=len(TEXT)))


def a_turn(turn_id: str = "t1", *, outcome: Outcome = Outcome.ANSWERED) -> Turn:
    answered = outcome is Outcome.ANSWERED
    answer = Answer(
        question="How often?",
        model="extractive",
        text=TEXT if answered else "",
        outcome=outcome,
        claims=(Claim(text=TEXT, citations=(CITATION,)),) if answered else (),
    )
    return Turn(id=turn_id, answer=answer, places=())


def ballot(services: Services, turn: Turn) -> Ballot:
    return Ballot(services.feedback, turn, ("chosen",))


def page(act: "Any") -> None:
    import streamlit as st

    act()
    st.text("DONE")


def in_session(act: Any) -> None:
    """Run ``act`` as a page would: with a session."""
    at = AppTest.from_function(page, args=(act,)).run()
    assert not at.exception
    assert [one.value for one in at.text] == ["DONE"]


def test_a_thumb_is_kept_with_what_it_is_about(services: OpenServices) -> None:
    opened = services()
    mine = ballot(opened, a_turn())
    assert mine.verdict() is None
    in_session(lambda: mine.cast(Verdict.UP))
    assert mine.verdict() is Verdict.UP
    [vote] = opened.feedback.votes()
    assert (vote.turn_id, vote.question, vote.answer) == ("t1", "How often?", TEXT)
    assert vote.collections == ("manuals",), "where the cited passage stands"
    assert vote.cited == (CitedPlace.of(CITATION),)


def test_a_refusal_was_looked_for_where_the_reader_looks(services: OpenServices) -> None:
    opened = services()
    mine = ballot(opened, a_turn(outcome=Outcome.NOT_IN_DOCUMENTS))
    in_session(lambda: mine.cast(Verdict.UP))
    [vote] = opened.feedback.votes()
    assert (vote.collections, vote.outcome, vote.cited) == (
        ("chosen",),
        Outcome.NOT_IN_DOCUMENTS,
        (),
    )


def test_a_thumb_down_asks_for_words_on_its_own_turn(services: OpenServices) -> None:
    opened = services()
    mine, other = ballot(opened, a_turn()), ballot(opened, a_turn("t2"))

    def act() -> None:
        mine.cast(Verdict.DOWN)
        assert mine.words() is Words.ASKED
        assert other.words() is None
        mine.explain(" old ", " Every year. ")
        assert mine.words() is Words.KEPT
        other.cast(Verdict.UP)
        assert mine.words() is other.words() is None

    in_session(act)
    kept = opened.feedback.of("t1")
    assert kept is not None
    assert (kept.verdict, kept.reason, kept.correction) == (Verdict.DOWN, "old", "Every year.")


def test_no_words_are_as_good_as_none(services: OpenServices) -> None:
    opened = services()
    mine = ballot(opened, a_turn())

    def act() -> None:
        mine.cast(Verdict.DOWN)
        mine.explain(" ", "\n")
        assert mine.words() is None

    in_session(act)
    kept = opened.feedback.of("t1")
    assert kept is not None
    assert kept.correction == ""


def test_a_thumb_can_be_taken_back(services: OpenServices) -> None:
    opened = services()
    mine = ballot(opened, a_turn())

    def act() -> None:
        mine.cast(Verdict.DOWN)
        mine.cast(None)
        assert mine.words() is None

    in_session(act)
    assert opened.feedback.votes() == ()


def test_a_follow_up_is_voted_on_as_it_was_searched(services: OpenServices) -> None:
    opened = services()
    turn = a_turn()
    searched = replace(turn.answer, question="And now?", standalone="How often now?")
    in_session(lambda: ballot(opened, replace(turn, answer=searched)).cast(Verdict.UP))
    [vote] = opened.feedback.votes()
    assert vote.question == "How often now?"
