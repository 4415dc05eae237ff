"""Why an answer is as it is, in the reader's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.considered import Considered, Read
from app.conversations import Turn
from app.explained import Explanation, explanation_of
from app.i18n import LANGUAGES, Translator
from app.place import Place
from rag.answer import Answer, Outcome
from tests.fakes import OpenServices, WordEmbedder

PLACE = Place(
    chunk_id="d:v:1",
    document_id="d",
    document="pump.pdf",
    version="v",
    page=4,
    page_label=None,
    paginated=True,
    start=0,
    end=9,
    heading_path=("Care", "Diaphragm"),
)
FOUND = Considered(
    place=PLACE,
    collection="c",
    title="Pump",
    read=Read.WHOLE,
    score=0.8234,
    dense_rank=3,
    lexical_rank=1,
    cosine=0.512,
    words=0.75,
    number=1,
)
ANSWER = Answer(
    question="And then?",
    standalone="When is the diaphragm replaced?",
    model="openai",
    outcome=Outcome.ANSWERED,
    timings_ms={
        "condense": 0.0,
        "retrieve": 50.0,
        "context": 10.0,
        "first_token": 200.0,
        "answer": 900.0,
        "total": 1000.0,
    },
    prompt_tokens=1200,
    completion_tokens=34,
)
TURN = Turn(id="t", answer=ANSWER, places=(), considered=(FOUND,))


@pytest.fixture
def explained(services: OpenServices) -> Explanation:
    return of(services, TURN)


def of(services: OpenServices, turn: Turn, language: str = "en") -> Explanation:
    opened = services(embedder=WordEmbedder())
    return explanation_of(turn, opened.record, opened.prompts, Translator(language))


def test_a_passage_has_its_place_in_each_half(explained: Explanation) -> None:
    (row,) = explained.passages
    assert (row.number, row.place, row.headings) == ("1", "pump.pdf, p. 4", "Care › Diaphragm")
    assert (row.score, row.meaning, row.words) == ("0.82", "3 (0.51)", "1 (75%)")
    assert (row.read, row.kind) == ("1: whole", "whole")


def test_what_a_half_did_not_find_has_no_place_there(services: OpenServices) -> None:
    alone = replace(FOUND, lexical_rank=None, words=0.0, number=None, read=Read.NOT)
    beside = replace(FOUND, read=Read.BESIDE, score=None, dense_rank=None, cosine=None)
    rows = of(services, replace(TURN, considered=(alone, replace(beside, words=None)))).passages
    assert (rows[0].words, rows[0].read) == ("– (0%)", "no: it had no room")
    assert (rows[1].number, rows[1].score, rows[1].meaning) == ("–", "–", "–")


def test_it_says_what_was_searched_and_spent(explained: Explanation) -> None:
    assert explained.facts == (
        "Searched for: When is the diaphragm replaced?",
        "1,234 tokens (1,200 read, 34 written)",
    )


def test_stages_are_shares_of_the_whole(explained: Explanation) -> None:
    assert [(one.name, one.took, one.share) for one in explained.stages] == [
        ("Searching", "50 ms", 0.05),
        ("Choosing what is read", "10 ms", 0.01),
        ("Answering", "900 ms", 0.9),
        ("Until the first words", "200 ms", 0.0),
        ("In all", "1.0 s", 0.0),
    ]


def test_without_a_time_of_its_own_answering_is_the_rest(services: OpenServices) -> None:
    quoted = replace(ANSWER, timings_ms={"retrieve": 60.0, "total": 80.0})
    stages = of(services, replace(TURN, answer=quoted)).stages
    assert [(one.name, one.took) for one in stages] == [
        ("Searching", "60 ms"),
        ("Answering", "20 ms"),
        ("In all", "80 ms"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_from_before_says_what_was_not_kept(
    services: OpenServices, language: str
) -> None:
    explanation = of(services, replace(TURN, considered=()), language)
    assert Translator(language)("why.not_kept") in explanation.facts
    assert explanation.passages == ()
    assert explanation.prompt == ()
    assert explanation.no_prompt
