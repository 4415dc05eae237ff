"""The library's parts: the record, the embedder, both indexes, and the way into them.

With ``app/wiring.py`` and ``app/models.py`` the only file that names concrete classes. Nothing is
opened before it is needed: each part is made at its first use and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.made_once import made_once
from app.record_parts import RecordParts

if TYPE_CHECKING:
    from app.conversation_list import ConversationList
    from app.conversations import Conversations
    from app.page_pictures import PagePictures
    from app.prompt_record import PromptRecord
    from evaluation.feedback import Feedback
    from ingest.originals import Originals
    from ingest.pipeline import Ingestion
    from ingest.reading import ConfinedReader, Reader
    from ingest.reading_ahead import ReadingAhead
    from ingest.reindexing import Reindexer
    from ingest.upkeep import Upkeep
    from ingest.worker import Worker
    from rag.protocols import Embedder
    from vectorstore.chroma import ChromaIndex
    from vectorstore.embedded import Embedded
    from vectorstore.exact import ExactIndex
    from vectorstore.history import History
    from vectorstore.lexical import LexicalIndex
    from vectorstore.nearest import DenseIndex
    from vectorstore.record import Collection
    from vectorstore.synchroniser import Synchroniser
    from vectorstore.versions import Versions


class Storage(RecordParts):
    """What is kept in a data folder, and what reads and writes it."""

    @made_once
    def conversations(self) -> Conversations:
        """What was asked and answered."""
        from app.conversations import Conversations

        return Conversations(self.engine)

    @made_once
    def conversation_list(self) -> ConversationList:
        """Conversations to be found, named, pinned and deleted."""
        from app.conversation_list import ConversationList

        return ConversationList(self.engine)

    @made_once
    def prompts(self) -> PromptRecord:
        """What collections add to prompts, and the words that made answers."""
        from app.prompt_record import PromptRecord

        return PromptRecord(self.engine)

    @made_once
    def feedback(self) -> Feedback:
        """What readers said of answers."""
        from evaluation.feedback import Feedback

        return Feedback(self.engine)

    @made_once
    def versions(self) -> Versions:
        """The record, for writing."""
        from vectorstore.versions import Versions

        return Versions(self.engine)

    @made_once
    def history(self) -> History:
        """The versions of documents, current and replaced."""
        from vectorstore.history import History

        return History(self.engine)

    @made_once
    def originals(self) -> Originals:
        """The files that documents were read from."""
        from ingest.originals import Originals

        return Originals(self.settings.data_dir / "originals", wanted=self.history.contents)

    @made_once
    def embedded(self) -> Embedded:
        """Vectors by their content."""
        from vectorstore.embedded import Embedded

        return Embedded(self.engine)

    @made_once
    def embedder(self) -> Embedder:
        """The embedding model in use: the settings' one until the data folder moved to another."""
        from vectorstore.current import CurrentEmbedder

        return CurrentEmbedder(self.reindexings.in_use, self.open_model)

    def open_model(self, model: str | None = None) -> Embedder:
        """The embedding model in that folder or of that id, None for the settings' one.

        Its weights load at the first text. Raises EmbeddingModelError.
        """
        from vectorstore.embedding import TransformerEmbedder
        from vectorstore.encoders import make_encoder
        from vectorstore.model_folder import ModelFolder

        chosen = self.settings.embedding_model if model is None else model
        with self.making:
            if chosen not in self._models:
                folder = ModelFolder.find(chosen)
                self._models[chosen] = TransformerEmbedder(
                    folder,
                    lambda: make_encoder(
                        folder,
                        backend=self.settings.embedding_backend,
                        cache=self.settings.data_dir / "models",
                    ),
                )
            return self._models[chosen]

    @made_once
    def lexical(self) -> LexicalIndex:
        """The word index."""
        from vectorstore.lexical import LexicalIndex

        return LexicalIndex(self.record, self.settings.data_dir / "lexical")

    @made_once
    def chroma(self) -> ChromaIndex | None:
        """Chroma, or None when another process owns it."""
        from vectorstore.chroma import ChromaIndex

        return ChromaIndex.own(
            self.record,
            self.embedder,
            self.settings.data_dir / "chroma",
            wait_s=self._chroma_wait_s,
        )

    @made_once
    def dense(self) -> ChromaIndex | ExactIndex:
        """Nearest vectors: by Chroma, or exact where another process owns it."""
        return self.chroma or self._exact()

    def _exact(self) -> ExactIndex:
        from vectorstore.exact import ExactIndex

        return ExactIndex(self.record, self.embedder)

    @made_once
    def nearest(self) -> DenseIndex:
        """The same, exact also where Chroma is being filled anew."""
        from vectorstore.whole_or_exact import WholeOrExact

        return WholeOrExact(self.dense, self._exact, self._holds)

    def _holds(self, collection: Collection) -> bool:
        return self.chroma is None or self.synchroniser.is_whole(collection)

    def _reindex_a_little(self) -> bool:
        return self.reindexer.step()

    @made_once
    def synchroniser(self) -> Synchroniser:
        """What keeps the indexes in step with the record."""
        from vectorstore.synchroniser import Synchroniser

        return Synchroniser(self.record, self.versions, self.lexical, self.chroma)

    @made_once
    def reader(self) -> Reader:
        """What reads files: a confined process, started with the first one."""
        return self._new_reader()

    def _new_reader(self) -> Reader:
        from ingest.limits import Limits
        from ingest.reading import ConfinedReader

        seconds = self.settings.read_deadline_s
        return ConfinedReader(Limits(cpu_s=seconds, wall_s=4.0 * seconds))

    @made_once
    def reading_ahead(self) -> ReadingAhead:
        """What reads files that come in together, several at once where the machine allows it."""
        from ingest.reading_ahead import ReadingAhead, readers_here

        return ReadingAhead(self.reader, self._new_reader, at_once=readers_here())

    @made_once
    def page_pictures(self) -> PagePictures:
        """Pages of PDFs as pictures, drawn by a confined process of their own."""
        from app.page_pictures import PagePictures

        return PagePictures(self.record, self.originals, self.drawer)

    @made_once
    def drawer(self) -> ConfinedReader:
        """What draws pages: no reader waits for a file that is read meanwhile."""
        from ingest.limits import Limits
        from ingest.reading import ConfinedReader

        return ConfinedReader(Limits(cpu_s=20, wall_s=30.0, stall_s=15.0))

    @made_once
    def ingestion(self) -> Ingestion:
        """The way into collections and out of them; finishes what an earlier process left."""
        from ingest.pipeline import Ingestion

        ingestion = Ingestion(
            record=self.record,
            versions=self.versions,
            synchroniser=self.synchroniser,
            embedder=self.embedder,
            embedded=self.embedded,
            reader=self.reading_ahead,
            originals=self.originals,
            lock_file=self.settings.data_dir / "ingestion.lock",
            settings=self.collection_settings,
            chunk_tokens=self.settings.chunk_tokens,
            max_file_bytes=self.settings.max_file_mb * 1_000_000,
        )
        ingestion.recover()
        return ingestion

    @made_once
    def reindexer(self) -> Reindexer:
        """What makes indexes anew beside the old ones."""
        from ingest.reindexing import Reindexer

        return Reindexer(
            record=self.record,
            reindexings=self.reindexings,
            lexical=self.lexical,
            synchroniser=self.synchroniser,
            open_model=self.open_model,
            lock_file=self.settings.data_dir / "ingestion.lock",
        )

    @made_once
    def worker(self) -> Worker:
        """What works through the queue, in this process if no other does."""
        from ingest.inbox import RESERVE_BYTES
        from ingest.worker import Worker

        return Worker(
            jobs=self.jobs,
            inbox=self.inbox,
            ingestion=lambda: self.ingestion,
            meanwhile=self._reindex_a_little,
            lock_file=self.settings.data_dir / "worker.lock",
            reserve_bytes=RESERVE_BYTES,
        )

    @made_once
    def upkeep(self) -> Upkeep:
        """The care of the data folder."""
        from ingest.upkeep import Upkeep

        return Upkeep(
            engine=self.engine,
            versions=self.versions,
            embedded=self.embedded,
            originals=self.originals,
            synchroniser=self.synchroniser,
            lock_file=self.settings.data_dir / "ingestion.lock",
            owns_dense=self.chroma is not None,
            forget_quotes=self._forget_quotes,
        )

    def _forget_quotes(self) -> None:
        """Erase what conversations and votes quote of documents that can no longer be opened."""
        from app.erasing import without_purged

        kept = self.history
        self.conversations.rewrite(lambda turn: without_purged(turn, kept.stands))
        self.feedback.forget(
            lambda at: kept.stands_in(at.collection, at.document, at.version, at.quote)
        )

    def close(self) -> None:
        """Give locks and connections back."""
        for name in ("reading_ahead", "reader", "drawer"):
            if name in self.__dict__:
                self.__dict__[name].close()
        if "synchroniser" in self.__dict__:
            self.synchroniser.close()
        if "chroma" in self.__dict__ and self.chroma is not None:
            self.chroma.close()
        if "engine" in self.__dict__:
            self.engine.dispose()
