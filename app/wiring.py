"""Settings in, working services out: what searches and answers over ``app/storage.py``.

These two, ``app/models.py`` and ``app/strategies.py`` alone name concrete classes.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.judges import Judges
from app.made_once import made_once
from app.models import EXTRACTIVE, ChatModels
from app.strategies import chosen_way, strategy_over
from rag.answer import Answer, Question
from rag.exchange import Exchange
from rag.filter import EVERYTHING, Filter
from rag.model_errors import ModelError
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from rag.context import BudgetedContext
    from rag.protocols import ChatModel, Condenser, Index, Strategy
    from vectorstore.surroundings import Surroundings

_log = logging.getLogger("quorum")

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


class Services(Judges):
    """Everything a page or a command asks for."""

    @made_once
    def index(self) -> Index:
        """The search that everything uses, over the embedding model in use."""
        from vectorstore.current import CurrentIndex

        return CurrentIndex(self.reindexings.in_use, self._index_as_it_is)

    def _index_as_it_is(self) -> Index:
        """The search over one embedding model, with the optional stages that the settings name."""
        from rag.expansion import HypotheticalEmbedder, MultiQuery
        from vectorstore.current import pinned
        from vectorstore.fused import FusedIndex
        from vectorstore.reranking import Reranked

        _ = self.ingestion  # an index that has lost something is made again first
        expansion, embedder = self.settings.query_expansion, pinned(self.embedder)
        index: Index = FusedIndex(
            self.record,
            embedder,
            self.nearest,
            self.lexical,
            before_search=self.synchroniser.follow,
            lexical_weight=self.settings.lexical_weight,
            finder=HypotheticalEmbedder(embedder, self.chat_models.writer())
            if expansion == "hyde"
            else None,
        )
        if expansion == "multi_query":
            index = MultiQuery(index, self.chat_models.writer())
        if self.cross_encoder is not None:
            index = Reranked(index, self.cross_encoder)
        return index

    @made_once
    def chat_models(self) -> ChatModels:
        """The models that can be asked."""
        return ChatModels(self.settings)

    def models(self) -> tuple[str, ...]:
        """Models that can answer with these settings, the default first."""
        return self.chat_models.names()

    def check_model(self, name: str) -> None:
        """Raise UnknownModel or ModelNotConfigured for a model that cannot answer."""
        self.chat_models.check(name)

    def chat_model(self, name: str) -> ChatModel:
        """The chat model of this name. Raises UnknownModel and ModelNotConfigured."""
        return self.chat_models.chat(name)

    def chain(
        self,
        model: str | None = None,
        *,
        strategy: str | None = None,
        samples: int | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> Runnable[Question, Answer]:
        """The whole path, answering with ``model`` (the default one when it is None).

        A chat model says no more once ``stopped`` says yes.

        A chat model is asked by ``strategy``, with at most ``samples``; None is what the settings
        say. Raises UnknownModel, ModelNotConfigured, UnknownStrategy and SamplesOutOfBounds.
        """
        from rag.chain import build_chain
        from rag.review import Review

        name = model or self.models()[0]
        return build_chain(
            self.index,
            self._strategy(name, strategy, samples, stopped),
            max_question_chars=self.settings.max_question_chars,
            condenser=self._condenser(name),
            assembler=None if name == EXTRACTIVE else self._context(name),
            reviewer=Review(self.checker, self.confidence),
        )

    def ask(
        self,
        text: str,
        collections: tuple[str, ...],
        model: str | None = None,
        *,
        where: Filter = EVERYTHING,
        strategy: str | None = None,
        samples: int | None = None,
    ) -> Answer:
        """The answer to one question, from passages that fit ``where``; see ``chain``."""
        top_k = self.settings.top_k
        question = Question(text=text, collections=collections, top_k=top_k, where=where)
        return self.chain(model, strategy=strategy, samples=samples).invoke(question)

    def stream(
        self,
        text: str,
        collections: tuple[str, ...],
        model: str | None = None,
        *,
        where: Filter = EVERYTHING,
        history: tuple[Exchange, ...] = (),
        strategy: str | None = None,
        samples: int | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> Generator[Answer]:
        """The growing answer to one question, from passages that fit ``where``; see ``chain``.

        It may hang on ``history``, what was asked before (newest last). Closing it stops the model.
        """
        question = Question(
            text=text,
            collections=collections,
            top_k=self.settings.top_k,
            where=where,
            history=history,
        )
        path = self.chain(model, strategy=strategy, samples=samples, stopped=stopped)
        yield from path.stream(question)

    def warm_up(self) -> None:
        """Load now what the first question would wait for."""
        from rag.words import prepare_dictionary

        prepare_dictionary(self.settings.data_dir / "models")
        self.embedder.embed_query("warm up")
        _ = self.ingestion
        collections = tuple(collection.name for collection in self.record.collections())
        if collections:
            self.ask("warm up 预热", collections, EXTRACTIVE)
        try:
            self.chat_models.load()
        except ModelError as error:  # told to whoever asks it, too
            _log.warning("%s %s", error, error.hint)
        gc.collect()
        gc.freeze()  # what is loaded now stays: looking through it again and again slows searches

    def close(self) -> None:
        """Give locks and connections back."""
        if "chat_models" in self.__dict__:
            self.chat_models.close()
        super().close()

    def _strategy(
        self,
        model: str,
        strategy: str | None,
        samples: int | None,
        stopped: Callable[[], bool] | None,
    ) -> Strategy:
        from rag.models.extractive import Extractive
        from rag.models.stoppable import Stoppable
        from vectorstore.current import pinned

        if model == EXTRACTIVE:
            chosen_way(self.settings, strategy, samples)
            return Extractive()
        asked = self.chat_model(model)
        return strategy_over(
            asked if stopped is None else Stoppable(asked, stopped),
            settings=self.settings,
            strategy=strategy,
            samples=samples,
            book=self.prompts,
            checker=self.checker,
            embedder=pinned(self.embedder),
        )

    def _condenser(self, model: str) -> Condenser:
        from rag.condensing.by_model import ModelCondenser
        from rag.condensing.rules import RuleCondenser

        limit = self.settings.max_question_chars
        rules = RuleCondenser(max_question_chars=limit)
        if model == EXTRACTIVE:
            return rules
        return ModelCondenser(self.chat_models.writer(model), rules, max_question_chars=limit)

    def _context(self, model: str) -> BudgetedContext:
        from rag.context import BudgetedContext

        return BudgetedContext(
            self._surroundings,
            max_tokens=self.settings.context_tokens,
            count=self.chat_model(model).count_tokens,
        )

    @made_once
    def _surroundings(self) -> Surroundings:
        from vectorstore.surroundings import Surroundings

        return Surroundings(self.record, self.engine)
