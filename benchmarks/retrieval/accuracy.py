"""The product, its halves and its rivals asked the same questions over the same passages.

The workbench draws the questions, brings the corpus in, keeps the results and scores them. A rival
gets the passages with the titles and headings over them, their vectors as the record keeps them,
and the same embedder for questions: only retrieval differs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from app.cli.evaluation.options import question_sets, show_progress
from app.cli.evaluation.showing import Shown
from app.wiring import Services
from app.workbench import Request, Workbench
from benchmarks.retrieval.rival_passages import Passages, passages_in
from evaluation.running import SEARCHED
from rag.filter import EVERYTHING, Filter
from rag.protocols import Embedder, Index
from rag.types import Hit
from vectorstore.record import Record

MakeSearch = Callable[..., Callable[[str], list[str]]]
"""Takes passages, an embedder and ``most``; gives a search for chunk ids, best first."""


class RivalIndex:
    """A rival's search as the workbench asks one. Scores only tell the order: 1 / rank."""

    def __init__(self, record: Record, search: Callable[[str], list[str]]) -> None:
        self._record = record
        self._search = search

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``. Raises ValueError for a filter: rivals are not given any."""
        if where:
            raise ValueError(f"a rival is asked without a filter, not with {where}")
        found = self._search(question)[:top_k]
        wanted = [collection.id for collection in self._record.chosen(collections)]
        stored = self._record.passages(found, collection_ids=wanted)
        return [
            Hit(passage=stored[chunk_id].passage, score=1 / rank)
            for rank, chunk_id in enumerate(found, start=1)
            if chunk_id in stored
        ]


def ensemble(passages: Passages, embedder: Embedder, *, most: int) -> Callable[[str], list[str]]:
    """LangChain's, loaded when it is first needed."""
    from benchmarks.retrieval.langchain_rival import ensemble_retriever

    return ensemble_retriever(passages, embedder, most=most)


def ensemble_words(
    passages: Passages, embedder: Embedder, *, most: int
) -> Callable[[str], list[str]]:
    """LangChain's, handed the product's own words: stems, Chinese words, no stop words."""
    from benchmarks.retrieval.langchain_rival import ensemble_retriever
    from rag.words import content_words

    return ensemble_retriever(passages, embedder, most=most, words=content_words)


def query_fusion(
    passages: Passages, embedder: Embedder, *, most: int
) -> Callable[[str], list[str]]:
    """LlamaIndex's, loaded when it is first needed."""
    from benchmarks.retrieval.llama_index_rival import fusion_retriever

    return fusion_retriever(passages, embedder, most=most)


TOLD: Final = (
    "ensemble: LangChain's EnsembleRetriever, equal weights, over BM25Retriever (words are what "
    "stands between blanks) and its Chroma store; ensemble_words: the same, its BM25Retriever "
    "handed our words.\n"
    "query_fusion: LlamaIndex's QueryFusionRetriever in its default mode, one query, over "
    "VectorStoreIndex and BM25 (words are runs of letters, English stems and stop words).\n"
    "All get our passages with title and headings, our vectors, and our embedder for questions."
)

RIVALS: Final[Mapping[str, MakeSearch]] = {
    "ensemble": ensemble,
    "ensemble_words": ensemble_words,
    "query_fusion": query_fusion,
}
"""Searches of other products by the names reports give them."""


def rival(make: MakeSearch, opened: Services, collections: Sequence[str]) -> Index:
    """The index of a rival over these collections."""
    passages = passages_in(opened, opened.record.chosen(collections))
    return RivalIndex(opened.record, make(passages, opened.embedder, most=SEARCHED))


def measure(
    opened: Services,
    dataset: Sequence[Path],
    *,
    limit: int,
    seed: int,
    again: bool,
    json: Path | None,
    html: Path | None,
) -> None:
    """Measure every set and show it; write the files that are asked for."""
    bench, shown = Workbench(opened), Shown(json=json, html=html)
    extra = {name: partial(rival, make) for name, make in RIVALS.items()}
    for one in question_sets(opened, dataset, "", ()):
        request = Request(dataset=one, limit=limit, seed=seed, again=again)
        started = time.perf_counter()
        with show_progress(one.name) as tell:
            run = bench.retrieval(request, settings={}, extra=extra, tell=tell)
        shown.add(run, time.perf_counter() - started)
    shown.console.print(TOLD)
    shown.finish()
