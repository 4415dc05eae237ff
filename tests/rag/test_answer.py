"""An answer: the last of a stream counts, its citations are numbered."""

from __future__ import annotations

from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim
from tests.fakes import a_passage


def test_the_fold_of_growing_answers_is_the_last() -> None:
    growing = [Answer(question="q", model="m", text="a" * n) for n in range(3)]
    last = Answer(question="q", model="m", text="aaa", outcome=Outcome.ANSWERED)
    total = growing[0]
    for answer in (*growing[1:], last):
        total = total + answer
    assert total is last


def test_citations_are_numbered_by_first_use_and_each_once() -> None:
    passage = a_passage("One. Two. Three.")
    one, two, three = (Citation.of(passage, span) for span in passage.chunk.sentences)
    claims = (
        Claim(text="x", citations=(two, one)),
        Claim(text="y"),
        Claim(text="z", citations=(one, three, two)),
    )
    answer = Answer(question="q", model="m", claims=claims)
    assert answer.citations() == (two, one, three)
    assert Answer(question="q", model="m").citations() == ()
