"""The workbench put together: question sets, their corpora, the systems, and the runs of them.

Commands and pages ask it; it draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from app.measured_settings import ANSWER_SETTINGS, RETRIEVAL_SETTINGS
from app.models import ChatModels
from app.wiring import Services
from rag.settings import Settings, setting_rows

if TYPE_CHECKING:
    from evaluation.corpora import Corpora
    from evaluation.dataset import Dataset, Example
    from evaluation.plan import Plan
    from evaluation.results import Kind, Run
    from evaluation.runs import Runs
    from rag.protocols import Embedder, Index

_CORPUS_SETTINGS: Final = ("chunk_tokens", "embedding_backend", "max_file_mb")

_DOCUMENTS_KEPT: Final = 32
"""Gold documents whose passages are kept: questions about one document often follow each other."""

Tell = Callable[[str, int, int], None]
"""Gets what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to measure: ``limit`` questions (0: all) of ``dataset``, drawn by ``seed``.

    ``part`` is train, dev or test, empty for the whole set. ``again`` measures what is finished.
    """

    dataset: Dataset
    limit: int
    seed: int
    part: str = ""
    again: bool = False


class Workbench:
    """Measures the product with the product's own parts."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.home = services.settings.data_dir / "evaluation"

    @property
    def runs(self) -> Runs:
        """The runs in the record."""
        from evaluation.runs import Runs

        return Runs(self.services.engine)

    @property
    def corpora(self) -> Corpora:
        """The corpora that question sets brought along."""
        from evaluation.corpora import Corpora

        return Corpora(self.home / "corpora")

    def retrieval(
        self,
        request: Request,
        *,
        systems: Sequence[str] = (),
        extra: Mapping[str, Callable[[Services, Sequence[str]], Index]] | None = None,
        settings: Mapping[str, str],
        tell: Tell,
    ) -> Run:
        """Search with each of ``systems`` (default: all) for every question that has gold places.

        ``extra`` makes systems of the caller's over the set's collections. Raises NothingToAsk, and
        as ``configured`` does for ``settings``.
        """
        from evaluation.datasets.sampling import retrievable
        from evaluation.results import Kind
        from evaluation.running import run_retrieval
        from evaluation.systems import SYSTEMS, retrieval_systems

        chosen = self.configured(settings)
        names = (*(name for name in SYSTEMS if name in (systems or SYSTEMS)), *(extra or ()))
        asked = self._sampled(request, Kind.RETRIEVAL, retrievable(request.dataset))
        plan = self._plan(request, Kind.RETRIEVAL, chosen, names)
        run_id = self.runs.open(plan, asked, again=request.again)
        if not self.runs.is_finished(run_id):
            with self.corpus(request.dataset, chosen, tell) as (opened, collections):
                for done, example in enumerate(asked, start=1):
                    opened.embedder.embed_query(example.question)
                    tell("questions embedded", done, len(asked))
                every = dict(retrieval_systems(opened.dense, opened.lexical, opened.index))
                every |= {one: make(opened, collections) for one, make in (extra or {}).items()}
                run_retrieval(
                    self.runs,
                    run_id,
                    asked,
                    {name: every[name] for name in names},
                    collections,
                    by_page=request.dataset.by_page,
                    on_progress=partial(tell, "questions"),
                )
        return self.runs.load(run_id)

    def answers(
        self,
        request: Request,
        *,
        models: Sequence[str],
        settings: Mapping[str, str],
        judge: str = "",
        at_once: int = 1,
        tell: Tell,
    ) -> Run:
        """Have each of ``models`` (the default one when none is named) answer the questions.

        ``judge`` names a model whose opinion of every answer is asked for too. Raises NothingToAsk,
        UnknownModel, ModelNotConfigured, and as ``configured`` does for ``settings``.
        """
        from evaluation.corpora import passages_of
        from evaluation.judging import ModelJudge
        from evaluation.results import Kind
        from evaluation.running import GoldTracer, run_answers

        chosen = self.configured(settings)
        known = [e for e in request.dataset.examples if e.answers or e.required or not e.answerable]
        asked = self._sampled(request, Kind.ANSWERS, known)
        offered = ChatModels(chosen)
        names = tuple(models) or offered.names()[:1]
        for name in names:
            offered.check(name)
        if judge:
            offered.chat(judge)
        besides = {"judge": judge, "guidance": self.services.prompts.digest(request.dataset)}
        plan = self._plan(request, Kind.ANSWERS, chosen, names, besides)
        run_id = self.runs.open(plan, asked, again=request.again)
        if not self.runs.is_finished(run_id):
            with self.corpus(request.dataset, chosen, tell) as (opened, collections):
                of_document = partial(passages_of, opened.record, collections)
                shelf = lru_cache(maxsize=_DOCUMENTS_KEPT)(of_document)
                run_answers(
                    self.runs,
                    run_id,
                    asked,
                    {
                        name: partial(opened.stream, collections=collections, model=name)
                        for name in names
                    },
                    tracer=GoldTracer(
                        opened.index, collections, shelf, by_page=request.dataset.by_page
                    ),
                    judge=ModelJudge(opened.chat_model(judge)) if judge else None,
                    prices=(chosen.price_prompt, chosen.price_completion),
                    at_once=at_once,
                    on_progress=partial(tell, "questions"),
                )
        return self.runs.load(run_id)

    @contextmanager
    def corpus(
        self, dataset: Dataset, settings: Settings, tell: Tell
    ) -> Iterator[tuple[Services, tuple[str, ...]]]:
        """Services over the set's corpus, brought in first where it is not there, and its names."""
        from evaluation.corpora import COLLECTION, bring_in
        from evaluation.dataset import LibraryCorpus
        from evaluation.embedding_cache import CachedEmbedder

        embedder = self._embedder(settings)
        cache = CachedEmbedder(
            embedder, self.home / "embeddings.sqlite3", backend=settings.embedding_backend
        )
        if isinstance(dataset.corpus, LibraryCorpus):
            folder, names, is_there = settings.data_dir, dataset.corpus.collections, True
        else:
            how = {name: str(getattr(settings, name)) for name in _CORPUS_SETTINGS}
            folder = self.corpora.folder(dataset, {**how, "embedder": embedder.model_id})
            names, is_there = (COLLECTION,), self.corpora.report(folder) is not None
        with closing(cache), closing(Services(replace(settings, data_dir=folder))) as opened:
            opened.embedder = cache
            _ = opened.cross_encoder  # refused, where it must be, before anything is brought in
            if not is_there:
                told = partial(tell, "documents")
                bring_in(dataset, folder, opened.ingestion, opened.record, told)
            yield opened, names

    def _embedder(self, settings: Settings) -> Embedder:
        """The process's own where these settings ask for the same one."""
        own = self.services.settings
        same = all(
            getattr(settings, name) == getattr(own, name)
            for name in ("embedding_model", "embedding_backend")
        )
        if same:
            return self.services.embedder
        return Services(settings).open_model(settings.embedding_model)

    def configured(self, given: Mapping[str, str]) -> Settings:
        """The process's settings with ``given`` values (by field name) in their place.

        Raises SettingUnknown and SettingUnusable.
        """
        from evaluation.errors import SettingUnknown, SettingUnusable

        rows = {row.name: row for row in setting_rows()}
        values: dict[str, Any] = {}
        for name, raw in given.items():
            if name not in ANSWER_SETTINGS:
                raise SettingUnknown(given=name, known=", ".join(ANSWER_SETTINGS))
            try:
                values[name] = rows[name].metadata["parse"](raw)
            except ValueError as error:
                raise SettingUnusable(name=name, value=raw, expected=str(error)) from None
        return replace(self.services.settings, **values)

    @staticmethod
    def _sampled(request: Request, kind: Kind, usable: Sequence[Example]) -> list[Example]:
        from evaluation.datasets.sampling import part_of, sample
        from evaluation.errors import NothingToAsk

        if request.part:
            usable = part_of(usable, request.part, request.seed)
        if not usable:
            raise NothingToAsk(
                dataset=request.dataset.name,
                kind=f"{kind.value} run",
                detail=f"it has {len(request.dataset.examples)} questions",
                expected="A retrieval run needs questions with gold documents that the corpus "
                "holds; an answers run needs answers, or questions marked as unanswerable.",
            )
        return sample(usable, request.limit or len(usable), request.seed)

    @staticmethod
    def _plan(
        request: Request,
        kind: Kind,
        settings: Settings,
        systems: tuple[str, ...],
        besides: Mapping[str, str] | None = None,
    ) -> Plan:
        from evaluation.plan import Plan
        from evaluation.results import Kind
        from evaluation.source_code import MEASURED, source_digest

        asks_model = kind is Kind.ANSWERS or settings.query_expansion != "none"
        usual = Settings()
        told = {
            name: str(getattr(settings, name))
            for name in (ANSWER_SETTINGS if asks_model else RETRIEVAL_SETTINGS)
            if getattr(settings, name) != getattr(usual, name)
        }
        told.update({name: value for name, value in (besides or {}).items() if value})
        if request.part:
            told["part"] = request.part
        return Plan(
            kind=kind,
            dataset=request.dataset.name,
            dataset_digest=request.dataset.digest,
            by_page=request.dataset.by_page,
            synthetic=request.dataset.synthetic,
            seed=request.seed,
            limit=request.limit,
            settings=told,
            code=source_digest(MEASURED),
            systems=systems,
        )
