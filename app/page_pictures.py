"""The page a citation stands on, as a picture with the cited words boxed.

Drawn from the file the document was read from, while it is kept, by the confined process.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from ingest.loaders.pdf_pictures import PagePicture
from ingest.originals import Originals
from ingest.reading import PageDrawer
from rag.errors import LoadError, PageNotFound, VersionNotFound
from rag.types import Span
from vectorstore.history import content_of
from vectorstore.record import Record

WIDTH_PX: Final = 1400
_KEPT: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page of a version of a document, and the stretch of its text that is cited there."""

    document_id: str
    document: str
    version: str
    page: int
    span: Span | None = None


class PagePictures:
    """Draws pages, each once while it is remembered."""

    def __init__(self, record: Record, originals: Originals, drawer: PageDrawer) -> None:
        self._record = record
        self._originals = originals
        self._drawer = drawer
        self._guard = threading.Lock()
        self._drawn: OrderedDict[Leaf, PagePicture | None] = OrderedDict()

    def picture(self, leaf: Leaf) -> PagePicture | None:
        """The picture; None for what is no PDF, is not kept any more, or cannot be drawn."""
        with self._guard:
            if leaf not in self._drawn:
                self._drawn[leaf] = self._draw(leaf)
                if len(self._drawn) > _KEPT:
                    self._drawn.popitem(last=False)
            self._drawn.move_to_end(leaf)
            return self._drawn[leaf]

    def _draw(self, leaf: Leaf) -> PagePicture | None:
        content = content_of(leaf.version)
        is_pdf = PurePath(leaf.document).suffix.lower() == ".pdf"
        if not is_pdf or not self._originals.has(content):
            return None
        try:
            page = self._record.page(leaf.document_id, leaf.version, leaf.page)
            return self._drawer.draw(
                self._originals.path(content),
                name=leaf.document,
                page=leaf.page,
                text=page.text,
                span=leaf.span,
                width_px=WIDTH_PX,
            )
        except (VersionNotFound, PageNotFound, LoadError):
            return None
