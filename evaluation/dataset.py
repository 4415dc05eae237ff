"""What is measured on: questions with what is known of their answers, and the corpus they ask.

Formats are read in ``evaluation/datasets/``; nothing here knows one. Pages count from 1, as
everywhere in the product.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from rag.types import Document, Page, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer stands: a document, or one page of it; ``relevance`` is BEIR's grade."""

    document: str
    page: int | None = None
    relevance: int = 1

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """The page a passage stands on, or its document where there are no pages."""
        page = passage.chunk.page if passage.paginated else None
        return cls(document=passage.document, page=page)

    @property
    def unit(self) -> str:
        """The place as rankings name it; see ``unit_of``."""
        return unit_of(self.document, self.page)


def unit_of(document: str, page: int | None) -> str:
    """What is ranked: ``document``, or ``document#page`` where pages are."""
    return document if page is None else f"{document}#{page}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question with what is known of its answer.

    Any of ``answers`` is right; where ``required`` is given, an answer must hold one of each group.
    ``gold`` are the places that answer it (empty: unknown, or nothing does), ``evidence`` the
    sentences there that say so. ``tags`` are what the set says besides, such as its kind.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    required: tuple[tuple[str, ...], ...] = ()
    gold: tuple[Place, ...] = ()
    evidence: tuple[str, ...] = ()
    answerable: bool = True
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def cluster(self) -> str:
        """Questions of one cluster are not independent: the document they share, else their own."""
        return self.gold[0].document if self.gold else self.tags.get("document", f"?{self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCorpus:
    """Documents that are text already; ``rows`` are (name, title, text), ``digest`` is of them."""

    rows: tuple[tuple[str, str, str], ...]
    digest: str

    def __len__(self) -> int:
        return len(self.rows)

    def documents(self) -> Iterator[Document]:
        """The rows as documents of one page."""
        return (
            Document(
                name=name,
                version=hashlib.sha256(text.encode()).hexdigest(),
                media_type="text/plain",
                title=title,
                pages=(Page(number=1, text=text),),
                paginated=False,
            )
            for name, title, text in self.rows
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCorpus:
    """Files to be parsed as an admin's would be: (name, path)."""

    files: tuple[tuple[str, Path], ...]
    digest: str

    def __len__(self) -> int:
        return len(self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryCorpus:
    """Collections of the product itself, as they are now."""

    collections: tuple[str, ...]
    documents: int
    digest: str

    def __len__(self) -> int:
        return self.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A set of questions over a corpus.

    ``by_page`` tells that gold places are pages and rankings are of pages. ``synthetic`` sets were
    made by rule from documents, not asked by people. ``digest`` is of questions and corpus.
    """

    name: str
    examples: tuple[Example, ...]
    corpus: TextCorpus | FileCorpus | LibraryCorpus
    digest: str
    by_page: bool = False
    synthetic: bool = False
