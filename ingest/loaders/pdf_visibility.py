"""Text of a PDF that nobody sees: drawn invisibly, in white on white, or too small to read.

One character a line is looked at. The text layer of a scan is invisible too, and is no cause for
doubt: it lies over the picture of the same words.
"""

from __future__ import annotations

import re
from ctypes import byref, c_uint
from typing import Any, Final

SMALLEST_READABLE_PT: Final = 2.0
NEARLY_WHITE: Final = 245

_LINE_START: Final = re.compile(r"(?m)^[ \t]*(\S)")
_INVISIBLE_MODES: Final = (3, 7)  # nothing drawn; nothing drawn and clipped


def hidden_share(page: Any, textpage: Any, text: str) -> float:
    """Share (0..1) of the page's lines that a reader does not see; 0 for the layer of a scan."""
    if len(text) != textpage.count_chars():
        return 0.0
    starts = [found.start(1) for found in _LINE_START.finditer(text.replace("\r", "\n"))]
    if not starts:
        return 0.0
    invisible = sum(_is_invisible(textpage, at) for at in starts)
    if invisible == len(starts) and _has_picture(page):
        return 0.0
    white = [at for at in starts if _is_white(textpage, at)]
    if white:
        white = _on_white(page, textpage, white)
    small = sum(_is_tiny(textpage, at) for at in starts)
    return min(1.0, (invisible + len(white) + small) / len(starts))


def _is_invisible(textpage: Any, at: int) -> bool:
    import pypdfium2.raw as pdfium_c

    drawn = pdfium_c.FPDFText_GetTextObject(textpage.raw, at)
    if not drawn:
        return False
    mode: int = pdfium_c.FPDFTextObj_GetTextRenderMode(drawn)
    return mode in _INVISIBLE_MODES


def _is_white(textpage: Any, at: int) -> bool:
    from pypdfium2.raw import FPDFText_GetFillColor

    parts = [c_uint() for _ in range(4)]
    known = bool(FPDFText_GetFillColor(textpage.raw, at, *map(byref, parts)))
    return known and all(int(part.value) >= NEARLY_WHITE for part in parts[:3])


def _is_tiny(textpage: Any, at: int) -> bool:
    left, bottom, right, top = textpage.get_charbox(at, loose=True)
    return bool(0 < top - bottom < SMALLEST_READABLE_PT and 0 < right - left < SMALLEST_READABLE_PT)


def _has_picture(page: Any) -> bool:
    import pypdfium2.raw as pdfium_c

    pictures = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return next(iter(pictures), None) is not None


def _on_white(page: Any, textpage: Any, starts: list[int]) -> list[int]:
    """Return the characters around which the drawn page is white: white words on a bar are seen."""
    drawn = page.render(scale=1).to_pil().convert("L")
    height = page.get_height()
    found = []
    for at in starts:
        left, bottom, right, top = textpage.get_charbox(at, loose=True)
        area = (int(left) - 1, int(height - top) - 1, int(right) + 2, int(height - bottom) + 2)
        darkest, _ = drawn.crop(area).getextrema()
        if darkest >= NEARLY_WHITE:
            found.append(at)
    return found
