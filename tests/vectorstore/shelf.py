"""A record on disk, filled with documents: what the tests of the indexes stand on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import vectorstore.schema  # noqa: F401  (the tables register themselves)
from rag.protocols import Embedder, Vectors
from rag.types import Document, Hit
from tests.fakes import WordEmbedder, a_chunk, a_document
from vectorstore.database import open_database
from vectorstore.entries import IndexEntry
from vectorstore.lexical import LexicalIndex
from vectorstore.record import Collection, Record
from vectorstore.schema import VersionRow
from vectorstore.versions import Versions


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

    def add_page(self, collection: str, name: str, *texts: str) -> int:
        """Make a document of one page ready, each text a passage of it; in no index."""
        whole = " ".join(texts)
        version_id = self.begin(collection, name, whole)
        starts = [sum(len(text) + 1 for text in texts[:at]) for at in range(len(texts))]
        chunks = [
            a_chunk(text, start=start, sequence=at)
            for at, (text, start) in enumerate(zip(texts, starts, strict=True))
        ]
        vectors, sentences = self.embedder.embed_passages(
            list(texts), [a_chunk(text).sentences for text in texts]
        )
        document = a_document(name, whole, version=sha(whole))
        self.versions.store(version_id, document, chunks, vectors, sentences)
        self.versions.publish([version_id])
        return version_id

    def store(self, version_id: int, document: Document, headings: Sequence[str] = ()) -> None:
        """Write the version with its vectors; it is INDEXING afterwards."""
        made = [
            a_chunk(page.text, sequence=number, page=page.number)
            for number, page in enumerate(document.pages)
        ]
        chunks = [replace(chunk, heading_path=tuple(headings)) for chunk in made]
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

    def file(
        self,
        collection: str,
        name: str,
        *texts: str,
        media_type: str = "text/plain",
        headings: Sequence[str] = (),
        day: str = "2026-01-01",
    ) -> int:
        """``put`` for a document of this type, under these headings, added on this day (UTC).

        ``day`` may hold a time.
        """
        version_id = self.begin(collection, name, *texts)
        document = a_document(name, *texts, version=sha("\f".join(texts)))
        self.store(version_id, replace(document, media_type=media_type), headings)
        with Session(self.engine) as session, session.begin():
            added = datetime.fromisoformat(day).replace(tzinfo=UTC)
            session.get_one(VersionRow, version_id).created_at = added
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
