"""A record on disk, filled with documents: what the tests of the indexes stand on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Engine

import vectorstore.schema  # noqa: F401  (the tables register themselves)
from rag.protocols import Embedder, Vectors
from rag.types import Document, Hit
from tests.fakes import WordEmbedder, a_chunk, a_document
from vectorstore.database import open_database
from vectorstore.lexical import LexicalIndex
from vectorstore.record import Collection, Record
from vectorstore.versions import IndexEntry, Versions


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A record and what writes it. A document's pages become one chunk each."""

    engine: Engine
    record: Record
    versions: Versions
    embedder: Embedder
    folder: Path

    @classmethod
    def at(cls, folder: Path, embedder: Embedder | None = None) -> Shelf:
        engine = open_database(folder / "record.sqlite3")
        return cls(
            engine=engine,
            record=Record(engine),
            versions=Versions(engine),
            embedder=embedder or WordEmbedder(),
            folder=folder,
        )

    def collection(self, name: str) -> Collection:
        return self.record.ensure_collection(name, self.embedder)

    def begin(self, collection: str, name: str, *texts: str) -> int:
        version = sha("\f".join(texts))
        return self.versions.begin(self.collection(collection), name, version, len(texts))

    def store(self, version_id: int, document: Document) -> None:
        """Write the version with its vectors; it is INDEXING afterwards."""
        chunks = [
            a_chunk(page.text, sequence=number, page=page.number)
            for number, page in enumerate(document.pages)
        ]
        vectors, sentences = self.embedder.embed_passages(
            [chunk.text for chunk in chunks], [chunk.sentences for chunk in chunks]
        )
        self.versions.store(version_id, document, chunks, vectors, sentences)

    def put(self, collection: str, name: str, *texts: str) -> int:
        """Begin and store a document; it is INDEXING afterwards."""
        version_id = self.begin(collection, name, *texts)
        self.store(version_id, a_document(name, *texts, version=sha("\f".join(texts))))
        return version_id

    def add(self, collection: str, name: str, *texts: str) -> int:
        """Make a document ready, in no index."""
        version_id = self.put(collection, name, *texts)
        self.versions.publish([version_id])
        return version_id

    def entries(self, *version_ids: int) -> list[IndexEntry]:
        return [entry for one in version_ids for entry in self.versions.entries(one)]

    def ids(self, *version_ids: int) -> list[str]:
        return [entry.chunk_id for entry in self.entries(*version_ids)]

    def lexical(self, *, wait_s: float = 5.0) -> LexicalIndex:
        return LexicalIndex(self.record, self.folder / "lexical", wait_s=wait_s)


def random_units(count: int, dimension: int, *, seed: int) -> Vectors:
    """Unit rows in a few clusters, as embeddings are."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(12, dimension))
    rows = centres[random.integers(12, size=count)] + 0.6 * random.normal(size=(count, dimension))
    units: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return units


def names(hits: Sequence[Hit]) -> list[str]:
    """The documents of hits, in their order."""
    return [hit.passage.document for hit in hits]
