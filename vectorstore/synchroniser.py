"""Brings the indexes up to the record: after a crash, another process's work, or a lost folder.

The record says what must be found; an index that holds less, more or nothing is corrected from
the vectors and texts kept there, never the other way round.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.errors import IndexDiffers
from vectorstore.chroma import ChromaIndex
from vectorstore.entries import IndexEntry
from vectorstore.lexical import LexicalIndex
from vectorstore.record import Collection, Record
from vectorstore.schema import State
from vectorstore.versions import Version, Versions

_CHUNKS_AT_ONCE: Final = 4000
_PROBES: Final = 20
_LOOKED_AFTER_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class _Batch:
    """Whole versions of one collection and all their chunks."""

    index_id: str
    generation: int
    version_ids: list[int]
    entries: list[IndexEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as the record says.

    ``kind`` is ``words`` or ``vectors`` (that index holds ``found`` passages of ``expected``), or
    ``unfinished`` (so many versions were begun and not ended).
    """

    kind: str
    collection: str
    found: int
    expected: int


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
        self._whole: frozenset[str] = frozenset()
        self._looked_after_until = -math.inf
        self._ending = threading.Event()
        self._filling: threading.Thread | None = None

    def is_whole(self, collection: Collection) -> bool:
        """Whether Chroma has held everything of the collection since its indexes were made."""
        return collection.index_id in self._whole

    def close(self) -> None:
        """Leave off catching up; the next process goes on."""
        self._ending.set()
        if self._filling is not None:
            self._filling.join()

    def look_after(self, collections: Sequence[Collection]) -> None:
        """Follow these now, and again within a few seconds: until then no search has to.

        For a thread beside the searches. They find by words what Chroma does not hold yet.
        """
        self._looked_after_until = math.inf
        try:
            self._follow(collections)
        finally:
            self._looked_after_until = time.monotonic() + _LOOKED_AFTER_S

    def follow(self, collections: Sequence[Collection]) -> None:
        """``catch_up_dense`` where one of these looks different to a search than it did then.

        Does nothing while a thread looks after that; indexes made anew get one.
        """
        if time.monotonic() <= self._looked_after_until:
            return
        if self._chroma is None or all(
            one.generation == 0 or self.is_whole(one) for one in collections
        ):
            self._follow(collections)
        elif self._filling is None or not self._filling.is_alive():
            self._filling = threading.Thread(
                target=self.look_after, args=(self._record.collections(),), daemon=True
            )
            self._filling.start()

    def _follow(self, collections: Sequence[Collection]) -> None:
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
            there = frozenset(one.index_id for one in self._record.collections())
            for version in self._versions.stale_in("dense"):
                ids = [entry.chunk_id for entry in self._versions.entries(version.id)]
                self._chroma.remove(version.index_id, ids)
                self._versions.mark(
                    [version.id], "dense", present=False, generation=version.generation
                )
            for batch in self._batches(self._versions.missing_from("dense")):
                if self._ending.is_set():
                    return
                self._chroma.add(batch.index_id, batch.entries)
                self._versions.mark(
                    batch.version_ids, "dense", present=True, generation=batch.generation
                )
            self._whole = there

    def check_dense(self) -> None:
        """Drop what Chroma holds where it lacks something; catching up makes it anew.

        It must hold as many as it was told, and find a sample of them.
        """
        if self._chroma is None:
            return
        with self._guard:
            self._followed, self._whole = {}, frozenset()
            for collection in self._record.collections():
                told = self._versions.chunks_told(collection.id, "dense")
                sample = self._versions.sample(collection.id, _PROBES)
                if not self._chroma.is_whole(collection.index_id, told, sample):
                    self._chroma.drop(collection.index_id)
                    self._versions.forget_index("dense", collection.id)

    def settle(self) -> int:
        """Finish what was begun, let every index follow the record, purge what none holds.

        To be called by the process that holds the ingestion lock: a version it finds in PARSING
        belongs to nobody any more, one in INDEXING only has to be indexed and published. Returns
        how many versions were purged.
        """
        for version in self._versions.in_state(State.PARSING):
            self._versions.discard(version.id)
        for batch in self._batches(self._versions.in_state(State.INDEXING)):
            self._write(batch)
            self._versions.publish(batch.version_ids)
        for version in self._versions.stale_in("lexical"):
            self._lexical.remove(version.index_id, version.id)
            self._versions.mark([version.id], "lexical", present=False)
        for batch in self._batches(self._versions.missing_from("lexical")):
            self._lexical.add(batch.index_id, batch.entries)
            self._versions.mark(batch.version_ids, "lexical", present=True)
        self.catch_up_dense()
        return self._versions.purge()

    def recover(self) -> None:
        """Make again what an index has lost, then ``settle``.

        To be called once at start by the process that holds the ingestion lock.
        """
        self.check_dense()
        for collection in self._record.collections():
            told = self._versions.chunks_told(collection.id, "lexical")
            if self._lexical.sound_count(collection.index_id) != told:
                self._lexical.drop(collection.index_id)
                self._versions.forget_index("lexical", collection.id)
        self.settle()
        self.drop_empty_collections()
        kept = {collection.index_id for collection in self._record.collections()}
        self._lexical.keep_only(kept)
        if self._chroma is not None:
            self._chroma.keep_only(kept)

    def held(self, index_id: str) -> tuple[int, int | None]:
        """How many passages the word index and Chroma hold there.

        None for Chroma in a process that does not own it.
        """
        vectors = None if self._chroma is None else self._chroma.count(index_id)
        return self._lexical.count(index_id), vectors

    def examine(self) -> list[Finding]:
        """Where record and indexes differ, and what was begun and not ended; changes nothing."""
        found = [
            Finding(kind="unfinished", collection="", found=len(left), expected=0)
            for state in (State.PARSING, State.INDEXING, State.DELETING)
            if (left := self._versions.in_state(state))
        ]
        for one in self._record.collections():
            words = self._lexical.sound_count(one.index_id)
            told = self._versions.chunks_told(one.id, "lexical")
            if not words == told == one.chunks:
                found.append(
                    Finding(
                        kind="words", collection=one.name, found=words or 0, expected=one.chunks
                    )
                )
            if self._chroma is None:
                continue
            vectors, told = (
                self._chroma.count(one.index_id),
                self._versions.chunks_told(one.id, "dense"),
            )
            sample = self._versions.sample(one.id, _PROBES)
            whole = self._chroma.is_whole(one.index_id, told, sample)
            if not (whole and vectors == told == one.chunks):
                found.append(
                    Finding(kind="vectors", collection=one.name, found=vectors, expected=one.chunks)
                )
        return found

    def rebuild(self) -> None:
        """Make both indexes anew from the record; nothing is embedded, no file of theirs is kept.

        To be called by the process that holds the ingestion lock and owns Chroma.
        """
        if self._chroma is not None:
            with self._guard:
                self._chroma.start_anew()
                self._followed, self._whole = {}, frozenset()
        self._lexical.keep_only(set())
        for collection in self._record.collections():
            self._versions.forget_index("lexical", collection.id)
            self._versions.forget_index("dense", collection.id)
        self.settle()

    def drop_empty_collections(self) -> None:
        """Drop collections in which no document is left, with their indexes."""
        for collection in self._record.collections():
            if not collection.documents and self._record.drop_empty_collection(collection.id):
                self._lexical.drop(collection.index_id)
                if self._chroma is not None:
                    self._chroma.drop(collection.index_id)

    def _write(self, batch: _Batch) -> None:
        """Write versions to every index this process may write, and verify that they are there.

        They are marked first, so that what a crash leaves in an index is known to be there.
        """
        self._versions.mark(batch.version_ids, "lexical", present=True)
        self._lexical.add(batch.index_id, batch.entries)
        if self._chroma is None:
            return
        with self._guard:
            self._versions.mark(
                batch.version_ids, "dense", present=True, generation=batch.generation
            )
            self._chroma.add(batch.index_id, batch.entries)
            ids = [entry.chunk_id for entry in batch.entries]
            found = self._chroma.holds(batch.index_id, ids)
        if found != len(ids):
            raise IndexDiffers(index="dense", found=found, expected=len(ids))

    def _batches(self, versions: Sequence[Version]) -> Iterator[_Batch]:
        """The versions' chunks by collection, a few thousand at once."""
        by_place: dict[tuple[str, int], list[int]] = {}
        for version in versions:
            by_place.setdefault((version.index_id, version.generation), []).append(version.id)
        for place, version_ids in by_place.items():
            batch = _Batch(*place, [], [])
            for version_id in version_ids:
                batch.version_ids.append(version_id)
                batch.entries.extend(self._versions.entries(version_id))
                if len(batch.entries) >= _CHUNKS_AT_ONCE:
                    yield batch
                    batch = _Batch(*place, [], [])
            if batch.version_ids:
                yield batch
