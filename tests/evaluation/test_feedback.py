"""Votes are kept, one a turn, and become examples only where a reader vouched for something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.dataset import LibraryCorpus, Place
from evaluation.errors import NothingToAsk
from evaluation.feedback import CitedPlace, Feedback, Verdict, Vote, as_dataset, example_of
from rag.answer import Outcome
from rag.claims import Citation
from rag.types import Span
from tests.fakes import a_passage
from tests.vectorstore.shelf import Shelf, sha

PUMP = "The diaphragm is replaced every 8,000 hours. The strainer is cleaned monthly."
QUOTE = "The diaphragm is replaced every 8,000 hours."
HOTEL = "住宿标准为每晚 550 元。"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf.at(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def feedback(shelf: Shelf) -> Feedback:
    return Feedback(shelf.engine)


def a_place(quote: str = QUOTE, *, document: str = "pump.txt", page: int = 1) -> CitedPlace:
    return CitedPlace(
        collection="manuals",
        document=document,
        version=sha(PUMP),
        page=page,
        paginated=True,
        start=0,
        end=len(quote),
        quote=quote,
    )


def a_vote(turn_id: str = "t1", **values: Any) -> Vote:
    given = Vote(
        turn_id=turn_id,
        question="How often is the diaphragm replaced?",
        collections=("manuals",),
        model="extractive",
        outcome=Outcome.ANSWERED,
        answer="Every 8,000 hours.",
        cited=(a_place(),),
        verdict=Verdict.UP,
    )
    return replace(given, **values)


def test_a_vote_comes_back_as_it_was_given(feedback: Feedback) -> None:
    vote = a_vote(
        question="住宿标准是多少？",
        collections=("制度", "manuals"),
        verdict=Verdict.DOWN,
        reason="旧的标准",
        correction="每晚 700 元",
    )
    feedback.give(vote)
    assert feedback.of("t1") == vote
    assert feedback.of("t2") is None
    assert feedback.votes() == (vote,)


def test_a_second_vote_on_a_turn_replaces_the_first(feedback: Feedback) -> None:
    feedback.give(a_vote(verdict=Verdict.DOWN, correction="Every year."))
    feedback.give(a_vote("t2"))
    feedback.give(a_vote())
    assert feedback.of("t1") == a_vote()
    assert [vote.turn_id for vote in feedback.votes()] == ["t2", "t1"]


def test_a_vote_can_be_withdrawn(feedback: Feedback) -> None:
    feedback.give(a_vote())
    feedback.withdraw("t1")
    feedback.withdraw("t1")
    assert feedback.votes() == ()


def test_a_citation_becomes_a_place() -> None:
    passage = a_passage(PUMP, document="pump.txt", page=2)
    place = CitedPlace.of(Citation.of(passage, Span(start=0, end=len(QUOTE))))
    assert (place.document, place.page, place.quote) == ("pump.txt", 2, QUOTE)


def test_a_thumb_up_vouches_for_answer_and_places() -> None:
    example = example_of(a_vote(cited=(a_place(), a_place("x", page=3), a_place("y", page=3))))
    assert example is not None
    assert example.id == "t1"
    assert example.answers == ("Every 8,000 hours.",)
    assert example.gold == (
        Place(document="pump.txt", page=1),
        Place(document="pump.txt", page=3),
    )
    assert example.evidence == (QUOTE, "x", "y")
    assert example.tags == {"source": "thumbs_up", "language": "en"}


def test_a_place_without_pages_is_its_document() -> None:
    example = example_of(a_vote(cited=(replace(a_place(), paginated=False),)))
    assert example is not None
    assert example.gold == (Place(document="pump.txt"),)


def test_a_thumb_up_on_a_refusal_vouches_that_nothing_is_there() -> None:
    example = example_of(a_vote(outcome=Outcome.NOT_IN_DOCUMENTS, answer="", cited=()))
    assert example is not None
    assert (example.answerable, example.answers, example.gold) == (False, (), ())


def test_a_correction_vouches_for_its_text_alone() -> None:
    example = example_of(a_vote(verdict=Verdict.DOWN, correction=" Every year. "))
    assert example is not None
    assert example.answers == ("Every year.",)
    assert (example.gold, example.evidence, example.answerable) == ((), (), True)
    assert example.tags["source"] == "correction"


def test_a_thumb_down_alone_vouches_for_nothing() -> None:
    assert example_of(a_vote(verdict=Verdict.DOWN, reason="wrong", correction=" ")) is None


def test_what_a_vote_quotes_of_a_place_that_is_gone_is_erased(feedback: Feedback) -> None:
    both = (a_place(), a_place(HOTEL, document="酒店.txt"))
    feedback.give(a_vote("t1", cited=both, reason="yes"))
    feedback.give(a_vote("t2", cited=both[:1]))
    feedback.give(a_vote("t3", cited=both[1:], verdict=Verdict.DOWN, correction="600 元。"))
    assert feedback.forget(lambda place: place.quote != HOTEL) == 2
    first, second, third = feedback.votes()
    assert (first.answer, first.cited, first.reason) == ("", both[:1], "yes")
    assert second == a_vote("t2", cited=both[:1])
    assert (third.answer, third.cited, third.correction) == ("", (), "600 元。")
    assert example_of(first) is None
    assert [example.answers for example in feedback.examples()] == [("600 元。",)]
    assert feedback.forget(lambda place: place.quote != HOTEL) == 0


def test_of_votes_on_the_same_question_the_last_counts(feedback: Feedback) -> None:
    feedback.give(a_vote())
    feedback.give(a_vote("t2", question="how often is the diaphragm REPLACED? ", answer="Yearly."))
    feedback.give(a_vote("t3", collections=("other",)))
    assert [one.id for one in feedback.examples()] == ["t2", "t3"]
    feedback.give(a_vote("t4", verdict=Verdict.DOWN))
    assert [one.id for one in feedback.examples()] == ["t3"], "the last word is that it is wrong"


def test_the_set_is_over_the_collections_named(shelf: Shelf, feedback: Feedback) -> None:
    shelf.add("manuals", "pump.txt", "Title page", PUMP)
    shelf.add("制度", "差旅.txt", HOTEL)
    shelf.add("unasked", "other.txt", "Nothing.")
    feedback.give(a_vote(cited=(a_place(page=2),)))
    feedback.give(
        a_vote(
            "t2",
            question="住宿标准是多少？",
            collections=("制度", "gone"),
            verdict=Verdict.DOWN,
            correction="每晚 550 元",
        )
    )
    made = as_dataset(feedback, shelf.record)
    assert (made.name, made.synthetic, made.by_page) == ("feedback", False, True)
    assert isinstance(made.corpus, LibraryCorpus)
    assert made.corpus.collections == ("manuals", "制度")
    assert len(made.corpus) == 2
    assert [one.gold for one in made.examples] == [(Place(document="pump.txt", page=2),), ()]
    assert as_dataset(feedback, shelf.record).digest == made.digest


def test_a_cited_place_moves_with_its_document_or_goes(shelf: Shelf, feedback: Feedback) -> None:
    """Cited on page 1; a later version has the sentence on page 3, cut by a line break."""
    shelf.add("manuals", "pump.txt", PUMP)
    feedback.give(a_vote())
    feedback.give(a_vote("t2", question="And the strainer?", cited=(a_place("Cleaned monthly"),)))
    feedback.give(a_vote("t3", question="Gone?", collections=("gone",)))
    shelf.add(
        "manuals", "pump.txt", "Cover", "Contents", PUMP.replace("is replaced", "is\nreplaced")
    )
    made = as_dataset(feedback, shelf.record)
    assert [(one.id, one.gold) for one in made.examples] == [
        ("t1", (Place(document="pump.txt", page=3),)),
        ("t2", (Place(document="pump.txt", page=3),)),
    ]
    shelf.add("manuals", "pump.txt", "Everything is different.")
    with pytest.raises(NothingToAsk):
        as_dataset(feedback, shelf.record)


def test_no_votes_make_no_set(shelf: Shelf, feedback: Feedback) -> None:
    with pytest.raises(NothingToAsk, match="no thumb up"):
        as_dataset(feedback, shelf.record)
