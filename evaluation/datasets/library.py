"""The product's own collections as the corpus of a question set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from evaluation.dataset import LibraryCorpus
from rag.types import Passage
from vectorstore.record import Record


def library_passages(record: Record, collections: Sequence[str]) -> list[Passage]:
    """Every passage that can be found there: by collection as given, by document, as they stand.

    Raises CollectionNotFound for an unknown name.
    """
    return [
        passage
        for collection in record.chosen(collections)
        for entry in record.documents(collection.id)
        for passage in record.passages_of(collection, entry.name)
    ]


def library_corpus(collections: Sequence[str], passages: Iterable[Passage]) -> LibraryCorpus:
    """The corpus that ``passages`` of ``collections`` make; its digest is of names and versions."""
    held = sorted({(one.collection, one.document, one.version) for one in passages})
    told = json.dumps(held, ensure_ascii=False)
    return LibraryCorpus(
        collections=tuple(collections),
        documents=len(held),
        digest=hashlib.sha256(told.encode()).hexdigest(),
    )
