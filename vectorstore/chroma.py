"""Dense vectors in embedded Chroma: cosine, one Chroma collection a corpus, one owning process.

Two processes on one Chroma path lose writes without an error, so an OS lock beside it names the
owner and ends with the process. Everything here can be made again from the record.
"""

from __future__ import annotations

import shutil
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, cast

import numpy as np
from filelock import FileLock, Timeout

from rag.filter import EVERYTHING, Filter
from rag.protocols import Embedder, Vectors
from rag.types import Hit
from vectorstore.chroma_safety import make_safe, note_as_left
from vectorstore.entries import IndexEntry
from vectorstore.nearest import dense_hits
from vectorstore.record import Collection, Record, check_embedder

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection as ChromaCollection

_HNSW: Final[CreateHNSWConfiguration] = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,  # recall@10 of .975 at 100,000 chunks; 400 gives .98 (docs/experiments.md)
    "max_neighbors": 32,
}
_BATCH: Final = 2000
_SAME_DISTANCE: Final = 0.001
_MOST_MISSED: Final = 0.25


class ChromaIndex:
    """Approximate nearest vectors (HNSW). Make one with ``own``; ``close`` gives the lock back."""

    def __init__(self, record: Record, embedder: Embedder, folder: Path, lock: FileLock) -> None:
        self._record = record
        self._embedder = embedder
        self._folder = folder
        self._lock = lock
        self._guard = threading.RLock()
        self._client = _searching_widely(_open_client(folder), folder)
        self._open: dict[str, ChromaCollection] = {}

    @classmethod
    def own(
        cls, record: Record, embedder: Embedder, folder: Path, *, wait_s: float = 0.0
    ) -> Self | None:
        """The index as its owner, or None when another process owns it after ``wait_s``."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(folder.name + ".lock"), thread_local=False)
        try:
            lock.acquire(timeout=wait_s)
        except Timeout:
            return None
        try:
            make_safe(folder)
            return cls(record, embedder, folder, lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Give the lock back; the index is not to be used afterwards."""
        with self._guard:
            self._client.close()
            note_as_left(self._folder)
            self._lock.release()

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
        for collection in wanted:
            check_embedder(collection, self._embedder)
        vector = self._embedder.embed_query(question)
        return dense_hits(self._record, self, vector, wanted, top_k=top_k, where=where)

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        """Chunk ids with their cosines to the unit ``vector`` (d,), best first, ties by id."""
        found: list[tuple[str, float]] = []
        for collection in collections:
            held = self._collection(collection.index_id)
            result = held.query(
                query_embeddings=vector[None, :], n_results=top_k, include=["distances"]
            )
            distances = (result["distances"] or [[]])[0]
            found.extend(
                (chunk_id, 1.0 - float(distance))
                for chunk_id, distance in zip(result["ids"][0], distances, strict=True)
            )
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:top_k]

    def count(self, collection_id: str) -> int:
        """Vectors held for the collection."""
        return self._collection(collection_id).count()

    def add(self, collection_id: str, entries: Sequence[IndexEntry]) -> None:
        """Write vectors; ids that are already there are replaced."""
        held = self._collection(collection_id)
        with self._guard:
            for first in range(0, len(entries), _BATCH):
                batch = entries[first : first + _BATCH]
                held.upsert(
                    ids=[entry.chunk_id for entry in batch],
                    embeddings=np.stack([entry.vector for entry in batch]),
                )

    def holds(self, collection_id: str, chunk_ids: Sequence[str]) -> int:
        """How many of ``chunk_ids`` are there."""
        held = self._collection(collection_id)
        return sum(
            len(held.get(ids=list(chunk_ids[first : first + _BATCH]), include=[])["ids"])
            for first in range(0, len(chunk_ids), _BATCH)
        )

    def is_whole(self, collection_id: str, count: int, sample: Sequence[IndexEntry]) -> bool:
        """Whether ``count`` vectors are there, all of ``sample``, and searches for them find them.

        An approximate search may miss some of a million, so a few that only ``get`` finds are well.
        """
        from chromadb.errors import ChromaError

        held = self._collection(collection_id)
        missed = []
        try:
            if held.count() != count:
                return False
            for entry in sample:
                found = held.query(
                    query_embeddings=entry.vector[None, :], n_results=1, include=["distances"]
                )
                distances = (found["distances"] or [[]])[0]
                if not distances or distances[0] > _SAME_DISTANCE:
                    missed.append(entry)
            if len(missed) > _MOST_MISSED * len(sample):
                return False
            if not missed:
                return True
            kept = held.get(ids=[entry.chunk_id for entry in missed], include=["embeddings"])
        except ChromaError:
            return False
        vectors = dict(zip(kept["ids"], np.asarray(kept["embeddings"]), strict=True))
        return all(
            entry.chunk_id in vectors
            and float(vectors[entry.chunk_id] @ entry.vector) >= 1 - _SAME_DISTANCE
            for entry in missed
        )

    def remove(self, collection_id: str, chunk_ids: Sequence[str]) -> None:
        """Take vectors out; ids that are not there do no harm."""
        held = self._collection(collection_id)
        with self._guard:
            for first in range(0, len(chunk_ids), _BATCH):
                held.delete(ids=list(chunk_ids[first : first + _BATCH]))

    def drop(self, collection_id: str) -> None:
        """Delete the collection's vectors."""
        from chromadb.errors import NotFoundError

        with self._guard:
            self._open.pop(collection_id, None)
            try:
                self._client.delete_collection(_chroma_name(collection_id))
            except NotFoundError:
                return

    def start_anew(self) -> None:
        """Delete every file and begin anew: what is deleted singly stays in them."""
        with self._guard:
            self._open.clear()
            self._client.close()
            shutil.rmtree(self._folder)
            self._client = _open_client(self._folder)

    def keep_only(self, collection_ids: set[str]) -> None:
        """Delete the vectors of all other collections."""
        kept = {_chroma_name(collection_id) for collection_id in collection_ids}
        with self._guard:
            self._open.clear()
            for held in self._client.list_collections():
                if held.name not in kept:
                    self._client.delete_collection(held.name)

    def _collection(self, collection_id: str) -> ChromaCollection:
        with self._guard:
            if collection_id not in self._open:
                self._open[collection_id] = self._client.get_or_create_collection(
                    _chroma_name(collection_id),
                    embedding_function=None,
                    configuration={"hnsw": _HNSW},
                )
            return self._open[collection_id]


def _chroma_name(collection_id: str) -> str:
    return f"c_{collection_id}"


def _searching_widely(client: Client, folder: Path) -> Client:
    """The client with every collection's ``ef_search`` as in ``_HNSW``.

    Chroma reads it when it loads a collection, so a client that changed one is opened anew.
    """
    narrow = [
        held
        for held in client.list_collections()
        if (held.configuration_json.get("hnsw") or {}).get("ef_search") != _HNSW["ef_search"]
    ]
    if not narrow:
        return client
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of collections without an embedder
        for held in narrow:
            held.modify(configuration={"hnsw": {"ef_search": _HNSW["ef_search"]}})
    client.close()
    return _open_client(folder)


def _open_client(folder: Path) -> Client:
    """Open Chroma; a folder that it cannot open is made anew."""
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings as ChromaSettings
    from chromadb.errors import ChromaError

    settings: Any = ChromaSettings(anonymized_telemetry=False)
    try:
        return cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
    except (ChromaError, ValueError, AttributeError):
        # Chroma keeps what it could not start by its path, and would hand it out again.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        shutil.rmtree(folder, ignore_errors=True)
        return cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
