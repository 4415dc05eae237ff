"""Documents cut into passages that follow each other, and a library that reads around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.types import Hit, Page, Passage
from tests.fakes import VERSION, a_chunk, a_passage


class Bookcase:
    """A small real ``rag.context.Library``; keeps which pages were read."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, int], str] = {}
        self._passages: dict[tuple[str, int], Passage] = {}
        self.read: list[tuple[str, int]] = []

    def put(
        self,
        document: str,
        *texts: str,
        page: int = 1,
        gap: str = "\n\n",
        headings: Sequence[str] = (),
    ) -> list[Passage]:
        """One passage a text, ``gap`` between them; a call begins a page or goes on with one."""
        before = self._pages.get((document, page), "")
        sequence = sum(1 for name, _ in self._passages if name == document)
        made = []
        for text in texts:
            before += gap if before else ""
            chunk = a_chunk(text, start=len(before), sequence=sequence, page=page)
            chunk = replace(chunk, heading_path=tuple(headings))
            passage = a_passage(text, document=document, page=page)
            passage = replace(passage, chunk=chunk, chunk_id=f"{document}:{sequence:06d}")
            self._passages[document, sequence] = passage
            made.append(passage)
            before += text
            sequence += 1
        self._pages[document, page] = before
        return made

    def neighbours(self, passages: Sequence[Passage]) -> dict[str, Passage]:
        """See ``rag.context.Library``."""
        places = [(one.document, one.chunk.sequence + step) for one in passages for step in (-1, 1)]
        found = [self._passages[place] for place in places if place in self._passages]
        return {one.chunk_id: one for one in found}

    def page(self, document_id: str, version: str, number: int) -> Page:
        """See ``rag.context.Library``."""
        assert version == VERSION
        self.read.append((document_id, number))
        return Page(number=number, text=self._pages[document_id, number])


def hits_of(*passages: Passage) -> list[Hit]:
    """Hits in this order, with falling scores."""
    return [Hit(passage=one, score=1.0 / rank) for rank, one in enumerate(passages, start=1)]
