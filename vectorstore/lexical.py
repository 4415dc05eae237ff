"""Words: BM25 on tantivy, one index a collection, reading Chinese and English.

tantivy gets words already cut by ``rag.language`` and compares them as they are, so a question
needs no query syntax and none can be injected. Any process may read; one writes at a time.
"""

from __future__ import annotations

import math
import shutil
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rag.errors import IndexInUse
from rag.language import content_words
from rag.types import Chunk, Hit
from vectorstore.record import Collection, Record
from vectorstore.versions import IndexEntry

if TYPE_CHECKING:
    import tantivy

_BODY: Final = "body"
_CHUNK: Final = "chunk_id"
_VERSION: Final = "version"
_WRITER_BYTES: Final = 50_000_000
_WRITER_THREADS: Final = 1
_LOCK_POLL_S: Final = 0.05


def context_of(title: str, chunk: Chunk) -> str:
    """What stands over a passage: its document's title and its headings, outermost first.

    It helps the ranking and is not part of the quoted text.
    """
    return "\n".join(dict.fromkeys(part for part in (title, *chunk.heading_path) if part))


class LexicalIndex:
    """BM25 (k1 = 1.2, b = 0.75, tantivy's own) over the content words of context and passage."""

    def __init__(self, record: Record, folder: Path, *, wait_s: float = 30.0) -> None:
        self._record = record
        self._folder = folder
        self._wait_s = wait_s
        self._open: dict[str, tantivy.Index] = {}
        self._guard = threading.RLock()

    def search(self, question: str, *, collections: Sequence[str], top_k: int) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        wanted = self._record.chosen(collections)
        scored = self.best(content_words(question), wanted, top_k)
        stored = self._record.passages(
            [chunk_id for chunk_id, _ in scored], collection_ids=[c.id for c in wanted]
        )
        return [
            Hit(passage=stored[chunk_id].passage, score=score, parts={"lexical": score})
            for chunk_id, score in scored
            if chunk_id in stored
        ]

    def best(
        self, terms: Sequence[str], collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        """Chunk ids with their BM25 scores, best first, ties by id."""
        found = [
            hit
            for collection in collections
            for hit in self._run(collection, self._any_of(collection, terms), top_k)
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:top_k]

    def score(
        self, terms: Sequence[str], collections: Sequence[Collection], chunk_ids: Sequence[str]
    ) -> dict[str, float]:
        """BM25 scores of these chunks; those with no term in common are left out."""
        import tantivy

        found: dict[str, float] = {}
        for collection in collections:
            any_of = self._any_of(collection, terms)
            if any_of is None or not chunk_ids:
                continue
            schema = self._index(collection.id).schema
            among = tantivy.Query.term_set_query(schema, _CHUNK, list(chunk_ids))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, any_of),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
                ]
            )
            found.update(self._run(collection, query, len(chunk_ids)))
        return found

    def rarity(self, terms: Iterable[str], collections: Sequence[Collection]) -> dict[str, float]:
        """Inverse document frequency of each term over these collections (BM25's, > 0)."""
        searchers = [self._index(collection.id).searcher() for collection in collections]
        total = sum(searcher.num_docs for searcher in searchers)
        weights = {}
        for term in set(terms):
            frequency = sum(searcher.doc_freq(_BODY, term) for searcher in searchers)
            weights[term] = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        return weights

    def count(self, collection_id: str) -> int:
        """Chunks in the collection's index."""
        return int(self._index(collection_id).searcher().num_docs)

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
                    writer.delete_documents_by_term(_VERSION, str(version_id))
                for entry in entries:
                    text = f"{context_of(entry.title, entry.chunk)}\n{entry.chunk.text}"
                    row = {
                        _CHUNK: [entry.chunk_id],
                        _VERSION: [str(entry.version_id)],
                        _BODY: [" ".join(content_words(text))],
                    }
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
                writer.delete_documents_by_term(_VERSION, str(version_id))
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

    def _run(
        self, collection: Collection, query: tantivy.Query | None, top_k: int
    ) -> list[tuple[str, float]]:
        if query is None:
            return []
        searcher = self._index(collection.id).searcher()
        limit = top_k = max(1, top_k)
        while True:  # until all that tie with the last one are there: the caller breaks ties
            hits = searcher.search(query, limit=limit + 1, count=False).hits
            if len(hits) <= limit or hits[-1][0] < hits[top_k - 1][0]:
                break
            limit *= 4
        return [(str(searcher.doc(address)[_CHUNK][0]), float(score)) for score, address in hits]

    def _any_of(self, collection: Collection, terms: Sequence[str]) -> tantivy.Query | None:
        import tantivy

        if not terms:
            return None
        schema = self._index(collection.id).schema
        return tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(schema, _BODY, term, "freq"))
                for term in dict.fromkeys(terms)
            ]
        )

    def _index(self, collection_id: str) -> tantivy.Index:
        with self._guard:
            index = self._open.get(collection_id)
            if index is None:
                index = _open_index(self._folder / collection_id)
                self._open[collection_id] = index
            else:
                index.reload()
            return index

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


def _open_index(folder: Path) -> tantivy.Index:
    """Open the index, or make it anew where there is none that can be read."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_CHUNK, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_VERSION, stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_BODY, stored=False, tokenizer_name="words", index_option="freq")
    schema = builder.build()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        index = tantivy.Index(schema, path=str(folder))
    except ValueError:
        shutil.rmtree(folder)
        folder.mkdir(parents=True)
        index = tantivy.Index(schema, path=str(folder))
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", analyser)
    return index
