"""A page of a PDF as a picture, and the boxes of a quotation on it."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.loaders.file_bytes import read_bytes
from ingest.loaders.pdf_boxes import Box, boxes_of
from ingest.loaders.pdf_engines import PDFIUM_LOCK
from rag.errors import DamagedFile
from rag.types import Span

MEDIA_TYPE: Final = "image/webp"

_QUALITY: Final = 82
_TALLEST: Final = 4.0
"""Most heights a width: what is longer is drawn narrower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A drawn page: WebP, its size in pixels, and how many pages its document has.

    ``boxes`` are where the quotation stands on it, a line each; none where it could not be found.
    """

    image: bytes
    width: int
    height: int
    pages: int
    boxes: tuple[Box, ...] = ()


def draw_page(
    path: Path, *, name: str, page: int, text: str, span: Span | None, width_px: int
) -> PagePicture:
    """Draw page ``page`` (from 1), ``width_px`` wide, with the boxes of ``text[span]``.

    ``text`` is the page's text as the loader made it. Raises DamagedFile for a file or a page that
    cannot be drawn.
    """
    import pypdfium2

    data = read_bytes(path, name=name)
    try:
        with (
            PDFIUM_LOCK,
            closing(pypdfium2.PdfDocument(data)) as document,
            closing(document[page - 1]) as opened,
        ):
            width, height = opened.get_size()
            scale = width_px / max(width, height / _TALLEST, 1.0)
            picture = opened.render(scale=scale).to_pil().convert("RGB")
            boxes = boxes_of(opened, text, span) if span else ()
            pages = len(document)
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise DamagedFile(file=name, detail=f"page {page} cannot be drawn") from error
    kept = io.BytesIO()
    picture.save(kept, format="WEBP", quality=_QUALITY)
    return PagePicture(
        image=kept.getvalue(), width=picture.width, height=picture.height, pages=pages, boxes=boxes
    )
