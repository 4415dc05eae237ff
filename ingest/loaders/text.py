"""Plain text files in any encoding; hard-wrapped paragraphs are joined.

A text has no headings that could be told from its lines.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ingest.loaders.blocks import Block, assemble
from ingest.loaders.cleaning import clean
from ingest.loaders.encoding import decode
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.reflow import Hyphens, is_hard_wrapped, reflow
from rag.errors import EmptyFile
from rag.types import Document, Page

MEDIA_TYPE: Final = "text/plain"


class TextLoader:
    """Reads plain text."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return the text as one page; raises a LoadError when there is nothing to read."""
        data = read_bytes(path, name=name)
        decoded = decode(data)
        lines = clean(decoded.text).split("\n")
        if is_hard_wrapped(lines):
            lines = reflow(lines, hyphens=Hyphens([decoded.text]))
        text, _ = assemble([Block(text="\n".join(lines))])
        if not text.strip():
            raise EmptyFile(file=name)
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=stem_of(name),
            pages=(Page(number=1, text=text),),
            paginated=False,
            warnings=decoded.warnings,
        )
