"""The library's parts: the record, the embedder, both indexes, and the way into them.

With ``app/wiring.py`` and ``app/models.py`` the only file that names concrete classes. Nothing is
opened before it is needed: each part is made at its first use and kept.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.made_once import made_once
from rag.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.conversations import Conversations
    from app.prompt_record import PromptRecord
    from evaluation.feedback import Feedback
    from ingest.pipeline import Ingestion
    from rag.protocols import Embedder
    from vectorstore.chroma import ChromaIndex
    from vectorstore.exact import ExactIndex
    from vectorstore.lexical import LexicalIndex
    from vectorstore.record import Record
    from vectorstore.synchroniser import Synchroniser
    from vectorstore.versions import Versions


class Storage:
    """What is kept in a data folder, and what reads and writes it."""

    def __init__(self, settings: Settings, *, chroma_wait_s: float = 0.0) -> None:
        self.settings = settings
        self._chroma_wait_s = chroma_wait_s
        self.making = threading.RLock()

    @made_once
    def engine(self) -> Engine:
        """The database."""
        import app.conversations
        import app.prompt_record  # noqa: F401
        import evaluation.feedback
        import evaluation.runs  # noqa: F401
        import vectorstore.schema  # noqa: F401
        from vectorstore.database import open_database

        return open_database(self.settings.data_dir / "record.sqlite3")

    @made_once
    def record(self) -> Record:
        """The record, for reading."""
        from vectorstore.record import Record

        return Record(self.engine)

    @made_once
    def conversations(self) -> Conversations:
        """What was asked and answered."""
        from app.conversations import Conversations

        return Conversations(self.engine)

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
    def embedder(self) -> Embedder:
        """The embedding model; its weights load at the first text."""
        from vectorstore.embedding import ModelFolder, TransformerEmbedder
        from vectorstore.encoders import make_encoder

        folder = ModelFolder.find(self.settings.embedding_model)
        return TransformerEmbedder(
            folder,
            lambda: make_encoder(
                folder,
                backend=self.settings.embedding_backend,
                cache=self.settings.data_dir / "models",
            ),
        )

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
        from vectorstore.exact import ExactIndex

        return self.chroma or ExactIndex(self.record, self.embedder)

    @made_once
    def synchroniser(self) -> Synchroniser:
        """What keeps the indexes in step with the record."""
        from vectorstore.synchroniser import Synchroniser

        return Synchroniser(self.record, self.versions, self.lexical, self.chroma)

    @made_once
    def ingestion(self) -> Ingestion:
        """The way into collections and out of them; finishes what an earlier process left."""
        from ingest.pipeline import Ingestion

        ingestion = Ingestion(
            record=self.record,
            versions=self.versions,
            synchroniser=self.synchroniser,
            embedder=self.embedder,
            lock_file=self.settings.data_dir / "ingestion.lock",
            chunk_tokens=self.settings.chunk_tokens,
            max_file_bytes=self.settings.max_file_mb * 1_000_000,
        )
        ingestion.recover()
        return ingestion

    def close(self) -> None:
        """Give locks and connections back."""
        if "chroma" in self.__dict__ and self.chroma is not None:
            self.chroma.close()
        if "engine" in self.__dict__:
            self.engine.dispose()
