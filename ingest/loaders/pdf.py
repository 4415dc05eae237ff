"""PDF files: pages of paragraphs with the outline's headings at their places.

Takes what the engines read, drops running titles and page numbers, finds the outline's titles in
the lines and joins the lines of each paragraph. Pages without text, or with text nobody could read,
are read by text recognition.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.loaders.blocks import Block, assemble
from ingest.loaders.cleaning import one_line
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.ocr import SURE_ENOUGH
from ingest.loaders.pdf_engines import OutlineEntry, RawPdf, read_pdf
from ingest.loaders.pdf_scans import read_scans
from ingest.loaders.reflow import SOFT_HYPHENS, Hyphens, reflow
from ingest.loaders.running_lines import without_running_lines
from rag.errors import DamagedFile, NoText, OcrUnavailable, RecognitionOff
from rag.types import Document, Page

MEDIA_TYPE: Final = "application/pdf"

_LINE_BREAK: Final = re.compile(r"\r\n?|\n|\x0b|\x0c")
_SOFT_HYPHEN_INSIDE: Final = re.compile(f"([{SOFT_HYPHENS}])(?=[^\r\n])")
_LIGATURE: Final = re.compile("[\ufb00-\ufb06]")
_PROGRAM_TITLE: Final = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - |untitled|unbenannt|无标题)|"
    r"^\(?(?:anonymous|unspecified)\)?$|\.(?:docx?|pptx?|xlsx?|indd|pdf|tmp)$",
    re.IGNORECASE,
)
_LEADER: Final = re.compile(r"[\s.…·:：-]*\d{0,4}")
_MOST_NUMBERS_SHOWN: Final = 20


class PdfLoader:
    """Reads PDF files."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return the document's pages; raises a LoadError when there is nothing to read."""
        data = read_bytes(path, name=name)
        raw = read_pdf(data, name=name)
        unread: tuple[str, ...] = ()
        try:
            recognised = _recognise(data, raw, name=name)
        except (OcrUnavailable, RecognitionOff) as error:
            if not any(text.strip() for text in raw.texts):
                raise
            off = isinstance(error, RecognitionOff)
            recognised, unread = {}, () if off else (f"{error} {error.hint}",)
        pages = _pages(raw)
        _check_text(raw, pages, name=name)
        empty = {index for index, page in enumerate(pages) if not page.text}
        unsure = {index for index, score in recognised.items() if score < SURE_ENOUGH}
        doubtful = empty | raw.broken | raw.garbled | raw.hidden | unsure
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=_title(raw.title) or stem_of(name),
            pages=pages,
            paginated=True,
            warnings=(*unread, *_warnings(raw, pages, sorted(recognised))),
            ocr_pages=_from_one(recognised),
            doubtful_pages=_from_one(doubtful),
        )


def _recognise(data: bytes, raw: RawPdf, *, name: str) -> dict[int, float]:
    """Put what is drawn on pages without readable text into ``raw``; how surely it was read, 0..1.

    A page is replaced only by what could be read on it.
    """
    unread = {index for index, text in enumerate(raw.texts) if not text.strip()} - raw.broken
    scores = {}
    for index, read in read_scans(data, unread | raw.garbled, name=name).items():
        if read.text:
            raw.texts[index] = read.text
            raw.garbled.discard(index)
            scores[index] = read.score
    return scores


def _from_one(indices: Iterable[int]) -> tuple[int, ...]:
    """Return page numbers, in order, for indices."""
    return tuple(index + 1 for index in sorted(indices))


def _pages(raw: RawPdf) -> tuple[Page, ...]:
    broken_lines = [_lines(text) for text in raw.texts]
    kept = without_running_lines(broken_lines)
    hyphens = Hyphens(raw.texts)
    outline: dict[int, list[OutlineEntry]] = {}
    for entry in raw.outline:
        outline.setdefault(entry.page, []).append(entry)
    pages = []
    for index, lines in enumerate(kept):
        text, headings = assemble(_blocks(lines, outline.get(index, ()), hyphens))
        pages.append(Page(number=index + 1, text=text, label=raw.labels[index], headings=headings))
    return tuple(pages)


def _lines(text: str) -> list[str]:
    r"""Return the visual lines, ligatures (ﬁ) as letters.

    pdfium glues a hyphenated line to the next with U+FFFE between.
    """
    unfolded = _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _LINE_BREAK.split(_SOFT_HYPHEN_INSIDE.sub("\\1\n", unfolded))


@dataclass(slots=True)
class _TitledLine:
    """A line, and the level of the outline's title that it is (0: none)."""

    text: str
    level: int = 0


def _blocks(lines: Sequence[str], outline: Sequence[OutlineEntry], hyphens: Hyphens) -> list[Block]:
    titled = _with_titles(lines, outline) if outline else [_TitledLine(line) for line in lines]
    blocks: list[Block] = []
    body: list[str] = []

    def flush() -> None:
        apart = bool(blocks)
        for text in reflow(body, hyphens=hyphens):
            blocks.append(Block(text=text, apart=apart or not text.strip()))
            apart = False
        body.clear()

    for line in titled:
        if line.level:
            flush()
            blocks.append(Block(text=line.text, level=line.level))
        else:
            body.append(line.text)
    flush()
    return blocks


def _with_titles(lines: Sequence[str], outline: Sequence[OutlineEntry]) -> list[_TitledLine]:
    """Return the lines; those that are a title of the outline are one line and marked."""
    titled = [_TitledLine(line) for line in lines]
    for entry in outline:
        wanted = _squeezed(entry.title)
        for first in range(len(titled)):
            found = _title_at(titled, first, wanted)
            if found is not None:
                last, rest = found
                heading = _TitledLine(one_line(entry.title), entry.level)
                titled[first : last + 1] = [heading, *([_TitledLine(rest)] if rest else [])]
                break
    return titled


def _title_at(titled: list[_TitledLine], first: int, wanted: str) -> tuple[int, str] | None:
    """Return the last line of the title that begins at ``first``, and what follows it there."""
    missing = wanted
    for number in range(first, len(titled)):
        line = titled[number]
        here = _squeezed(line.text)
        if line.level or (not here and number == first):
            return None
        if missing.startswith(here):
            missing = missing[len(here) :]
            if not missing:
                return number, ""
        elif here.startswith(missing):
            rest = _after(line.text, len(missing))
            return number, "" if _LEADER.fullmatch(rest) else rest
        else:
            return None
    return None


def _squeezed(text: str) -> str:
    return "".join(text.split()).lower()


def _after(line: str, characters: int) -> str:
    """Return what follows the first ``characters`` of ``line``, blanks not counted."""
    for position, character in enumerate(line):
        if characters == 0:
            return line[position:].strip()
        characters -= not character.isspace()
    return ""


def _title(title: str) -> str:
    """Return the title in the metadata if a person wrote it, else nothing."""
    title = one_line(title)
    has_words = sum(character.isalpha() for character in title) >= 2
    return title if has_words and not _PROGRAM_TITLE.search(title) else ""


def _check_text(raw: RawPdf, pages: Sequence[Page], *, name: str) -> None:
    if any(page.text for page in pages):
        return
    if pages and len(raw.broken) == len(pages):
        raise DamagedFile(file=name, detail="none of its pages can be read")
    count = f"{len(pages)} page{'' if len(pages) == 1 else 's'}"
    pictures = len(raw.with_pictures)
    detail = f"{count}, {pictures} with pictures" if pictures else f"{count}, no pictures"
    raise NoText(file=name, detail=detail if pages else "it has no pages")


def _warnings(raw: RawPdf, pages: Sequence[Page], recognised: Sequence[int]) -> tuple[str, ...]:
    empty = [page.number for page in pages if not page.text and page.number - 1 not in raw.broken]
    found = [
        f"{what}: {_numbers(numbers)}"
        for what, numbers in (
            ("pages without text", empty),
            ("pages that cannot be read", _from_one(raw.broken)),
            ("pages with unreadable characters", _from_one(raw.garbled)),
            ("pages with text that a reader does not see", _from_one(raw.hidden)),
            ("pages read by text recognition", _from_one(recognised)),
        )
        if numbers
    ]
    if raw.ends_early:
        found.append("the file has no end mark: it may have been cut off")
    return tuple(found)


def _numbers(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_MOST_NUMBERS_SHOWN]))
    more = len(numbers) - _MOST_NUMBERS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
