"""A stretch of a page as a chat model reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from rag.claims import Citation
from rag.types import Passage, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Passages that follow each other on one page, joined; ``text`` is the page's own.

    ``passages`` are in reading order, and ``ranks`` says of each how important it is: the smaller,
    the more; without ranks, the earlier. ``text`` is ``page.text[start:end]`` from the first one's
    start to the last one's end, so it holds the blanks between them. A passage that was cut has a
    chunk with the offsets, the text and the sentences that are left of it, and its own id.
    """

    passages: tuple[Passage, ...]
    text: str
    ranks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        start, end = self.passages[0].chunk.start, self.passages[-1].chunk.end
        if end - start != len(self.text):
            raise ValueError(
                f"excerpt of {self.passages[0].chunk_id}: [{start}, {end}) does not fit its text "
                f"of {len(self.text)} characters"
            )

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """``passage`` as it stands."""
        return cls(passages=(passage,), text=passage.chunk.text)

    def places(self) -> list[list[Citation]]:
        """For each passage, the most important first, its sentences that may be quoted.

        Passages without such a sentence are left out; where none has any, each is a place itself.
        """
        ranks = self.ranks or range(len(self.passages))
        ordered = [self.passages[at] for at in sorted(range(len(ranks)), key=ranks.__getitem__)]
        sentences = [
            [Citation.of(passage, span) for span in passage.chunk.sentences]
            for passage in ordered
            if passage.chunk.sentences
        ]
        return sentences or [
            [Citation.of(passage, Span(start=passage.chunk.start, end=passage.chunk.end))]
            for passage in ordered
        ]
