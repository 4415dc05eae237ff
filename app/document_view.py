"""A document as a reader looks into it: its versions, how each was read, and its passages.

Gives plain values for ``app/components/details.py`` to draw; knows no page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.i18n import Translator
from app.passages import page_name
from app.shelf import size_in_words

if TYPE_CHECKING:
    from app.wiring import Services
    from rag.types import Chunk
    from vectorstore.history import KeptPage, KeptVersion

MOST_PASSAGES: Final = 40
"""How many passages are shown at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A page, or a part of one with many passages: from passage ``first`` up to ``last``.

    Both count from 0 among the passages of the page; ``last`` is not part of it.
    """

    page: int
    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a page's text: a passage with its number from 1, or what is in no passage."""

    number: int | None
    text: str
    headings: tuple[str, ...] = ()


def version_in_words(version: KeptVersion, t: Translator, zone: str | None) -> str:
    """When it was added, how big it is, and whether it is the current one."""
    try:
        local = version.added_at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        local = version.added_at.replace(tzinfo=UTC)
    parts = [
        f"{local:%Y-%m-%d %H:%M}",
        t("details.current" if version.current else "details.replaced"),
        t("details.pages", count=version.pages) if version.paginated else "",
        t("details.passages", count=version.chunks),
        size_in_words(version.size_bytes),
    ]
    return " · ".join(part for part in parts if part)


def report_in_words(version: KeptVersion, t: Translator) -> tuple[str, ...]:
    """How the version was read, a sentence each; nothing where that was not kept."""
    report = version.report
    if report is None:
        return ()
    found = [t("report.characters", count=f"{report.characters:,}")]
    if version.paginated:
        found.insert(0, t("report.pages", count=report.pages))
    if report.ocr_pages:
        found.append(t("report.ocr", pages=page_ranges(report.ocr_pages)))
    if report.doubtful_pages:
        found.append(t("report.doubtful", pages=page_ranges(report.doubtful_pages)))
    return (*found, *(t.detail(warning) for warning in report.warnings))


def page_ranges(numbers: Sequence[int]) -> str:
    """Numbers in order as people write them: ``2, 5–7``."""
    if not numbers:
        return ""
    breaks = [at for at, (one, two) in enumerate(pairwise(numbers), start=1) if two != one + 1]
    runs = [numbers[a:b] for a, b in pairwise([0, *breaks, len(numbers)])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def stretches(pages: Sequence[KeptPage], *, paginated: bool, t: Translator) -> list[Stretch]:
    """What can be looked at, one after the other."""
    found: list[Stretch] = []
    for page in pages:
        name = page_name(page.label, page.number, t) if paginated else ""
        for first in range(0, max(page.chunks, 1), MOST_PASSAGES):
            last = min(first + MOST_PASSAGES, page.chunks)
            part = ""
            if page.chunks > MOST_PASSAGES or not name:
                part = t("details.part", first=first + 1, last=last)
            label = " · ".join(one for one in (name, part) if one)
            found.append(Stretch(page=page.number, label=label, first=first, last=last))
    return found


def pieces(
    services: Services, document_id: str, version: KeptVersion, stretch: Stretch
) -> list[Piece]:
    """The text of a stretch, cut where passages begin and end. Raises VersionNotFound."""
    text = services.record.page(document_id, version.version, stretch.page).text
    chunks = services.history.chunks(version.id, stretch.page)
    begin = chunks[stretch.first].start if stretch.first else 0
    end = chunks[stretch.last].start if stretch.last < len(chunks) else len(text)
    return cut(text, chunks[stretch.first : stretch.last], begin, end)


def cut(text: str, chunks: Sequence[Chunk], begin: int, end: int) -> list[Piece]:
    """``text[begin:end]`` in pieces; ``chunks`` are in order, blanks between them are left out."""
    found: list[Piece] = []
    at = begin
    for chunk in chunks:
        found.append(Piece(number=None, text=text[at : chunk.start]))
        passage = text[max(at, chunk.start) : chunk.end]
        found.append(Piece(number=chunk.sequence + 1, text=passage, headings=chunk.heading_path))
        at = max(at, chunk.end)
    found.append(Piece(number=None, text=text[at:end]))
    return [piece for piece in found if piece.text.strip()]
