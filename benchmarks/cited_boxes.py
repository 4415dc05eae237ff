"""Whether the boxes drawn around a citation on a PDF's page hold the cited text and nothing else.

    python -m benchmarks.cited_boxes ../shared/data/financebench/pdfs --citations 500 --seed 0

Draws sentences of passages at random, each from a file drawn at random, as answers cite them; reads
the characters whose middle lies in the boxes; compares what can be seen.
"""

from __future__ import annotations

import random
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import typer

from ingest.loaders import read_document
from ingest.loaders.pdf_boxes import boxes_of, seen, text_in
from ingest.splitting import SentenceChunker
from rag.types import Document, Span

_CHUNK_TOKENS: Final = 200
_LARGEST_BYTES: Final = 1_000_000_000


def main(
    folder: Annotated[Path, typer.Argument(help="A folder of PDFs.")],
    citations: int = 500,
    seed: int = 0,
) -> None:
    """Run from the command line."""
    import pypdfium2

    chance = random.Random(seed)
    drawn = chance.choices(sorted(folder.glob("*.pdf")), k=citations)
    right, took_s = 0, 0.0
    for path in sorted(set(drawn)):
        document = read_document(path, name=path.name, max_bytes=_LARGEST_BYTES)
        with closing(pypdfium2.PdfDocument(path.read_bytes())) as opened:
            for page_number, span in _sentences(document, drawn.count(path), chance):
                text = document.pages[page_number - 1].text
                with closing(opened[page_number - 1]) as page:
                    began = time.perf_counter()
                    boxes = boxes_of(page, text, span)
                    took_s += time.perf_counter() - began
                    found = text_in(page, boxes)
                quote = text[span.start : span.end]
                right += found == seen(quote)
                if found != seen(quote):
                    typer.echo(
                        f"{path.name} p. {page_number}: {quote[:120]!r} boxed {found[:120]!r}"
                    )
    typer.echo(f"{right} of {citations} boxed exactly, {1000 * took_s / citations:.1f} ms each")


def _sentences(document: Document, count: int, chance: random.Random) -> list[tuple[int, Span]]:
    """Page numbers and places of ``count`` sentences of the document's passages."""
    chunker = SentenceChunker(lambda text: len(text) // 4, max_tokens=_CHUNK_TOKENS)
    there = [(chunk.page, span) for chunk in chunker.split(document) for span in chunk.sentences]
    return chance.choices(there, k=count)


if __name__ == "__main__":
    typer.run(main)
