"""Makes indexes anew beside the old ones, a batch at a time, and switches when they are whole.

Works where nothing else is to be done; what comes in meanwhile is searched as before and caught up
with before the switch. ``vectorstore/reindexing.py`` keeps what was made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from filelock import FileLock

from ingest.passage_vectors import content_key, embedding_input
from rag.encoder_errors import EmbeddingModelError
from rag.errors import QuorumError
from rag.protocols import Embedder
from vectorstore.collection_names import index_name
from vectorstore.entries import IndexEntry
from vectorstore.record import Record
from vectorstore.reindexing import Reindexing, Reindexings, Unmoved
from vectorstore.synchroniser import Synchroniser

_log = logging.getLogger("quorum")

_EMBED_AT_ONCE: Final = 32
_INDEX_AT_ONCE: Final = 2000


class NextWords(Protocol):
    """The word index, as far as its next generation is made."""

    def add(self, collection_id: str, entries: Sequence[IndexEntry]) -> None:
        """Write whole versions."""

    def drop(self, collection_id: str) -> None:
        """Delete what is there."""

    def keep_only(self, collection_ids: set[str]) -> None:
        """Delete all others."""


class Reindexer:
    """Works on what was asked for. ``open_model`` opens an embedding model by its folder or id."""

    def __init__(
        self,
        *,
        record: Record,
        reindexings: Reindexings,
        lexical: NextWords,
        synchroniser: Synchroniser,
        open_model: Callable[[str], Embedder],
        lock_file: Path,
    ) -> None:
        self._record = record
        self._reindexings = reindexings
        self._lexical = lexical
        self._synchroniser = synchroniser
        self._open_model = open_model
        self._lock_file = lock_file

    def step(self) -> bool:
        """Do the next batch of work, or the switch; false when there is nothing to do.

        What goes wrong ends it, with the reason in the record; what is searched stays as it is.
        """
        at_hand = self._reindexings.underway()
        if at_hand is None:
            return False
        try:
            if at_hand.model is None:
                self._switch(at_hand, None)
            else:
                embedder = self._open_model(at_hand.model)
                if some := self._reindexings.unmoved(_EMBED_AT_ONCE):
                    self._embed(some, embedder)
                else:
                    self._switch(at_hand, embedder)
        except QuorumError as error:
            self._reindexings.fail(at_hand.id, error)
        except (Exception, MemoryError) as error:  # noqa: BLE001 (a model may raise anything)
            _log.exception("the indexes could not be made anew")
            detail = type(error).__name__
            model = at_hand.model or ""
            self._reindexings.fail(at_hand.id, EmbeddingModelError(model=model, detail=detail))
        return True

    def _embed(self, some: Sequence[Unmoved], embedder: Embedder) -> None:
        inputs = [embedding_input(one.title, one.chunk, embedder) for one in some]
        keys = [content_key(embedder.model_id, text, spans) for text, spans in inputs]
        known = self._reindexings.known(keys, embedder.dimension)
        missing = list({key: at for at, key in enumerate(keys) if key not in known}.values())
        if missing:
            made = embedder.embed_passages(
                [inputs[at][0] for at in missing], [inputs[at][1] for at in missing]
            )
            for at, vector, own in zip(missing, *made, strict=True):
                known[keys[at]] = vector, own
        self._reindexings.keep(
            {one.chunk_id: (key, *known[key]) for one, key in zip(some, keys, strict=True)}
        )

    def _switch(self, at_hand: Reindexing, embedder: Embedder | None) -> None:
        """Make the next word indexes while nothing can come in, and switch to them."""
        with FileLock(self._lock_file, thread_local=False):
            self._synchroniser.settle()
            while embedder is not None and (some := self._reindexings.unmoved(_EMBED_AT_ONCE)):
                self._embed(some, embedder)
            indexed, before, after = 0, set[str](), set[str]()
            for collection in self._record.collections():
                next_id = index_name(collection.id, collection.generation + 1)
                before.add(collection.index_id)
                after.add(next_id)
                self._lexical.drop(next_id)  # what an attempt that was broken off has left
                for batch in self._batches(collection.id, at_hand.dimension):
                    self._lexical.add(next_id, batch)
                    indexed += len(batch)
                    if not self._reindexings.tell(at_hand.id, indexed):
                        return
            if self._reindexings.switch(at_hand.id):
                self._lexical.keep_only(before | after)  # a search may still be at the old ones

    def _batches(self, collection_id: str, dimension: int | None) -> Iterator[list[IndexEntry]]:
        """Whole versions, some thousand passages at once."""
        batch: list[IndexEntry] = []
        for version_id in self._reindexings.searched_versions(collection_id):
            batch.extend(self._reindexings.entries(version_id, dimension))
            if len(batch) >= _INDEX_AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch
