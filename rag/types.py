"""The values that travel between the stages; all frozen, none knows a library or a stage.

Offsets are characters of a page's text, half-open, always:
``page.text[chunk.start:chunk.end] == chunk.text``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from rag.exchange import Exchange
from rag.filter import EVERYTHING, Filter
from rag.replies import Trouble


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    NOT_IN_DOCUMENTS = "not_in_documents"


class Notice(StrEnum):
    """What a reader is told about how an answer came to be; ``app/i18n`` says each in words."""

    MODEL_FAILED = "model_failed"
    REPLY_CUT = "reply_cut"


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
    """One page; ``number`` counts from 1, ``label`` is what the document itself prints."""

    number: int
    text: str
    label: str | None = None
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed file. ``version`` is the SHA-256 of its bytes, in hexadecimal.

    ``paginated`` is false for formats that have no pages of their own: their text is page 1.
    """

    name: str
    version: str
    media_type: str
    title: str
    pages: tuple[Page, ...]
    paginated: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage that is searched and cited as one; never crosses a page.

    ``sentences`` are the spans, in the page's characters, that may be quoted: headings are not
    among them. ``heading_path`` runs from the outermost heading to the nearest.
    """

    sequence: int
    page: int
    start: int
    end: int
    text: str
    heading_path: tuple[str, ...] = ()
    sentences: tuple[Span, ...] = ()

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
    """A chunk as the record keeps it: with its id and the document version it stands in."""

    chunk_id: str
    document_id: str
    collection: str
    document: str
    title: str
    version: str
    paginated: bool
    page_label: str | None
    chunk: Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found, larger ``score`` is better.

    ``parts`` tells where the score comes from (dense, sentence and lexical votes).
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The exact place a claim rests on. It names the version, so it outlives later ones."""

    chunk_id: str
    document_id: str
    collection: str
    document: str
    version: str
    page: int
    page_label: str | None
    paginated: bool
    start: int
    end: int
    quote: str

    @classmethod
    def of(cls, passage: Passage, span: Span) -> Self:
        """Cite ``span`` (in the page's characters) of ``passage``."""
        return cls(
            chunk_id=passage.chunk_id,
            document_id=passage.document_id,
            collection=passage.collection,
            document=passage.document,
            version=passage.version,
            page=passage.chunk.page,
            page_label=passage.page_label,
            paginated=passage.paginated,
            start=span.start,
            end=span.end,
            quote=passage.chunk.quote(span),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of an answer with the places it rests on; no citation means no support."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, the ``history`` it may hang on (newest last), and where to look."""

    text: str
    collections: tuple[str, ...]
    top_k: int = 8
    where: Filter = EVERYTHING
    history: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as far as it is known; a later one replaces an earlier one.

    ``outcome`` is None while the model still speaks: then ``text`` is the reply so far and
    ``claims`` is empty. ``notice`` tells the reader how the answer came to be when something went
    wrong, ``trouble`` what that was. Timings are milliseconds per stage. ``question`` is in the
    person's own words; ``standalone`` is what was searched in their place, None for themselves.
    ``context`` are the passages, or what was left of them, that a chat model read; empty where none
    did. ``prompt_tokens`` and ``completion_tokens`` are what a chat model counted, also where its
    reply was not used; None where it did not say or none was asked. ``token_logprobs`` are those of
    the reply (see ``Reply``). ``prompt_version`` is the id of the words that a chat model answered
    by (``rag.prompt_version``), None where none did. ``instead_of`` is the model that failed where
    another answered in its place. ``reasoning`` is what a model thought before it spoke, no part of
    the answer. ``confidence`` (0..1, larger is surer) is the evidence in the hits that the question
    can be answered from them (``rag.abstention.evidence``): it is not calibrated, so 0.8 does not
    mean that four of five such answers are right.
    """

    question: str
    model: str
    text: str = ""
    outcome: Outcome | None = None
    claims: tuple[Claim, ...] = ()
    hits: tuple[Hit, ...] = ()
    context: tuple[Passage, ...] = ()
    notice: Notice | None = None
    trouble: Trouble | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    token_logprobs: tuple[float, ...] = ()
    confidence: float | None = None
    standalone: str | None = None
    prompt_version: str | None = None
    instead_of: str | None = None
    reasoning: str = ""

    def __add__(self, later: Answer) -> Answer:
        """LangChain folds a stream with ``+``: the fold of growing answers is the last one."""
        return later

    def passages(self) -> tuple[Passage, ...]:
        """What the answer was made from: ``context``, or the hits where no chat model answered."""
        return self.context or tuple(hit.passage for hit in self.hits)

    def citations(self) -> tuple[Citation, ...]:
        """Every distinct citation in order of first use; its place in it, from 1, is its number."""
        return tuple(dict.fromkeys(c for claim in self.claims for c in claim.citations))
