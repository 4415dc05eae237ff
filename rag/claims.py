"""What an answer says, sentence by sentence: where it rests, and whether that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from rag.types import Passage, Span


class Verdict(StrEnum):
    """Whether the places cited hold what a claim says."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


class Doubt(StrEnum):
    """What keeps a claim from being supported; ``app/i18n`` says each in words."""

    NO_CITATION = "no_citation"
    NUMBER = "number"
    DATE = "date"
    UNIT = "unit"
    NAME = "name"
    NEGATION = "negation"
    COMPARISON = "comparison"
    WORDS = "words"
    MEANING = "meaning"
    ENTAILMENT = "entailment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One doubt: what the claim says, and what stands in the places cited in its stead.

    Both are as they are written there, empty where there is nothing to show.
    """

    doubt: Doubt
    said: str = ""
    stands: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The verdict on a claim and, the gravest first, what is to be said against it.

    ``support`` (0..1, larger is better) is how well the places hold the claim; it is not a
    probability. ``checker`` names the judge and its edition.
    """

    verdict: Verdict
    support: float
    checker: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The exact place a claim rests on. It names the version, so it outlives later ones.

    ``over`` are the document's title and the headings over the place, the outermost first.
    """

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
    over: tuple[str, ...] = ()

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
            over=(passage.title, *passage.chunk.heading_path),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of an answer with the places it rests on; no citation means no support.

    ``check`` is None until the claim has been checked.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    check: Check | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the values that sources give for the same thing, and where.

    ``added_on`` is the day (ISO 8601) on which that version of the document was added, None where
    it is not known.
    """

    value: str
    citation: Citation
    added_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sources that give different values for the same thing.

    ``claim`` is the number (from 0) of the answer's claim that it is about.
    """

    claim: int
    sides: tuple[Side, ...]
