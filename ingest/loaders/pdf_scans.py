"""Pages of a PDF that have to be drawn to be read: scans, and fonts that give no characters.

Only these pages are drawn and read by text recognition, at 144 dots an inch.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Final

from ingest.loaders.ocr import Recognised, recognise
from ingest.loaders.pdf_engines import PDFIUM_LOCK

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PAGES: Final = 300
LONGEST_SIDE_PIXELS: Final = 4_000

_SCALE: Final = 2.0
"""Of 72 dots an inch."""


def read_scans(data: bytes, indices: Iterable[int], *, name: str) -> dict[int, Recognised]:
    """Return what is written on these pages (from 0), of at most MOST_PAGES of them.

    Pages that cannot be drawn, and files that pdfium cannot open, are not in it. Raises
    OcrUnavailable and RecognitionOff.
    """
    found: dict[int, Recognised] = {}
    for index in sorted(indices)[:MOST_PAGES]:
        picture = _drawn(data, index)
        if picture is not None:
            found[index] = recognise(picture, name=name)
    return found


def _drawn(data: bytes, index: int) -> Image | None:
    """Draw a page; the lock is held for the drawing alone, not while it is read."""
    import pypdfium2

    try:
        with (
            PDFIUM_LOCK,
            closing(pypdfium2.PdfDocument(data)) as document,
            closing(document[index]) as page,
        ):
            longest = max(page.get_size())
            scale = min(_SCALE, LONGEST_SIDE_PIXELS / longest) if longest > 0 else _SCALE
            picture: Image = page.render(scale=scale).to_pil().copy()
            return picture
    except pypdfium2.PdfiumError:
        return None
