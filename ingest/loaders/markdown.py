"""Markdown files (CommonMark with tables): rendered to HTML and read like it.

So emphasis marks, link targets and picture addresses vanish, and raw HTML inside is only text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ingest.loaders.blocks import assemble
from ingest.loaders.cleaning import one_line
from ingest.loaders.encoding import decode
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.markup import read_markup
from rag.errors import DamagedFile, NoText
from rag.types import Document, Page

MEDIA_TYPE: Final = "text/markdown"

_FRONT_MATTER: Final = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(?P<fields>[\w-]+[ \t]*:.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL,
)
_TITLE: Final = re.compile(
    r"^title[ \t]*:[ \t]*(?P<quote>[\"']?)(.*?)(?P=quote)[ \t\r]*$", re.MULTILINE
)


class MarkdownLoader:
    """Reads Markdown."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return the text as one page; raises a LoadError when there is nothing to read."""
        from bs4.exceptions import ParserRejectedMarkup
        from markdown_it import MarkdownIt

        data = read_bytes(path, name=name)
        decoded = decode(data)
        title, body = _without_front_matter(decoded.text)
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        try:
            reading = read_markup(parser.render(body))
        except ParserRejectedMarkup as error:
            raise DamagedFile(file=name, detail=str(error)) from error
        text, headings = assemble(reading.blocks)
        if not text:
            raise NoText(file=name, detail="nothing but marks, comments or pictures")
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=title or reading.title or stem_of(name),
            pages=(Page(number=1, text=text, headings=headings),),
            paginated=False,
            warnings=decoded.warnings,
        )


def _without_front_matter(text: str) -> tuple[str, str]:
    """Return the title in the YAML header, if there is one, and the text after the header."""
    header = _FRONT_MATTER.match(text)
    if not header:
        return "", text
    title = _TITLE.search(header["fields"])
    return one_line(title[2]) if title else "", text[header.end() :]
