"""The blocks of a page (paragraphs, headings, rows) and the page's text made of them.

Every loader hands its blocks here, so heading offsets always fit the final text. Knows nothing of
formats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.loaders.cleaning import clean, one_line
from rag.types import Heading, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a page that begins a line; ``level`` 0 is body, 1 the highest heading.

    ``apart`` asks for an empty line before it.
    """

    text: str
    level: int = 0
    apart: bool = True


def assemble(blocks: Iterable[Block]) -> tuple[str, tuple[Heading, ...]]:
    """Return the cleaned text of the blocks in order and the headings that stand in it.

    Blocks without visible text leave nothing behind but their wish to stand apart.
    """
    pieces: list[str] = []
    headings: list[Heading] = []
    length = 0
    apart = False
    for block in blocks:
        apart = apart or block.apart
        text = one_line(block.text) if block.level else clean(block.text)
        if not text.strip():
            continue
        if pieces:
            gap = "\n\n" if apart else "\n"
            pieces.append(gap)
            length += len(gap)
        if block.level:
            span = Span(start=length, end=length + len(text))
            headings.append(Heading(level=block.level, title=text, span=span))
        pieces.append(text)
        length += len(text)
        apart = False
    return "".join(pieces), tuple(headings)
