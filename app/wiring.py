"""The only file that names concrete classes: settings in, working services out.

Nothing is opened before it is needed: each part is made at its first use and kept.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.made_once import made_once
from rag.errors import ModelNotConfigured, UnknownModel
from rag.settings import Settings
from rag.types import Answer, Question

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable
    from sqlalchemy import Engine

    from app.conversations import Conversations
    from evaluation.feedback import Feedback
    from ingest.pipeline import Ingestion
    from rag.models.openai import OpenAIChat
    from rag.protocols import ChatModel, Embedder, Strategy
    from vectorstore.chroma import ChromaIndex
    from vectorstore.exact import ExactIndex
    from vectorstore.fused import FusedIndex
    from vectorstore.lexical import LexicalIndex
    from vectorstore.record import Record
    from vectorstore.synchroniser import Synchroniser
    from vectorstore.versions import Versions

MODELS: Final = ("extractive", "openai")

_SILENCE: Final = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "true",
}


def load_settings(environ: Mapping[str, str], *, env_file: Path = Path(".env")) -> Settings:
    """Settings from ``env_file`` and ``environ``, of which the latter wins."""
    from dotenv import dotenv_values

    in_file = {name: value or "" for name, value in dotenv_values(env_file).items()}
    return Settings.from_mapping({**in_file, **environ})


def open_services(
    environ: Mapping[str, str] | None = None, *, chroma_wait_s: float = 0.0
) -> Services:
    """Services by the process's environment and .env; no library may call home from here on.

    They wait ``chroma_wait_s`` for another process to give Chroma back.
    """
    settings = load_settings(os.environ if environ is None else environ)
    os.environ.update(_SILENCE)
    return Services(settings, chroma_wait_s=chroma_wait_s)


class Services:
    """Everything a page or a command asks for."""

    def __init__(self, settings: Settings, *, chroma_wait_s: float = 0.0) -> None:
        self.settings = settings
        self._chroma_wait_s = chroma_wait_s
        self.making = threading.RLock()

    @made_once
    def engine(self) -> Engine:
        """The database."""
        import app.conversations  # noqa: F401  (the tables register themselves)
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
    def index(self) -> FusedIndex:
        """The search that everything uses."""
        from vectorstore.fused import FusedIndex

        _ = self.ingestion  # an index that has lost something is made again first
        return FusedIndex(
            self.record,
            self.embedder,
            self.dense,
            self.lexical,
            before_search=self.synchroniser.catch_up_dense,
            lexical_weight=self.settings.lexical_weight,
        )

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

    def models(self) -> tuple[str, ...]:
        """Models that can answer with these settings, the default first."""
        usable = MODELS if self.settings.openai_configured else ("extractive",)
        default = self.settings.model
        if default == "auto":
            default = usable[-1]
        return (default, *(name for name in usable if name != default))

    def check_model(self, name: str) -> None:
        """Raise UnknownModel or ModelNotConfigured for a model that cannot answer."""
        self._strategy(name)

    def chat_model(self, name: str) -> ChatModel:
        """The chat model of this name. Raises UnknownModel and ModelNotConfigured."""
        if name != "openai":
            raise UnknownModel(name=name, known="openai")
        if not self.settings.openai_configured:
            raise ModelNotConfigured(name=name)
        return self._openai

    def chain(self, model: str | None = None) -> Runnable[Question, Answer]:
        """The whole path, answering with ``model`` (the default one when it is None)."""
        from rag.chain import build_chain

        return build_chain(
            self.index,
            self._strategy(model or self.models()[0]),
            max_question_chars=self.settings.max_question_chars,
        )

    def ask(self, text: str, collections: tuple[str, ...], model: str | None = None) -> Answer:
        """The answer to one question."""
        question = Question(text=text, collections=collections, top_k=self.settings.top_k)
        return self.chain(model).invoke(question)

    def stream(
        self, text: str, collections: tuple[str, ...], model: str | None = None
    ) -> Iterator[Answer]:
        """The growing answer to one question."""
        question = Question(text=text, collections=collections, top_k=self.settings.top_k)
        return self.chain(model).stream(question)

    def warm_up(self) -> None:
        """Load now what the first question would wait for."""
        from rag.language import prepare_dictionary

        prepare_dictionary(self.settings.data_dir / "models")
        self.embedder.embed_query("warm up")
        _ = self.ingestion
        collections = tuple(collection.name for collection in self.record.collections())
        if collections:
            self.ask("warm up 预热", collections, "extractive")

    def close(self) -> None:
        """Give locks and connections back."""
        if "chroma" in self.__dict__ and self.chroma is not None:
            self.chroma.close()
        if "engine" in self.__dict__:
            self.engine.dispose()

    def _strategy(self, model: str) -> Strategy:
        from rag.models.extractive import Extractive

        if model == "extractive":
            return Extractive()
        if model not in MODELS:
            raise UnknownModel(name=model, known=", ".join(MODELS))
        from rag.strategies import Direct

        return Direct(self.chat_model(model), Extractive())

    @made_once
    def _openai(self) -> OpenAIChat:
        from rag.models.openai import OpenAIChat

        settings = self.settings
        return OpenAIChat(
            model=settings.openai_model,
            api_key=settings.openai_api_key,
            base_url=settings.openai_base_url,
            temperature=settings.openai_temperature,
            connect_timeout_s=settings.openai_connect_timeout_s,
            read_timeout_s=settings.openai_read_timeout_s,
            deadline_s=settings.openai_deadline_s,
            logprobs=settings.openai_logprobs,
        )
