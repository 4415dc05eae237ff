"""Characters in pictures: RapidOCR's models (PP-OCRv4, Chinese and English), which its wheel holds.

A picture gives lines from top to bottom, with how sure the model was. Nothing is fetched. Knows
nothing of files.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from ingest.limits import allow_recognition
from rag.errors import OcrUnavailable, RecognitionOff

if TYPE_CHECKING:
    from PIL.Image import Image

SURE_ENOUGH: Final = 0.8
"""A page read with less (mean of its lines, 0..1) is told as doubtful."""

_ONE_AT_A_TIME: Final = threading.Lock()
_SAME_LINE: Final = 0.5
_CELL_GAP: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The text of a picture and the mean of its lines' scores, 0..1, larger is surer.

    No text has score 0.
    """

    text: str
    score: float


_ON: Final[ContextVar[bool]] = ContextVar("recognition", default=True)


@contextmanager
def recognition(*, on: bool) -> Iterator[None]:
    """Read files with text recognition or without it, in this thread, inside the block."""
    before = _ON.set(on)
    try:
        yield
    finally:
        _ON.reset(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Characters found together; pixels, ``top`` grows downwards."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def recognise(picture: Image, *, name: str) -> Recognised:
    """Return what is written in ``picture``; a picture of one colour is not looked at.

    Raises, naming the file ``name``, OcrUnavailable where a library of the system is missing, and
    RecognitionOff where ``recognition`` is off.
    """
    import numpy as np

    flat = picture.convert("RGB")
    if all(low == high for low, high in flat.getextrema()):  # type: ignore[misc]
        return Recognised(text="", score=0.0)
    if not _ON.get():
        raise RecognitionOff(file=name)
    allow_recognition()
    with _ONE_AT_A_TIME:
        try:
            engine = _engine()
        except ImportError as error:
            raise OcrUnavailable(file=name, detail=str(error)) from error
        found, _ = engine(np.asarray(flat)[:, :, ::-1])
    boxes, scores = [], []
    for corners, text, score in found or ():
        across, down = [x for x, _ in corners], [y for _, y in corners]
        boxes.append(
            Box(left=min(across), top=min(down), right=max(across), bottom=max(down), text=text)
        )
        scores.append(float(score))
    if not boxes:
        return Recognised(text="", score=0.0)
    return Recognised(text="\n".join(lines_of(boxes)), score=sum(scores) / len(scores))


def lines_of(boxes: Sequence[Box]) -> list[str]:
    """Return the lines of the boxes, from top to bottom, each from left to right.

    Boxes further apart than two heights of their characters are cells, set apart by `` | ``.
    """
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda one: (one.top + one.bottom) / 2):
        middle = (box.top + box.bottom) / 2
        if lines:
            first = lines[-1][0]
            apart = abs(middle - (first.top + first.bottom) / 2)
            if apart < _SAME_LINE * min(box.bottom - box.top, first.bottom - first.top):
                lines[-1].append(box)
                continue
        lines.append([box])
    return [_line(sorted(line, key=lambda one: one.left)) for line in lines]


def _line(boxes: list[Box]) -> str:
    text = boxes[0].text
    for before, box in pairwise(boxes):
        wide = box.left - before.right > _CELL_GAP * (box.bottom - box.top)
        text += (" | " if wide else " ") + box.text
    return text


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR()
