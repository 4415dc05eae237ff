"""The values: frozen, their offsets checked."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

import rag.answer
import rag.claims
import rag.tally
import rag.types
from rag.types import Chunk, Span
from tests.fakes import a_chunk

VALUES = {
    kind
    for module in (rag.types, rag.claims, rag.tally, rag.answer)
    for kind in vars(module).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__
}


@pytest.mark.parametrize("kind", sorted(VALUES, key=str), ids=lambda kind: kind.__name__)
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
