"""Documents to chunks: LlamaIndex says where a passage may end, we say where it stands.

A chunk stays within one page and one section, and never exceeds the token limit. Offsets are
found by walking the page's text, because LlamaIndex looks its chunks up by their text and so
misplaces repeated ones. Knows nothing of file formats or of the embedding model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ingest.table_text import cell_ends, header_over, units, whole_rows
from rag.language import sentence_spans
from rag.types import Chunk, Document, Heading, Page, Span

MOST_CHARACTERS_PER_TOKEN: Final = 8
LONGEST_STRETCH: Final = 50_000  # characters handed to LlamaIndex at once: it is not linear

_SPACE: Final = re.compile(r"\s+")
_EXTENDING: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31"
    "\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u200d\u20d0-\u20ff\u3099\u309a"
    "\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)


class _TextSplitter(Protocol):
    """The part of LlamaIndex's splitter that is used."""

    def split_text(self, text: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A half-open piece of a page's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """Headings and the body under the last of ``leading``; ``trailing`` ones end the page."""

    start: int
    end: int
    leading: tuple[Heading, ...]
    trailing: tuple[Heading, ...] = ()


class SentenceChunker:
    """Cuts at headings, then at paragraphs, tables and lists, then at rows, items and sentences.

    A chunk fits ``max_tokens``; a row is cut only where it alone does not.
    """

    def __init__(self, count_tokens: Callable[[str], int], *, max_tokens: int) -> None:
        if max_tokens < 1:
            raise ValueError(f"max_tokens={max_tokens} leaves no room for text")
        self._count_tokens = count_tokens
        self._max_tokens = max_tokens
        longest_word = MOST_CHARACTERS_PER_TOKEN * max_tokens
        self._endless = re.compile(rf"[^\s.,;!?。，；！？]{{{longest_word},}}")

    def split(self, document: Document) -> list[Chunk]:
        """Return the chunks in reading order, as ``rag.protocols.Splitter`` promises."""
        splitter = self._llama_splitter()
        chunks: list[Chunk] = []
        open_headings: list[Heading] = []
        for page in document.pages:
            for section in _sections(page):
                _enter(open_headings, section.leading)
                path = tuple(heading.title for heading in open_headings)
                for stretch in self._stretches(page.text, section, splitter):
                    chunks.append(_chunk(len(chunks), page, section, stretch, path))
                _enter(open_headings, section.trailing)
        return chunks

    def _llama_splitter(self) -> _TextSplitter:
        from llama_index.core.node_parser import SentenceSplitter

        return SentenceSplitter(
            chunk_size=self._max_tokens,
            chunk_overlap=0,
            tokenizer=lambda text: range(self._size(text)),
            chunking_tokenizer_fn=lambda text: units(text, self._fits),
            paragraph_separator="\n\n",
            include_metadata=False,
        )

    def _size(self, text: str) -> int:
        """Tokens of ``text``; long words that the tokenizer gives up on count by length."""
        return max(self._count_tokens(text), -(-len(text) // MOST_CHARACTERS_PER_TOKEN))

    def _fits(self, text: str) -> bool:
        return self._size(text.strip()) <= self._max_tokens

    def _stretches(self, text: str, section: _Section, splitter: _TextSplitter) -> list[_Stretch]:
        """Everything in ``section`` that is not blank, cut to fit."""
        found: list[_Stretch] = []
        for slab in _slabs(text, section.start, section.end):
            for piece in self._pieces(text, slab, splitter):
                found.extend(self._cut(text, piece))
        return self._with_company(text, section, found)

    def _pieces(self, text: str, slab: _Stretch, splitter: _TextSplitter) -> Iterator[_Stretch]:
        """Where LlamaIndex's chunks of ``slab`` stand; the whole slab where it cannot cut."""
        part = text[slab.start : slab.end]
        if self._endless.search(part):
            yield slab
            return
        try:
            pieces = splitter.split_text(part)
        except ValueError:  # "Single token exceeded chunk size": one character has more tokens
            yield slab
            return
        cursor = slab.start
        for piece in pieces:
            cursor = _after_blanks(text, cursor, slab.end)
            if not text.startswith(piece, cursor):
                raise RuntimeError(
                    f"LlamaIndex returned {piece[:60]!r}, but {text[cursor : cursor + 60]!r} "
                    f"stands at character {cursor}: the passages cannot be placed"
                )
            yield _Stretch(cursor, cursor + len(piece))
            cursor += len(piece)
        if _after_blanks(text, cursor, slab.end) != slab.end:
            raise RuntimeError(f"LlamaIndex dropped {text[cursor : slab.end][:60]!r}")

    def _cut(self, text: str, stretch: _Stretch) -> Iterator[_Stretch]:
        """Yield the stretch in parts that fit, as large as they can be."""
        start = _after_blanks(text, stretch.start, stretch.end)
        while start < stretch.end:
            end = self._fitting_end(text, start, stretch.end, after=start)
            end = start + 1 if end is None else end
            yield _Stretch(start, start + len(text[start:end].rstrip()))
            start = _after_blanks(text, end, stretch.end)

    def _fitting_end(self, text: str, start: int, end: int, *, after: int) -> int | None:
        """Where the longest part ends that begins at ``start`` and fits, beyond ``after``.

        It ends with a sentence or row if it can, else a cell, a word, a character, a code point.
        """
        limit = min(end, start + MOST_CHARACTERS_PER_TOKEN * self._max_tokens)
        if limit == end and self._fits(text[start:end]):
            return end
        for borders in (_sentence_ends, cell_ends, _word_ends, _character_ends, _code_point_ends):
            best, candidates = None, [p for p in borders(text, start, limit) if p > after]
            low, high = 0, len(candidates)
            while low < high:
                middle = (low + high) // 2
                if self._fits(text[start : candidates[middle]]):
                    best, low = candidates[middle], middle + 1
                else:
                    high = middle
            if best is not None:
                return best
        return None

    def _with_company(
        self, text: str, section: _Section, stretches: list[_Stretch]
    ) -> list[_Stretch]:
        """Headings that stand alone moved into the chunk after them, or at the end before."""
        heading_end = section.leading[-1].span.end if section.leading else 0
        bare = sum(stretch.end <= heading_end for stretch in stretches)
        if 0 < bare < len(stretches):
            start, whole_end = stretches[bare - 1].start, stretches[bare].end
            body = _after_blanks(text, heading_end, whole_end)
            cut = self._fitting_end(text, start, whole_end, after=body)
            if cut is not None:
                parts = [_Stretch(start, start + len(text[start:cut].rstrip()))]
                parts.extend(self._cut(text, _Stretch(cut, whole_end)))
                stretches = [*stretches[: bare - 1], *parts, *stretches[bare + 1 :]]
        if section.trailing and len(stretches) > 1:
            before, last = stretches[-2:]
            if last.start >= section.trailing[0].span.start:
                joint = self._companion_start(text, before, last)
                if joint is not None:
                    rest = self._cut(text, _Stretch(before.start, joint))
                    stretches = [*stretches[:-2], *rest, _Stretch(joint, last.end)]
        return stretches

    def _companion_start(self, text: str, before: _Stretch, last: _Stretch) -> int | None:
        """Where in ``before`` a part begins that fits together with ``last``."""
        if self._fits(text[before.start : last.end]):
            return before.start
        for borders in (_sentence_ends, _word_ends):
            ends = [p for p in borders(text, before.start, before.end) if p < before.end]
            start = _after_blanks(text, ends[-1], before.end) if ends else before.end
            if start < before.end and self._fits(text[start : last.end]):
                return start
        return None


def _sections(page: Page) -> list[_Section]:
    """Cut the page before each heading that follows body text: a bare heading is no section."""
    sections: list[_Section] = []
    start = body = 0
    leading: list[Heading] = []
    for heading in sorted(page.headings, key=lambda heading: heading.span.start):
        if page.text[body : heading.span.start].strip():
            end = heading.span.start
            sections.append(_Section(start=start, end=end, leading=tuple(leading)))
            start, leading = end, []
        leading.append(heading)
        body = max(body, heading.span.end)
    end = len(page.text)
    if page.text[body:].strip() or not sections:
        sections.append(_Section(start=start, end=end, leading=tuple(leading)))
    else:
        last = sections.pop()
        sections.append(
            _Section(start=last.start, end=end, leading=last.leading, trailing=tuple(leading))
        )
    return sections


def _enter(open_headings: list[Heading], headings: Sequence[Heading]) -> None:
    """Step under each heading in turn: it closes those of its level and below."""
    for heading in headings:
        while open_headings and open_headings[-1].level >= heading.level:
            open_headings.pop()
        open_headings.append(heading)


def _chunk(
    sequence: int, page: Page, section: _Section, stretch: _Stretch, path: tuple[str, ...]
) -> Chunk:
    return Chunk(
        sequence=sequence,
        page=page.number,
        start=stretch.start,
        end=stretch.end,
        text=page.text[stretch.start : stretch.end],
        heading_path=path,
        sentences=tuple(_sentences(page.text, section, stretch)),
        header=header_over(page.text, stretch.start),
    )


def _sentences(text: str, section: _Section, stretch: _Stretch) -> Iterator[Span]:
    """Yield the sentences of the stretch, those of headings left out."""
    start = stretch.start
    bounds = [(h.span.start, h.span.end) for h in (*section.leading, *section.trailing)]
    for heading_start, heading_end in (*bounds, (stretch.end, stretch.end)):
        end = min(max(heading_start, start), stretch.end)
        for span in sentence_spans(text[start:end]):
            yield Span(start=start + span.start, end=start + span.end)
        start = min(max(heading_end, start), stretch.end)


def _slabs(text: str, start: int, end: int) -> Iterator[_Stretch]:
    """Parts of at most LONGEST_STRETCH characters, broken at a line or a space if there is one."""
    while end - start > LONGEST_STRETCH:
        limit = start + LONGEST_STRETCH
        breaks = (text.rfind("\n\n", start, limit), text.rfind("\n", start, limit))
        cut = max(breaks[0], breaks[1] if breaks[0] < start + LONGEST_STRETCH // 2 else -1)
        cut = cut if cut > start else text.rfind(" ", start, limit)
        cut = cut if cut > start else _character_ends(text, start, limit)[-1]
        yield _Stretch(start, cut)
        start = cut
    yield _Stretch(start, end)


def _after_blanks(text: str, start: int, end: int) -> int:
    blanks = _SPACE.match(text, start, end)
    return blanks.end() if blanks else start


def _sentence_ends(text: str, start: int, limit: int) -> list[int]:
    """List the ends of sentences and rows between, without the one ``limit`` may have cut."""
    ends, position = [], start
    for piece in whole_rows(text[start:limit])[:-1]:
        position += len(piece)
        ends.append(position)
    return ends


def _word_ends(text: str, start: int, limit: int) -> list[int]:
    return [blanks.end() for blanks in _SPACE.finditer(text, start + 1, limit)]


def _character_ends(text: str, start: int, limit: int) -> list[int]:
    """List the ends of what a reader takes for one character; never empty."""
    ends = [
        position
        for position in range(start + 1, limit + 1)
        if not _EXTENDING.match(text, position) and text[position - 1] != "\u200d"
    ]
    return ends or [limit]


def _code_point_ends(_text: str, start: int, limit: int) -> list[int]:
    return list(range(start + 1, limit + 1))
