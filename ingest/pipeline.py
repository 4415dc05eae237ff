"""The way of a file into a collection: parse, split, embed, record, index, publish.

Each file is taken whole or not at all; a bad one becomes a report with a reason and stops nobody.
One file at a time goes through this for a data folder, held by an OS lock, whatever process or
session it comes from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock, Timeout

from ingest.loaders import read_document
from ingest.sources import Source
from ingest.splitting import SentenceChunker
from rag.errors import FileUnreadable, LoadError, NoText, QuorumError
from rag.protocols import Embedder, Vectors
from rag.types import Chunk, Document, Span
from vectorstore.record import Collection, Record
from vectorstore.synchroniser import Synchroniser
from vectorstore.versions import Versions
from vectorstore.wording import context_of

CONTEXT_TOKENS: Final = 48
"""Most tokens that title and headings may take of the embedding model's window."""

_EMBED_AT_ONCE: Final = 64


class Stage(StrEnum):
    """What is being done with a file."""

    PARSING = "parsing"
    EMBEDDING = "embedding"
    INDEXING = "indexing"
    DONE = "done"


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file has come; ``share`` (0..1) is of all its stages."""

    name: str
    stage: Stage
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of a file; ``error`` says why it was refused."""

    name: str
    status: Status
    pages: int = 0
    chunks: int = 0
    warnings: tuple[str, ...] = ()
    error: QuorumError | None = None


class Ingestion:
    """Adds files to collections and takes documents out."""

    def __init__(
        self,
        *,
        record: Record,
        versions: Versions,
        synchroniser: Synchroniser,
        embedder: Embedder,
        lock_file: Path,
        chunk_tokens: int,
        max_file_bytes: int,
    ) -> None:
        self._record = record
        self._versions = versions
        self._synchroniser = synchroniser
        self._embedder = embedder
        self._lock_file = lock_file
        self._chunk_tokens = chunk_tokens
        self._max_file_bytes = max_file_bytes

    def add(
        self,
        source: Source,
        collection: str,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> FileReport:
        """Bring one file in. Refusals are reported, not raised; the same bytes are left alone.

        Raises RecordError and EmbedderMismatch for a collection that cannot take it.
        """

        def tell(stage: Stage, share: float) -> None:
            on_progress(Progress(name=source.name, stage=stage, share=share))

        tell(Stage.PARSING, 0.0)
        with self._locked():
            target = self._record.ensure_collection(collection, self._embedder)
            try:
                report = self._add(source, target, tell)
            finally:
                self._synchroniser.drop_empty_collections()
        tell(Stage.DONE, 1.0)
        return report

    def add_documents(self, documents: Iterable[Document], collection: str) -> int:
        """Bring documents in that are parsed already; returns how many were new.

        Raises a LoadError at the first document without text; those before it stay.
        """
        count = 0
        with self._locked():
            target = self._record.ensure_collection(collection, self._embedder)
            for document in documents:
                if self._versions.is_current(target, document.name, document.version):
                    continue
                size = sum(len(page.text.encode()) for page in document.pages)
                version_id = self._versions.begin(target, document.name, document.version, size)
                self._take(version_id, document, lambda _stage, _share: None)
                count += 1
            self._synchroniser.settle()
        return count

    def remove(self, collection: str, names: Sequence[str]) -> None:
        """Take documents out of a collection, and the collection with its last one.

        Raises CollectionNotFound and DocumentNotFound before anything is removed.
        """
        with self._locked():
            target = self._record.collection(collection)
            for name in names:
                self._record.document(target, name)
            for name in names:
                self._versions.begin_delete(target, name)
            self._synchroniser.settle()
            self._synchroniser.drop_empty_collections()

    def recover(self) -> None:
        """Finish what an earlier process left; to be called once at start.

        While another process brings files in, only this one's own index is looked after.
        """
        try:
            with self._lock().acquire(timeout=0):
                self._synchroniser.recover()
        except Timeout:
            self._synchroniser.check_dense()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock():
            self._synchroniser.settle()
            yield

    def _lock(self) -> FileLock:
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._lock_file, thread_local=False)

    def _add(
        self, source: Source, target: Collection, tell: Callable[[Stage, float], None]
    ) -> FileReport:
        try:
            sha256, size = _identity(source)
        except FileUnreadable as error:
            return FileReport(name=source.name, status=Status.REFUSED, error=error)
        if self._versions.is_current(target, source.name, sha256):
            return FileReport(name=source.name, status=Status.UNCHANGED)
        known = self._versions.has_ready(target, source.name)
        version_id = self._versions.begin(target, source.name, sha256, size)
        try:
            document = read_document(source.path, name=source.name, max_bytes=self._max_file_bytes)
            chunks = self._take(version_id, document, tell)
        except LoadError as error:
            self._versions.refuse(version_id, error)
            return FileReport(name=source.name, status=Status.REFUSED, error=error)
        except BaseException:
            self._versions.discard(version_id)
            raise
        tell(Stage.INDEXING, 0.9)
        self._synchroniser.settle()
        return FileReport(
            name=source.name,
            status=Status.REPLACED if known else Status.ADDED,
            pages=len(document.pages),
            chunks=len(chunks),
            warnings=document.warnings,
        )

    def _take(
        self, version_id: int, document: Document, tell: Callable[[Stage, float], None]
    ) -> list[Chunk]:
        """Split and embed a document and write it to the record."""
        chunks = self._split(document)
        tell(Stage.EMBEDDING, 0.1)
        vectors, sentences = self._embed(document, chunks, tell)
        self._versions.store(version_id, document, chunks, vectors, sentences)
        return chunks

    def _split(self, document: Document) -> list[Chunk]:
        room = max(1, self._embedder.max_tokens - CONTEXT_TOKENS)
        splitter = SentenceChunker(
            self._embedder.count_tokens, max_tokens=min(self._chunk_tokens, room)
        )
        chunks = splitter.split(document)
        if not chunks:
            raise NoText(file=document.name, detail=f"{len(document.pages)} pages")
        return chunks

    def _embed(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        tell: Callable[[Stage, float], None],
    ) -> tuple[Vectors, list[Vectors]]:
        texts, spans = [], []
        for chunk in chunks:
            text, own = embedding_input(document.title, chunk, self._embedder)
            texts.append(text)
            spans.append(own)
        vectors = np.empty((len(chunks), self._embedder.dimension), np.float32)
        sentences: list[Vectors] = []
        for first in range(0, len(chunks), _EMBED_AT_ONCE):
            batch = slice(first, first + _EMBED_AT_ONCE)
            vectors[batch], own_rows = self._embedder.embed_passages(texts[batch], spans[batch])
            sentences.extend(own_rows)
            tell(Stage.EMBEDDING, 0.1 + 0.8 * len(sentences) / len(chunks))
        return vectors, sentences


def embedding_input(title: str, chunk: Chunk, embedder: Embedder) -> tuple[str, list[Span]]:
    """The text that is embedded for a chunk (title and headings over it) and its sentences in it.

    Title and headings take at most CONTEXT_TOKENS.
    """
    context = context_of(title, chunk)
    while context and embedder.count_tokens(context) > CONTEXT_TOKENS:
        context = context[: len(context) * 3 // 4].rstrip()
    prefix = f"{context}\n" if context else ""
    shift = len(prefix) - chunk.start
    spans = [Span(start=span.start + shift, end=span.end + shift) for span in chunk.sentences]
    return prefix + chunk.text, spans


def _identity(source: Source) -> tuple[str, int]:
    """SHA-256 (hexadecimal) and size in bytes of the file."""
    try:
        with source.path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest(), source.path.stat().st_size
    except OSError as error:
        raise FileUnreadable(file=source.name, detail=error.strerror or str(error)) from error
