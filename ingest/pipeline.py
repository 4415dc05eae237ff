"""The way of a file into a collection: parse, split, embed, record, index, publish.

Each file is taken whole or not at all; a bad one becomes a report with a reason and stops nobody.
One file at a time for a data folder, held by an OS lock, whatever process it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from ingest.file_reports import FileReport, Progress, Stage, Status
from ingest.originals import Originals
from ingest.passage_vectors import CONTEXT_TOKENS, PassageEmbedder
from ingest.reading_ahead import Coming, ReadingAhead
from ingest.sources import Expected, Source, identity
from ingest.splitting import SentenceChunker
from rag.errors import CollectionNotFound, FileUnreadable, LoadError, NoText
from rag.protocols import Embedder
from rag.types import Chunk, Document
from vectorstore.collection_settings import CollectionSettings, SettingsOfCollections
from vectorstore.current import pinned
from vectorstore.embedded import Embedded
from vectorstore.record import Collection, Record
from vectorstore.synchroniser import Synchroniser
from vectorstore.versions import Versions


class _Tell(Protocol):
    """Passes on how far a file has come."""

    def __call__(
        self, stage: Stage, share: float, chunks_done: int = 0, chunks: int = 0, /
    ) -> None: ...


class Ingestion:
    """Adds files to collections and takes documents out."""

    def __init__(
        self,
        *,
        record: Record,
        versions: Versions,
        synchroniser: Synchroniser,
        embedder: Embedder,
        embedded: Embedded,
        reader: ReadingAhead,
        originals: Originals,
        lock_file: Path,
        settings: SettingsOfCollections,
        chunk_tokens: int,
        max_file_bytes: int,
    ) -> None:
        self._record = record
        self._versions = versions
        self._synchroniser = synchroniser
        self._embedder = embedder
        self._embedded = embedded
        self._reader = reader
        self._originals = originals
        self._lock_file = lock_file
        self._settings = settings
        self._chunk_tokens = chunk_tokens
        self._max_file_bytes = max_file_bytes

    def add(
        self,
        source: Source,
        collection: str,
        on_progress: Callable[[Progress], None] = lambda _: None,
        *,
        again: bool = False,
    ) -> FileReport:
        """Bring one file in. Refusals are reported, not raised; the same bytes are left alone.

        With ``again`` they are read anew; what is there is found until that has ended.
        Raises RecordError and EmbedderMismatch for a collection that cannot take it, and
        ReadingLeft.
        """

        def tell(stage: Stage, share: float, chunks_done: int = 0, chunks: int = 0) -> None:
            on_progress(
                Progress(
                    name=source.name,
                    stage=stage,
                    share=share,
                    chunks_done=chunks_done,
                    chunks=chunks,
                )
            )

        tell(Stage.PARSING, 0.0)
        with self._locked():
            target = self._record.ensure_collection(collection, self._embedder)
            try:
                report = self._add(source, target, tell, again=again)
            finally:
                self._synchroniser.drop_empty_collections()
        tell(Stage.DONE, 1.0)
        return report

    def expect(self, coming: Sequence[Expected]) -> None:
        """Have the files that will be added next read already; the first comes first."""
        files = [self._coming(one) for one in coming if not self._is_there(one)]
        self._reader.expect([one for one in files if one], max_bytes=self._max_file_bytes)

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
                self._take(version_id, document, self._settings.of(target.id), lambda *_: None)
                count += 1
            self._synchroniser.settle()
        return count

    def remove(self, collection: str, names: Sequence[str]) -> None:
        """Take documents out of a collection, and the collection with its last one.

        They are hidden at once, from searches too; ``tidy`` does the rest. Raises
        CollectionNotFound and DocumentNotFound before anything is removed.
        """
        target = self._record.collection(collection)
        for name in names:
            self._record.document(target, name)
        for name in names:
            self._versions.begin_delete(target, name)
        self.tidy()

    def tidy(self) -> None:
        """Take what is deleted out of the record and the indexes, and collections left empty.

        While another process brings files in, it is that one which does it, after its file.
        """
        try:
            with self._lock().acquire(timeout=0):
                self._settle()
                self._synchroniser.drop_empty_collections()
        except Timeout:
            self._synchroniser.catch_up_dense()

    def recover(self) -> None:
        """Finish what an earlier process left; to be called once at start.

        While another process brings files in, only this one's own index is looked after.
        """
        try:
            with self._lock().acquire(timeout=0):
                self._synchroniser.recover()
                self._originals.remove_unwanted()
        except Timeout:
            self._synchroniser.check_dense()

    def leave_off(self) -> None:
        """End the reading of the file at hand, from another thread: ``add`` raises ReadingLeft."""
        self._reader.leave_off()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock():
            self._settle()
            yield

    def _settle(self) -> None:
        if self._synchroniser.settle():
            self._originals.remove_unwanted()

    def _lock(self) -> FileLock:
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._lock_file, thread_local=False)

    def _add(self, source: Source, target: Collection, tell: _Tell, *, again: bool) -> FileReport:
        try:
            sha256, size = identity(source)
        except FileUnreadable as error:
            return FileReport(name=source.name, status=Status.REFUSED, error=error)
        if not again and self._versions.is_current(target, source.name, sha256):
            return FileReport(name=source.name, status=Status.UNCHANGED)
        known = self._versions.has_ready(target, source.name)
        settings = self._settings.of(target.id)
        version_id = self._versions.begin(target, source.name, sha256, size, again=again)
        try:
            limit, seen = self._max_file_bytes, settings.recognise is not False
            document = self._reader.read(
                source.path, name=source.name, max_bytes=limit, recognise=seen
            )
            self._originals.keep(source.path, sha256, name=source.name)
            chunks, embedded = self._take(version_id, document, settings, tell)
        except LoadError as error:
            self._versions.refuse(version_id, error)
            self._originals.remove_unwanted()
            return FileReport(name=source.name, status=Status.REFUSED, error=error)
        except BaseException:
            self._versions.discard(version_id)
            raise
        tell(Stage.INDEXING, 0.9)
        self._settle()
        return FileReport(
            name=source.name,
            status=Status.REPLACED if known else Status.ADDED,
            pages=len(document.pages),
            chunks=len(chunks),
            embedded=embedded,
            warnings=document.warnings,
        )

    def _coming(self, file: Expected) -> Coming | None:
        settings = CollectionSettings()
        with suppress(CollectionNotFound):
            settings = self._settings.of(self._record.collection(file.collection).id)
        source, recognise = file.source, settings.recognise is not False
        return Coming.at(source.path, source.name, recognise=recognise)

    def _is_there(self, coming: Expected) -> bool:
        """Whether adding the file will leave it alone."""
        if coming.again:
            return False
        try:
            target = self._record.collection(coming.collection)
            sha256, _ = identity(coming.source)
        except (CollectionNotFound, FileUnreadable):
            return False
        return self._versions.is_current(target, coming.source.name, sha256)

    def _take(
        self, version_id: int, document: Document, settings: CollectionSettings, tell: _Tell
    ) -> tuple[list[Chunk], int]:
        """Split and embed a document and write it to the record.

        Returns its chunks, and how many of them were embedded for it.
        """
        embedder = pinned(self._embedder)
        chunks = _split(document, embedder, settings.chunk_tokens or self._chunk_tokens)
        tell(Stage.EMBEDDING, 0.1, 0, len(chunks))
        made = PassageEmbedder(embedder, self._embedded).vectors(
            document.title,
            chunks,
            lambda done: tell(Stage.EMBEDDING, 0.1 + 0.8 * done / len(chunks), done, len(chunks)),
        )
        self._versions.store(
            version_id, document, chunks, made.vectors, made.sentences, keys=made.keys
        )
        return chunks, made.made


def _split(document: Document, embedder: Embedder, chunk_tokens: int) -> list[Chunk]:
    room = max(1, embedder.max_tokens - CONTEXT_TOKENS)
    splitter = SentenceChunker(embedder.count_tokens, max_tokens=min(chunk_tokens, room))
    chunks = splitter.split(document)
    if not chunks:
        raise NoText(file=document.name, detail=f"{len(document.pages)} pages")
    return chunks
