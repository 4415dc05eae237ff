"""Brings the indexes up to the record: after a crash, another process's work, or a lost folder.

The record says what must be found; an index that holds less, more or nothing is corrected from
the vectors and texts kept there, never the other way round.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.errors import IndexDiffers
from vectorstore.chroma import ChromaIndex
from vectorstore.lexical import LexicalIndex
from vectorstore.record import Collection, Record
from vectorstore.schema import State
from vectorstore.versions import IndexEntry, Version, Versions

_CHUNKS_AT_ONCE: Final = 4000
_PROBES: Final = 20


@dataclass(frozen=True, slots=True)
class _Batch:
    """Whole versions of one collection and all their chunks."""

    collection_id: str
    version_ids: list[int]
    entries: list[IndexEntry]


class Synchroniser:
    """Writes both indexes. ``chroma`` is None in a process that does not own it."""

    def __init__(
        self,
        record: Record,
        versions: Versions,
        lexical: LexicalIndex,
        chroma: ChromaIndex | None,
    ) -> None:
        self._record = record
        self._versions = versions
        self._lexical = lexical
        self._chroma = chroma
        self._guard = threading.Lock()
        self._followed: dict[str, int] = {}

    def follow(self, collections: Sequence[Collection]) -> None:
        """``catch_up_dense`` where one of these looks different to a search than it did then."""
        revisions = {collection.id: collection.revision for collection in collections}
        if revisions.items() <= self._followed.items():
            return
        self.catch_up_dense()
        self._followed |= revisions

    def catch_up_dense(self) -> None:
        """Let Chroma follow what other processes wrote; nothing happens in a non-owner."""
        if self._chroma is None:
            return
        with self._guard:
            for version in self._versions.stale_in("dense"):
                ids = [entry.chunk_id for entry in self._versions.entries(version.id)]
                self._chroma.remove(version.collection_id, ids)
                self._versions.mark([version.id], "dense", present=False)
            for batch in self._batches(self._versions.missing_from("dense")):
                self._chroma.add(batch.collection_id, batch.entries)
                self._versions.mark(batch.version_ids, "dense", present=True)

    def check_dense(self) -> None:
        """Drop what Chroma holds where it lacks something; catching up makes it anew.

        It must hold as many as it was told, and find a sample of them.
        """
        if self._chroma is None:
            return
        with self._guard:
            self._followed = {}
            for collection in self._record.collections():
                told = self._versions.chunks_told(collection.id, "dense")
                sample = self._versions.sample(collection.id, _PROBES)
                if not self._chroma.is_whole(collection.id, told, sample):
                    self._chroma.drop(collection.id)
                    self._versions.forget_index("dense", collection.id)

    def settle(self) -> None:
        """Finish what was begun, let every index follow the record, purge what none holds.

        To be called by the process that holds the ingestion lock: a version it finds in PARSING
        belongs to nobody any more, one in INDEXING only has to be indexed and published.
        """
        for version in self._versions.in_state(State.PARSING):
            self._versions.discard(version.id)
        for batch in self._batches(self._versions.in_state(State.INDEXING)):
            self._write(batch)
            self._versions.publish(batch.version_ids)
        for version in self._versions.stale_in("lexical"):
            self._lexical.remove(version.collection_id, version.id)
            self._versions.mark([version.id], "lexical", present=False)
        for batch in self._batches(self._versions.missing_from("lexical")):
            self._lexical.add(batch.collection_id, batch.entries)
            self._versions.mark(batch.version_ids, "lexical", present=True)
        self.catch_up_dense()
        self._versions.purge()

    def recover(self) -> None:
        """Make again what an index has lost, then ``settle``.

        To be called once at start by the process that holds the ingestion lock.
        """
        self.check_dense()
        for collection in self._record.collections():
            told = self._versions.chunks_told(collection.id, "lexical")
            if self._lexical.count(collection.id) != told:
                self._lexical.drop(collection.id)
                self._versions.forget_index("lexical", collection.id)
        self.settle()
        self.drop_empty_collections()
        kept = {collection.id for collection in self._record.collections()}
        self._lexical.keep_only(kept)
        if self._chroma is not None:
            self._chroma.keep_only(kept)

    def drop_empty_collections(self) -> None:
        """Drop collections in which no document is left, with their indexes."""
        for collection in self._record.collections():
            if not collection.documents and self._record.drop_empty_collection(collection.id):
                self._lexical.drop(collection.id)
                if self._chroma is not None:
                    self._chroma.drop(collection.id)

    def _write(self, batch: _Batch) -> None:
        """Write versions to every index this process may write, and verify that they are there.

        They are marked first, so that what a crash leaves in an index is known to be there.
        """
        self._versions.mark(batch.version_ids, "lexical", present=True)
        self._lexical.add(batch.collection_id, batch.entries)
        if self._chroma is None:
            return
        with self._guard:
            self._versions.mark(batch.version_ids, "dense", present=True)
            self._chroma.add(batch.collection_id, batch.entries)
            ids = [entry.chunk_id for entry in batch.entries]
            found = self._chroma.holds(batch.collection_id, ids)
        if found != len(ids):
            raise IndexDiffers(index="dense", found=found, expected=len(ids))

    def _batches(self, versions: Sequence[Version]) -> Iterator[_Batch]:
        """The versions' chunks by collection, a few thousand at once."""
        by_collection: dict[str, list[int]] = {}
        for version in versions:
            by_collection.setdefault(version.collection_id, []).append(version.id)
        for collection_id, version_ids in by_collection.items():
            batch = _Batch(collection_id, [], [])
            for version_id in version_ids:
                batch.version_ids.append(version_id)
                batch.entries.extend(self._versions.entries(version_id))
                if len(batch.entries) >= _CHUNKS_AT_ONCE:
                    yield batch
                    batch = _Batch(collection_id, [], [])
            if batch.version_ids:
                yield batch
