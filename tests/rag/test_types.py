"""The values: frozen, their offsets checked, an answer's citations numbered."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

import rag.types
from rag.types import Answer, Chunk, Citation, Claim, Outcome, Span
from tests.fakes import a_chunk, a_passage

VALUES = [
    kind for kind in vars(rag.types).values() if isinstance(kind, type) and is_dataclass(kind)
]


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_every_value_is_frozen_slotted_and_named(kind: type) -> None:
    parameters = kind.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert "__slots__" in vars(kind)
    assert all(field.kw_only for field in fields(kind))


def test_a_value_cannot_be_changed() -> None:
    span = Span(start=0, end=1)
    with pytest.raises(FrozenInstanceError):
        span.start = 5  # type: ignore[misc]


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 4), (-1, 3), (-2, -1)])
def test_a_span_that_is_empty_or_negative_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"\[{start}, {end}\)"):
        Span(start=start, end=end)


@pytest.mark.parametrize(
    ("start", "end", "text"), [(0, 4, "abc"), (0, 2, "abc"), (-3, 0, "abc"), (0, 0, ""), (7, 3, "")]
)
def test_a_chunk_whose_offsets_do_not_fit_its_text_is_refused(
    start: int, end: int, text: str
) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Chunk(sequence=0, page=1, start=start, end=end, text=text)


def test_a_chunk_quotes_in_the_pages_characters() -> None:
    page = "Intro. 水泵重 4 公斤。End."
    chunk = a_chunk(page[7:], start=7)
    quotes = [chunk.quote(span) for span in chunk.sentences]
    assert quotes == [page[span.start : span.end] for span in chunk.sentences]
    assert "水泵重 4 公斤。" in quotes


def test_a_citation_carries_the_place_and_its_words() -> None:
    passage = a_passage("One. Two.", start=10, page=3)
    cited = Citation.of(passage, Span(start=15, end=19))
    assert (cited.start, cited.end, cited.page, cited.quote) == (15, 19, 3, "Two.")
    assert (cited.chunk_id, cited.version) == (passage.chunk_id, passage.version)


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
