"""The words a follow-up adds, and answers that are silent on them."""

from __future__ import annotations

import pytest

from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim
from rag.exchange import Exchange
from rag.following_up import added_words, speaks_of
from rag.types import Span
from tests.fakes import a_hit

BEFORE = (
    Exchange(question="How heavy is the pump?", answer="4 kg, and the valve 1 kg."),
    Exchange(question="水泵结束后要看守多久？", answer="三十分钟。"),
)


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("And the valves?", ("valv",)),
        ("How heavy are pumps?", ()),
        ("And it?", ()),
        ("那钢琴呢？", ("钢琴",)),
        ("那水泵呢？", ()),
        ("", ()),
    ],
)
def test_what_was_asked_before_is_not_added(question: str, added: tuple[str, ...]) -> None:
    assert added_words(question, BEFORE) == added


def test_each_word_is_added_once_and_all_without_a_history() -> None:
    assert added_words("whales, whales", ()) == ("whale",)


def an_answer(*texts: str, cites: int = 0) -> Answer:
    hits = tuple(a_hit(text, document=f"{n}.txt") for n, text in enumerate(texts))
    passage = hits[cites].passage
    citation = Citation.of(passage, Span(start=0, end=len(passage.chunk.text)))
    claim = Claim(text=passage.chunk.text, citations=(citation,))
    return Answer(question="q", model="m", outcome=Outcome.ANSWERED, claims=(claim,), hits=hits)


def test_only_what_is_cited_counts() -> None:
    texts = ("The pump weighs 4 kg.", "Whales are heavier.")
    assert not speaks_of(("whale",), an_answer(*texts))
    assert speaks_of(("whale",), an_answer(*texts, cites=1))
    assert speaks_of(("elephant", "pump"), an_answer(*texts))
    assert not speaks_of(("钢琴",), an_answer("动火结束后看守三十分钟。"))
    assert speaks_of(("看守",), an_answer("动火结束后看守三十分钟。"))


def test_titles_and_headings_count_and_no_words_are_always_spoken_of() -> None:
    answer = an_answer("It weighs 4 kg.")
    title = answer.hits[0].passage.title
    assert speaks_of(added_words(title, ()), answer)
    assert speaks_of((), Answer(question="q", model="m"))
    assert not speaks_of(("whale",), Answer(question="q", model="m"))
