"""What an answer says: a citation carries its place and the words that stand there."""

from __future__ import annotations

from rag.claims import Citation
from rag.types import Span
from tests.fakes import a_passage


def test_a_citation_carries_the_place_and_its_words() -> None:
    passage = a_passage("One. Two.", start=10, page=3)
    cited = Citation.of(passage, Span(start=15, end=19))
    assert (cited.start, cited.end, cited.page, cited.quote) == (15, 19, 3, "Two.")
    assert (cited.chunk_id, cited.version) == (passage.chunk_id, passage.version)
