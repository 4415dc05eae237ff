"""The corpus of a question set, and the digests that tell whether two sets are the same.

Digests are SHA-256 in hexadecimal and depend on content only: not on paths, times, gzip, or the
order of documents. The order of questions counts, for a sample depends on it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from evaluation.dataset import Dataset, Example, FileCorpus, LibraryCorpus, TextCorpus
from evaluation.datasets.reading import Row, json_rows, refused, stored, unique
from ingest.sources import document_name, find_sources

CORPUS: Final = "corpus.jsonl"
FOLDERS: Final = ("documents", "pdfs")
"""Folders of files that may be the corpus of the questions beside them."""
PAGINATED: Final = ".pdf"
"""The only format whose documents have pages of their own; see ``ingest/loaders``."""

Corpus = TextCorpus | FileCorpus | LibraryCorpus


def corpus_beside(folder: Path) -> TextCorpus | FileCorpus | None:
    """The corpus in ``folder``: corpus.jsonl (or gzipped), documents/ or pdfs/; None without one.

    Raises DatasetUnreadable where there are several, and what reading it raises.
    """
    rows = stored(folder, CORPUS)
    found = [path for name in FOLDERS if (path := folder / name).is_dir()]
    if rows:
        found.insert(0, rows)
    if len(found) > 1:
        raise refused(
            folder,
            f"it has several corpora: {', '.join(path.name for path in found)}",
            "Keep one of them in this folder.",
        )
    if not found:
        return None
    return read_text_corpus(found[0], key="doc_id") if rows else file_corpus(found[0])


def read_text_corpus(path: Path, *, key: str) -> TextCorpus:
    """The rows ``{key, "title", "text"}`` of a JSON Lines file, named by what ``key`` holds."""

    def named(row: Row) -> str:
        return document_name(row.identifier(key))

    return text_corpus(
        path,
        (
            (name, row.text("title", optional=True), row.text("text", optional=True))
            for name, row in unique(json_rows(path), named)
        ),
    )


def text_corpus(path: Path, rows: Iterable[tuple[str, str, str]]) -> TextCorpus:
    """Rows (name, title, text) as a corpus; refuses, naming ``path``, when there are none."""
    kept = tuple(rows)
    if not kept:
        raise refused(path, "it has no documents", "Put at least one document into it.")
    return TextCorpus(rows=kept, digest=_digest(sorted(kept)))


def file_corpus(folder: Path) -> FileCorpus:
    """Every file under ``folder`` as the product would find and name it; hidden ones left out."""
    sources = find_sources([folder])
    if not sources:
        raise refused(folder, "it has no files", "Put the documents into it.")
    files = tuple((source.name, source.path) for source in sources)
    most_common, times = Counter(name for name, _ in files).most_common(1)[0]
    if times > 1:
        raise refused(
            folder, f"{times} files are named {most_common!r}", "Give each file its own name."
        )
    return FileCorpus(files=files, digest=_digest(sorted((n, _hash(p)) for n, p in files)))


def names_of(corpus: Corpus) -> frozenset[str] | None:
    """The names of the documents in ``corpus``; None for the library, whose names it knows."""
    if isinstance(corpus, LibraryCorpus):
        return None
    if isinstance(corpus, TextCorpus):
        return frozenset(name for name, _, _ in corpus.rows)
    return frozenset(name for name, _ in corpus.files)


def assembled(
    *,
    name: str,
    examples: Sequence[Example],
    corpus: Corpus,
    by_page: bool = False,
    synthetic: bool = False,
) -> Dataset:
    """The examples over the corpus as a dataset, with its digest; ``examples`` keep their order."""
    return Dataset(
        name=name,
        examples=tuple(examples),
        corpus=corpus,
        digest=_digest([corpus.digest, *map(_told, examples)]),
        by_page=by_page,
        synthetic=synthetic,
    )


def is_paginated(document: str) -> bool:
    """Whether the product gives the document of this name pages of its own."""
    return document.lower().endswith(PAGINATED)


def _told(example: Example) -> list[Any]:
    places = [[place.document, place.page, place.relevance] for place in example.gold]
    known = [example.answers, example.required, places, example.evidence, example.answerable]
    return [example.id, example.question, *known, example.tags]


def _digest(value: Any) -> str:
    canonical = json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise refused(
            path,
            f"it cannot be read ({error.strerror or error})",
            "Check that you may read every file of the corpus.",
        ) from error
