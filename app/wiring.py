"""Settings in, working services out: what searches and answers over ``app/storage.py``.

These two are the only files that name concrete classes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.made_once import made_once
from app.storage import Storage
from rag.errors import ModelNotConfigured, UnknownModel
from rag.exchange import Exchange
from rag.filter import EVERYTHING, Filter
from rag.settings import Settings
from rag.types import Answer, Question

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from rag.context import BudgetedContext
    from rag.models.openai import OpenAIChat
    from rag.protocols import ChatModel, Condenser, Index, Strategy
    from vectorstore.reranking import PairEncoder

MODELS: Final = ("extractive", "openai")

WRITING_DEADLINE_S: Final = 10.0
"""How long a search waits at most for the chat model to write what it searches with."""

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


class Services(Storage):
    """Everything a page or a command asks for."""

    @made_once
    def index(self) -> Index:
        """The search that everything uses, with the optional stages that the settings name."""
        from rag.expansion import HypotheticalEmbedder, MultiQuery
        from vectorstore.fused import FusedIndex
        from vectorstore.reranking import Reranked

        _ = self.ingestion  # an index that has lost something is made again first
        expansion = self.settings.query_expansion
        index: Index = FusedIndex(
            self.record,
            self.embedder,
            self.dense,
            self.lexical,
            before_search=self.synchroniser.follow,
            lexical_weight=self.settings.lexical_weight,
            finder=HypotheticalEmbedder(self.embedder, self._writer)
            if expansion == "hyde"
            else None,
        )
        if expansion == "multi_query":
            index = MultiQuery(index, self._writer)
        if self.cross_encoder is not None:
            index = Reranked(index, self.cross_encoder)
        return index

    @made_once
    def cross_encoder(self) -> PairEncoder | None:
        """What reranks, None where the settings name nothing; its weights load at the first pair.

        Raises RerankerError.
        """
        from vectorstore.reranking import TransformerCrossEncoder

        return TransformerCrossEncoder(self.settings.reranker) if self.settings.reranker else None

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

        name = model or self.models()[0]
        return build_chain(
            self.index,
            self._strategy(name),
            max_question_chars=self.settings.max_question_chars,
            condenser=self._condenser(name),
            assembler=None if name == "extractive" else self._context,
        )

    def ask(
        self,
        text: str,
        collections: tuple[str, ...],
        model: str | None = None,
        *,
        where: Filter = EVERYTHING,
    ) -> Answer:
        """The answer to one question, from passages that fit ``where``."""
        top_k = self.settings.top_k
        question = Question(text=text, collections=collections, top_k=top_k, where=where)
        return self.chain(model).invoke(question)

    def stream(
        self,
        text: str,
        collections: tuple[str, ...],
        model: str | None = None,
        *,
        where: Filter = EVERYTHING,
        history: tuple[Exchange, ...] = (),
    ) -> Iterator[Answer]:
        """The growing answer to one question, from passages that fit ``where``.

        It may hang on ``history``, what was asked before (newest last).
        """
        question = Question(
            text=text,
            collections=collections,
            top_k=self.settings.top_k,
            where=where,
            history=history,
        )
        return self.chain(model).stream(question)

    def warm_up(self) -> None:
        """Load now what the first question would wait for."""
        from rag.words import prepare_dictionary

        prepare_dictionary(self.settings.data_dir / "models")
        self.embedder.embed_query("warm up")
        _ = self.ingestion
        collections = tuple(collection.name for collection in self.record.collections())
        if collections:
            self.ask("warm up 预热", collections, "extractive")

    def close(self) -> None:
        """Give locks and connections back."""
        for name in ("_openai", "_writer"):
            if name in self.__dict__:
                self.__dict__[name].close()
        super().close()

    def _strategy(self, model: str) -> Strategy:
        from rag.models.extractive import Extractive

        if model == "extractive":
            return Extractive()
        if model not in MODELS:
            raise UnknownModel(name=model, known=", ".join(MODELS))
        from rag.strategies import Direct

        return Direct(self.chat_model(model), Extractive())

    def _condenser(self, model: str) -> Condenser:
        from rag.condensing.by_model import ModelCondenser
        from rag.condensing.rules import RuleCondenser

        limit = self.settings.max_question_chars
        rules = RuleCondenser(max_question_chars=limit)
        if model == "extractive":
            return rules
        return ModelCondenser(self._writer, rules, max_question_chars=limit)

    @made_once
    def _context(self) -> BudgetedContext:
        from rag.context import BudgetedContext
        from vectorstore.surroundings import Surroundings

        around = Surroundings(self.record, self.engine)
        return BudgetedContext(around, max_tokens=self.settings.context_tokens)

    @made_once
    def _openai(self) -> OpenAIChat:
        from rag.models.openai import OpenAIChat

        return OpenAIChat.of(self.settings)

    @made_once
    def _writer(self) -> OpenAIChat:
        """The chat model for what a search waits for."""
        from rag.models.openai import OpenAIChat

        return OpenAIChat.of(self.settings, deadline_s=WRITING_DEADLINE_S)
