from __future__ import annotations

import json
import time
from contextlib import closing

import pytest

from app.asking import (
    AS_SET,
    EARLIER_TURNS,
    MOST_OFFERED,
    SAMPLES,
    Again,
    Pending,
    Way,
    answering,
    history_of,
    offered,
)
from app.conversations import Turn
from app.models import EXTRACTIVE
from rag.answer import Answer
from rag.exchange import Exchange
from rag.filter import Filter
from tests.fakes import OpenServices, WordEmbedder, a_document
from tests.openai_server import ServerProcess


def a_turn(question: str, standalone: str | None = None) -> Turn:
    answer = Answer(question=question, model="m", text=f"re {question}", standalone=standalone)
    return Turn(id=question, answer=answer, places=())


def test_a_history_is_the_last_turns_as_they_were_searched() -> None:
    turns = [a_turn("first"), a_turn("And 2?", "What of 2?"), a_turn("三"), a_turn("fourth")]
    assert EARLIER_TURNS == 3
    assert history_of(turns) == (
        Exchange(question="What of 2?", answer="re And 2?"),
        Exchange(question="三", answer="re 三"),
        Exchange(question="fourth", answer="re fourth"),
    )
    assert history_of(()) == ()


def test_the_samples_have_questions_of_their_own_in_the_readers_language_first(
    services: OpenServices,
) -> None:
    opened = services(embedder=WordEmbedder())
    opened.ingestion.add_documents([a_document("a.txt", "pump")], SAMPLES)
    english, chinese = (offered(opened, (SAMPLES,), language) for language in ("en", "zh"))
    assert english == chinese[3:] + chinese[:3]
    assert json.dumps(english[0]).isascii()
    assert offered(opened, (SAMPLES,), "fr")


def test_what_other_collections_say_is_asked_before_what_the_samples_do(
    services: OpenServices,
) -> None:
    opened = services(embedder=WordEmbedder())
    opened.ingestion.add_documents([a_document("a.txt", "pump")], SAMPLES)
    opened.ingestion.add_documents([a_document("Pump care.txt", "pump")], "own")
    both = offered(opened, ("own", SAMPLES), "en")
    assert both[0] == "What is “Pump care” about?"
    assert len(both) == MOST_OFFERED
    assert offered(opened, ("own",), "zh") == ["What is “Pump care” about?"]


@pytest.mark.parametrize(
    ("question", "text"),
    [("How heavy is the valve?", "The valve weighs 4 kg."), ("阀门有多重？", "阀门重 4 公斤。")],
)
def test_leaving_an_answer_ends_the_request_and_keeps_nothing(
    services: OpenServices, openai_server: ServerProcess, question: str, text: str
) -> None:
    place = f"drip_on-left_{len(question)}"
    opened = services(embedder=WordEmbedder(), openai_base_url=openai_server.url(place))
    opened.ingestion.add_documents([a_document("a.txt", text)], "c")
    pending = Pending(turn_id=place, question=question)
    with closing(answering(opened, pending, ("c",), "openai")) as answers:
        first = next(one for one in answers if one is not None and one.text)
        assert first.outcome is None, (first.notice, first.trouble)
    (asked,) = openai_server.log(place)
    given_up = time.monotonic() + 8
    while asked["ended"] is None and time.monotonic() < given_up:
        time.sleep(0.05)
        (asked,) = openai_server.log(place)
    assert asked["ended"] == "client left"
    assert opened.conversations.turns(place) == ()


def test_what_a_reader_leaves_alone_is_left_to_the_settings() -> None:
    assert AS_SET.chosen() == {}
    assert Way(strategy="direct").chosen() == {"strategy": "direct"}
    assert Way(strategy="self_consistency", samples=9).chosen() == {
        "strategy": "self_consistency",
        "samples": 9,
    }


@pytest.mark.parametrize(
    ("question", "standalone", "text"),
    [
        ("And the lid?", "How heavy is the lid?", "The lid weighs 4 kg."),
        ("盖子呢？", "盖子有多重？", "盖子重 4 公斤。"),
    ],
)
def test_asked_again_is_what_was_searched_and_stands_beside_the_first(
    services: OpenServices, question: str, standalone: str, text: str
) -> None:
    opened = services(embedder=WordEmbedder())
    opened.ingestion.add_documents([a_document("lid.txt", text), a_document("b.txt", text)], "c")
    place = f"again-{len(question)}"
    where = Filter(documents=("lid.txt",))
    answer = Answer(question=question, model="openai", text="Heavy.", standalone=standalone)
    first = Turn.of("first", answer, where)
    opened.conversations.add(place, first)
    again = Pending(place, question, as_it_stands=True, again=Again(first, EXTRACTIVE, Way()))
    with closing(answering(opened, again, ("c",), "openai")) as answers:
        *_, last = answers
    assert last is not None
    assert last.model == EXTRACTIVE
    (kept,) = opened.conversations.turns(place)
    (other,) = kept.others
    assert (other.id, other.beside, other.where) == (place, "first", where)
    assert (other.answer.question, other.answer.standalone) == (question, standalone)
    assert {one.place.document for one in other.considered} == {"lid.txt"}
