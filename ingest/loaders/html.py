"""HTML files: their encoding and title; the reading itself is markup's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ingest.loaders.blocks import assemble
from ingest.loaders.encoding import decode
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.markup import read_markup
from rag.errors import DamagedFile, NoText
from rag.types import Document, Page

MEDIA_TYPE: Final = "text/html"

_DECLARED: Final = re.compile(
    rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I
)
_DECLARED_WITHIN_BYTES: Final = 4096


class HtmlLoader:
    """Reads HTML."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return the page's text; raises a LoadError when there is nothing to read."""
        from bs4.exceptions import ParserRejectedMarkup

        data = read_bytes(path, name=name)
        declared = _DECLARED.search(data[:_DECLARED_WITHIN_BYTES])
        decoded = decode(data, declared=declared[1].decode("ascii") if declared else None)
        try:
            reading = read_markup(decoded.text)
        except ParserRejectedMarkup as error:
            raise DamagedFile(file=name, detail=str(error)) from error
        text, headings = assemble(reading.blocks)
        if not text:
            raise NoText(file=name, detail="no text outside scripts and hidden elements")
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=reading.title or stem_of(name),
            pages=(Page(number=1, text=text, headings=headings),),
            paginated=False,
            warnings=decoded.warnings,
        )
