"""Words: BM25 on tantivy, one index a collection, reading Chinese and English.

tantivy gets words already cut by ``rag.words`` and compares them as they are, so a question
needs no query syntax and none can be injected. Any process may read; one writes at a time.
"""

from __future__ import annotations

import math
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rag.errors import IndexInUse
from rag.filter import EVERYTHING, Filter
from rag.types import Hit
from vectorstore.entries import IndexEntry
from vectorstore.filtering import Allowed
from vectorstore.inverted import (
    ALONE,
    CHUNK,
    IN_CONTEXT,
    NEAR_WEIGHT,
    PACKED,
    SENTENCES,
    VERSION,
    IndexedWords,
    among,
    any_of,
    entry_rows,
    every_one_of,
    open_index,
)
from vectorstore.lexical_safety import is_sound
from vectorstore.record import Collection, Record
from vectorstore.spelling import LexicalQuery

if TYPE_CHECKING:
    import tantivy

_WRITER_BYTES: Final = 50_000_000
_WRITER_THREADS: Final = 1
_LOCK_POLL_S: Final = 0.05


class Match(NamedTuple):
    """A passage found by its words, or by its id: its BM25, and what ranks it further.

    ``words`` are for ``match_words``, ``sentences`` for ``best_sentences``.
    """

    chunk_id: str
    score: float
    words: bytes
    sentences: bytes


class LexicalIndex:
    """BM25 (k1 = 1.2, b = 0.75, tantivy's own) over the content words of context and passage.

    Pairs of Han characters are a second field with its own, smaller BM25.
    """

    def __init__(self, record: Record, folder: Path, *, wait_s: float = 30.0) -> None:
        self._record = record
        self._folder = folder
        self._wait_s = wait_s
        self._open: dict[str, tantivy.Index] = {}
        self._followed: dict[str, tuple[int, int, int] | None] = {}
        self._guard = threading.RLock()

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        wanted = self._record.chosen(collections)
        if not wanted:
            return []
        allowed = self._record.narrowing.allowed(where, wanted)
        scored = self.best(self.query_of(question, wanted), wanted, top_k, allowed)
        stored = self._record.passages(
            [chunk_id for chunk_id, _ in scored],
            collection_ids=[c.id for c in wanted],
            where=where,
        )
        return [
            Hit(passage=stored[chunk_id].passage, score=score, parts={"lexical": score})
            for chunk_id, score in scored
            if chunk_id in stored
        ]

    def query_of(self, question: str, collections: Sequence[Collection]) -> LexicalQuery:
        """What the words of ``question`` are searched as in these collections, as they are now."""
        for collection in collections:
            self._follow(collection.index_id)
        return LexicalQuery.of(question, IndexedWords(self._searchers(collections)))

    def best(
        self,
        query: LexicalQuery,
        collections: Sequence[Collection],
        top_k: int,
        allowed: Allowed | None = None,
    ) -> list[tuple[str, float]]:
        """Chunk ids with the BM25 of the passage alone, best first, ties by id.

        Only ``allowed`` ones, where given; what is allowed changes no score.
        """
        found = self._best(query, collections, top_k, allowed, ALONE)
        return [(match.chunk_id, match.score) for match in found]

    def best_in_context(
        self,
        query: LexicalQuery,
        collections: Sequence[Collection],
        top_k: int,
        allowed: Allowed | None = None,
    ) -> list[Match]:
        """As ``best``, by the BM25 of the passage with what stands around it on its page."""
        return self._best(query, collections, top_k, allowed, IN_CONTEXT)

    def in_context(
        self, query: LexicalQuery, collections: Sequence[Collection], chunk_ids: Sequence[str]
    ) -> list[Match]:
        """These chunks as ``best_in_context`` scores them, 0 where nothing is in common."""
        if not chunk_ids:
            return []
        found: list[Match] = []
        for collection in collections:
            schema = self._index(collection.index_id).schema
            wanted = every_one_of(schema, any_of(schema, query, IN_CONTEXT), chunk_ids)
            found.extend(self._run(collection, wanted, len(chunk_ids)))
        return found

    def rarity(self, query: LexicalQuery, collections: Sequence[Collection]) -> dict[str, float]:
        """Inverse document frequency (BM25's, > 0) over these collections of each term.

        That of a misspelt term is its likeliest reading's, as much less as it counts less.
        """
        searchers = self._searchers(collections)
        total = sum(searcher.num_docs for searcher in searchers)
        words, weights = IndexedWords(searchers), {}
        for term in query.terms:
            near = query.read_as.get(term)
            frequency = words.frequency(near[0] if near else term)
            weight = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
            weights[term] = weight * (NEAR_WEIGHT if near else 1.0)
        return weights

    def count(self, collection_id: str) -> int:
        """Chunks in the collection's index."""
        index = self._index(collection_id)
        index.reload()
        return int(index.searcher().num_docs)

    def sound_count(self, collection_id: str) -> int | None:
        """As ``count``; None where a file is torn, for tantivy is not to open that."""
        return self.count(collection_id) if is_sound(self._folder / collection_id) else None

    def add(self, collection_id: str, entries: Sequence[IndexEntry]) -> None:
        """Write whole versions and commit; chunks of these versions already there give way.

        Raises IndexInUse when another process keeps the writer.
        """
        import tantivy

        schema = self._index(collection_id).schema
        with self._guard:
            writer = self._writer(collection_id)
            try:
                for version_id in {entry.version_id for entry in entries}:
                    writer.delete_documents_by_term(VERSION, str(version_id))
                for row in entry_rows(entries):
                    writer.add_document(tantivy.Document.from_dict(row, schema))
                writer.commit()
            finally:
                writer.wait_merging_threads()
            self._index(collection_id).reload()

    def remove(self, collection_id: str, version_id: int) -> None:
        """Take a version's chunks out and commit."""
        with self._guard:
            writer = self._writer(collection_id)
            try:
                writer.delete_documents_by_term(VERSION, str(version_id))
                writer.commit()
            finally:
                writer.wait_merging_threads()
            self._index(collection_id).reload()

    def drop(self, collection_id: str) -> None:
        """Delete the collection's index from disk."""
        with self._guard:
            self._open.pop(collection_id, None)
            shutil.rmtree(self._folder / collection_id, ignore_errors=True)

    def keep_only(self, collection_ids: set[str]) -> None:
        """Delete the indexes of all other collections."""
        if self._folder.is_dir():
            for folder in self._folder.iterdir():
                if folder.is_dir() and folder.name not in collection_ids:
                    self.drop(folder.name)

    def _best(
        self,
        query: LexicalQuery,
        collections: Sequence[Collection],
        top_k: int,
        allowed: Allowed | None,
        fields: Mapping[str, float],
    ) -> list[Match]:
        found: list[Match] = []
        for collection in collections:
            schema = self._index(collection.index_id).schema
            wanted = any_of(schema, query, fields)
            if wanted is not None and allowed is not None:
                if allowed.chunk_ids is not None:
                    wanted = among(schema, wanted, CHUNK, sorted(allowed.chunk_ids))
                else:
                    versions = [str(version_id) for version_id in allowed.version_ids]
                    wanted = among(schema, wanted, VERSION, versions)
            found.extend(self._run(collection, wanted, top_k))
        return sorted(found, key=lambda match: (-match.score, match.chunk_id))[:top_k]

    def _run(self, collection: Collection, query: tantivy.Query | None, top_k: int) -> list[Match]:
        if query is None:
            return []
        searcher = self._index(collection.index_id).searcher()
        limit = top_k = max(1, top_k)
        while True:  # until all that tie with the last one are there: the caller breaks ties
            hits = searcher.search(query, limit=limit + 1, count=False).hits
            if len(hits) <= limit or hits[-1][0] < hits[top_k - 1][0]:
                break
            limit *= 4
        found = [(searcher.doc(address), float(score)) for score, address in hits]
        return [
            Match(str(entry[CHUNK][0]), score, entry[PACKED][0], entry[SENTENCES][0])
            for entry, score in found
        ]

    def _searchers(self, collections: Sequence[Collection]) -> list[tantivy.Searcher]:
        return [self._index(collection.index_id).searcher() for collection in collections]

    def _index(self, collection_id: str) -> tantivy.Index:
        with self._guard:
            index = self._open.get(collection_id)
            if index is None:
                index = open_index(self._folder / collection_id)
                self._open[collection_id] = index
            return index

    def _follow(self, collection_id: str) -> None:
        """Read the last commit, of whatever process, unless it has been read."""
        index = self._index(collection_id)
        try:
            found = (self._folder / collection_id / "meta.json").stat()
        except FileNotFoundError:
            committed = None
        else:  # each commit puts another file there
            committed = (found.st_ino, found.st_mtime_ns, found.st_size)
        if committed is None or committed != self._followed.get(collection_id):
            index.reload()
            self._followed[collection_id] = committed

    def _writer(self, collection_id: str) -> Any:
        index = self._index(collection_id)
        started = time.monotonic()
        while True:
            try:
                writer = index.writer(heap_size=_WRITER_BYTES, num_threads=_WRITER_THREADS)
                writer.garbage_collect_files()  # a killed commit's files would be in the way
                return writer
            except ValueError as error:
                waited_s = time.monotonic() - started
                if "LockBusy" not in str(error) or waited_s > self._wait_s:
                    raise IndexInUse(
                        path=str(self._folder / collection_id), waited_s=waited_s
                    ) from error
                time.sleep(_LOCK_POLL_S)
