"""Pictures (PNG, JPEG, TIFF, BMP, WebP): what is written in them, read by text recognition.

Each frame of a TIFF is a page.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingest.loaders.archive_bounds import PACKAGE_SURPRISES, broken
from ingest.loaders.blocks import Block, assemble
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.ocr import SURE_ENOUGH, recognise
from rag.errors import DamagedFile, LoadError, NoText
from rag.types import Document, Page

MEDIA_TYPES: Final = {
    ".bmp": "image/bmp",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
}
MOST_PIXELS: Final = 80_000_000
MOST_FRAMES: Final = 200
LONGEST_SIDE_PIXELS: Final = 4_000

_TOO_MANY_PIXELS: Final = (
    f"it has more than {MOST_PIXELS // 1_000_000} million pixels or {MOST_FRAMES} frames"
)


class ImageLoader:
    """Reads pictures of one format."""

    def __init__(self, media_type: str) -> None:
        self._media_type = media_type

    def load(self, path: Path, *, name: str) -> Document:
        """Return a page a frame; raises a LoadError when nothing is written on any."""
        data = read_bytes(path, name=name)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Pillow's on odd metadata; the size is checked
                found = list(_frames(data, name=name))
        except LoadError:
            raise
        except PACKAGE_SURPRISES as error:
            raise DamagedFile(file=name, detail=broken(error)) from error
        if not any(page.text for page, _ in found):
            raise NoText(file=name, detail="text recognition found no characters")
        pages = tuple(page for page, _ in found)
        return Document(
            name=name,
            version=version_of(data),
            media_type=self._media_type,
            title=stem_of(name),
            pages=pages,
            paginated=len(pages) > 1,
            ocr_pages=tuple(page.number for page in pages if page.text),
            doubtful_pages=tuple(
                page.number for page, score in found if page.text and score < SURE_ENOUGH
            ),
        )


def _frames(data: bytes, *, name: str) -> Iterator[tuple[Page, float]]:
    """Yield each frame's page and how surely it was read, 0..1."""
    from PIL import Image, ImageOps, ImageSequence

    try:
        opened = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise DamagedFile(file=name, detail=_TOO_MANY_PIXELS) from error
    with opened as picture:
        for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
            if frame.width * frame.height > MOST_PIXELS or number > MOST_FRAMES:
                raise DamagedFile(file=name, detail=_TOO_MANY_PIXELS)
            upright = ImageOps.exif_transpose(frame.convert("RGB"))
            upright.thumbnail((LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
            read = recognise(upright, name=name)
            text, _ = assemble([Block(text=read.text)])
            yield Page(number=number, text=text), read.score
