"""Brings the indexes up to the record: after a crash, another process's work, or a lost folder.

The record says what must be found; an index that holds less, more or nothing is corrected from
the vectors and texts kept there, never the other way round.
"""

from __future__ import annotations

import threading

from rag.errors import IndexDiffers
from vectorstore.chroma import ChromaIndex
from vectorstore.lexical import LexicalIndex
from vectorstore.record import Record
from vectorstore.schema import State
from vectorstore.versions import Version, Versions


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

    def add(self, version: Version) -> None:
        """Write a version to every index this process may write, and verify that it is there."""
        entries = self._versions.entries(version.id)
        self._versions.mark(version.id, "lexical", present=True)
        self._lexical.add(version.collection_id, version.id, version.title, entries)
        if self._chroma is not None:
            self._versions.mark(version.id, "dense", present=True)
            self._chroma.add(version.collection_id, entries)
            found = self._chroma.holds(version.collection_id, [e.chunk_id for e in entries])
            if found != len(entries):
                raise IndexDiffers(index="dense", found=found, expected=len(entries))

    def catch_up_dense(self) -> None:
        """Let Chroma follow what other processes wrote; nothing happens in a non-owner."""
        if self._chroma is None:
            return
        with self._guard:
            for version in self._versions.stale_in("dense"):
                self._chroma.remove(version.collection_id, self._versions.chunk_ids(version.id))
                self._versions.mark(version.id, "dense", present=False)
            for version in self._versions.missing_from("dense"):
                self._chroma.add(version.collection_id, self._versions.entries(version.id))
                self._versions.mark(version.id, "dense", present=True)

    def settle(self) -> None:
        """Finish what a crash left, let every index follow the record, purge what none holds.

        To be called by the process that holds the ingestion lock: a version it finds in PARSING or
        INDEXING belongs to nobody any more.
        """
        for version in self._versions.in_state(State.PARSING):
            self._versions.discard(version.id)
        for version in self._versions.in_state(State.INDEXING):
            self.add(version)
            self._versions.publish(version.id)
        for version in self._versions.stale_in("lexical"):
            self._lexical.remove(version.collection_id, version.id)
            self._versions.mark(version.id, "lexical", present=False)
        for version in self._versions.missing_from("lexical"):
            entries = self._versions.entries(version.id)
            self._lexical.add(version.collection_id, version.id, version.title, entries)
            self._versions.mark(version.id, "lexical", present=True)
        self.catch_up_dense()
        self._versions.purge()

    def recover(self) -> None:
        """Make again what an index has lost, then ``settle``; to be called once at start."""
        for collection in self._record.collections():
            told = self._versions.chunks_told(collection.id, "lexical")
            if self._lexical.count(collection.id) != told:
                self._lexical.drop(collection.id)
                self._versions.forget_index("lexical", collection.id)
            told = self._versions.chunks_told(collection.id, "dense")
            if self._chroma is not None and self._chroma.count(collection.id) != told:
                self._chroma.drop(collection.id)
                self._versions.forget_index("dense", collection.id)
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
