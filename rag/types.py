"""Documents and their passages as they travel between the stages; all frozen.

None knows a library or a stage. What is said about them is in ``rag/claims.py`` and
``rag/answer.py``.

Offsets are characters of a page's text, half-open, always:
``page.text[chunk.start:chunk.end] == chunk.text``.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a page's text, ``[start, end)`` in characters."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span [{self.start}, {self.end}) is empty or negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading that stands in a page's text; ``level`` 1 is the highest."""

    level: int
    title: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; ``number`` counts from 1.

    ``label`` is what the document itself prints, or which slide, chapter or cells the page is: see
    ``rag/places.py``.
    """

    number: int
    text: str
    label: str | None = None
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseReport:
    """How a file was read: numbers of pages in order, and what a reader should know.

    ``pages`` and ``characters`` count what was found; ``ocr_pages`` were read by text recognition;
    ``doubtful_pages`` have no text, text that may be wrong, or text that nobody sees.
    """

    pages: int
    characters: int
    ocr_pages: tuple[int, ...] = ()
    doubtful_pages: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed file. ``version`` is the SHA-256 of its bytes, in hexadecimal.

    ``paginated`` is false for formats that have no pages of their own: their text is page 1.
    ``ocr_pages`` and ``doubtful_pages`` are numbers of pages, in order, as in ``ParseReport``.
    """

    name: str
    version: str
    media_type: str
    title: str
    pages: tuple[Page, ...]
    paginated: bool
    warnings: tuple[str, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    doubtful_pages: tuple[int, ...] = ()

    @property
    def report(self) -> ParseReport:
        """How the file was read."""
        return ParseReport(
            pages=len(self.pages),
            characters=sum(len(page.text) for page in self.pages),
            ocr_pages=self.ocr_pages,
            doubtful_pages=self.doubtful_pages,
            warnings=self.warnings,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage that is searched and cited as one; never crosses a page.

    ``sentences`` are the spans, in the page's characters, that may be quoted: headings are not
    among them. ``heading_path`` runs from the outermost heading to the nearest. ``header`` is the
    row that names the columns over a chunk from the middle of a table: given to the embedding
    model, not kept, never part of the text.
    """

    sequence: int
    page: int
    start: int
    end: int
    text: str
    heading_path: tuple[str, ...] = ()
    sentences: tuple[Span, ...] = ()
    header: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text) or self.start < 0 or not self.text:
            raise ValueError(
                f"chunk {self.sequence}: [{self.start}, {self.end}) does not fit its text of "
                f"{len(self.text)} characters"
            )

    def quote(self, span: Span) -> str:
        """The text of ``span``, given in the page's characters."""
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk as the record keeps it: with its id and the document version it stands in.

    ``added_on`` is the day (ISO 8601, UTC) on which that version was added, None where it is not
    known.
    """

    chunk_id: str
    document_id: str
    collection: str
    document: str
    title: str
    version: str
    paginated: bool
    page_label: str | None
    chunk: Chunk
    added_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found, larger ``score`` is better.

    ``parts`` tells where the score comes from (dense, sentence and lexical votes); ``ranks`` are
    its places, from 1, among what the ``dense`` and the ``lexical`` half of a search proposed,
    without the half that did not.
    ``sentence_scores`` are cosines to the question, one per ``passage.chunk.sentences``; empty
    when the index does not know them. ``term_coverage`` is the share (0..1) of the question's
    words, weighted by how rare they are in the collection, that stand in the passage or over it;
    ``sentence_coverages`` are the same for each sentence with its title and headings.
    ``dense_vote`` (0..1) is the weight that vectors had in ``score``: 0 when the embedding model
    cannot read the question, or when the words have all the weight.
    """

    passage: Passage
    score: float
    parts: dict[str, float] = field(default_factory=dict)
    sentence_scores: tuple[float, ...] = ()
    term_coverage: float = 0.0
    sentence_coverages: tuple[float, ...] = ()
    dense_vote: float = 0.0
    ranks: dict[str, int] = field(default_factory=dict)
