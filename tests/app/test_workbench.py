"""The workbench as commands and pages use it: a set in, a run in the record out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.wiring import Services
from app.workbench import Request, Workbench
from evaluation.dataset import Dataset, LibraryCorpus, TextCorpus
from evaluation.errors import NothingToAsk, SettingUnknown
from evaluation.results import Answered, Retrieved, Run
from evaluation.run_file import results_digest
from rag.answer import Outcome
from rag.errors import SettingsError
from rag.guidance import Guidance
from rag.model_errors import ModelNotConfigured, UnknownModel
from rag.protocols import Index
from tests.evaluation.made import ROWS, a_dataset, an_example, in_
from tests.fakes import OpenServices, WordEmbedder


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


def asked(dataset: Dataset | None = None, **values: Any) -> Request:
    return Request(dataset=dataset or a_dataset(), **{"limit": 0, "seed": 0, **values})


def silent(_stage: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def search(opened: Services, request: Request, settings: Mapping[str, str] | None = None) -> Run:
    return Workbench(opened).retrieval(request, settings=settings or {}, tell=silent)


def test_every_search_is_measured_over_the_set_s_corpus(opened: Services) -> None:
    run = search(opened, asked())
    assert list(run.results) == ["dense", "bm25", "rrf", "fused"]
    assert len(run.examples) == 4
    for at, example in enumerate(run.examples):
        result = run.results["fused"][at]
        assert isinstance(result, Retrieved)
        assert result.units[0] == example.gold[0].document
    assert opened.record.collections() == [], "the library has no part in it"


def test_systems_of_the_caller_s_are_measured_beside_the_others(opened: Services) -> None:
    asked_of: list[tuple[str, ...]] = []

    def words_again(services: Services, collections: Sequence[str]) -> Index:
        asked_of.append(tuple(collections))
        return services.lexical

    run = Workbench(opened).retrieval(
        asked(), systems=("bm25",), extra={"again": words_again}, settings={}, tell=silent
    )
    assert list(run.results) == ["bm25", "again"]
    assert run.results["again"] == run.results["bm25"]
    assert asked_of == [("corpus",)]
    assert run.id != search(opened, asked()).id


def test_asked_again_a_finished_run_is_there_at_once(opened: Services, tmp_path: Path) -> None:
    first = search(opened, asked())
    told: list[str] = []
    same = Workbench(opened).retrieval(
        asked(), settings={}, tell=lambda stage, _done, _of: told.append(stage)
    )
    assert same == first
    assert told == []
    again = search(opened, asked(again=True))
    assert again.id == f"{first.id}-2"
    assert results_digest(again) == results_digest(first)
    assert len(Workbench(opened).corpora.folders()) == 1


def test_settings_of_a_run_are_told_and_change_it(opened: Services) -> None:
    usual = search(opened, asked())
    words_only = search(opened, asked(), {"lexical_weight": "1"})
    assert words_only.settings == {"lexical_weight": "1.0"}
    assert words_only.id != usual.id
    assert len(Workbench(opened).corpora.folders()) == 1, "the corpus does not depend on it"
    search(opened, asked(), {"chunk_tokens": "40"})
    assert len(Workbench(opened).corpora.folders()) == 2


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"port": "80"}, SettingUnknown),
        ({"chunk_tokens": "many"}, SettingsError),
        ({"lexical_weight": "2"}, SettingsError),
    ],
)
def test_settings_that_cannot_be_used_are_refused(
    opened: Services, settings: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        search(opened, asked(), settings)


def test_a_sample_is_drawn_by_the_seed(opened: Services) -> None:
    ids = [tuple(e.id for e in search(opened, asked(limit=2, seed=n)).examples) for n in range(6)]
    assert all(len(set(drawn)) == 2 for drawn in ids)
    assert len(set(ids)) > 1
    assert ids[0] == tuple(e.id for e in search(opened, asked(limit=2, again=True)).examples)


def test_a_set_without_usable_questions_is_refused(opened: Services) -> None:
    unanswerable = a_dataset(an_example(0, answerable=False, gold=()))
    with pytest.raises(NothingToAsk, match="small"):
        search(opened, asked(unanswerable))
    unknown = a_dataset(an_example(0, answers=()))
    with pytest.raises(NothingToAsk, match="answers"):
        Workbench(opened).answers(asked(unknown), models=(), settings={}, tell=silent)


def test_answers_come_from_the_product_itself(opened: Services) -> None:
    dataset = a_dataset()
    unanswerable = an_example(
        9, question="Which colour has the zeppelin?", answers=(), gold=(), answerable=False
    )
    request = asked(replace(dataset, examples=(*dataset.examples, unanswerable)))
    run = Workbench(opened).answers(request, models=("extractive",), settings={}, tell=silent)
    by_id = dict(zip((e.id for e in run.examples), run.results["extractive"], strict=True))
    answer = by_id["q2"]
    assert isinstance(answer, Answered)
    assert "6 bar" in answer.text
    assert answer.gold_in_prompt
    assert answer.claims[0].supported
    assert 0 <= (answer.confidence or 0) <= 1
    refused = by_id["q9"]
    assert isinstance(refused, Answered)
    assert (refused.outcome, refused.gold) == (Outcome.NOT_IN_DOCUMENTS, None)
    for folder in Workbench(opened).corpora.folders():
        Workbench(opened).corpora.remove(folder)
    again = Workbench(opened).answers(request, models=("extractive",), settings={}, tell=silent)
    assert again == run
    assert Workbench(opened).corpora.folders() == [], "a finished run needs no corpus"


def test_the_library_itself_can_be_asked(opened: Services, tmp_path: Path) -> None:
    rows = TextCorpus(rows=ROWS, digest="rows")
    opened.ingestion.add_documents(rows.documents(), "house")
    library = LibraryCorpus(collections=("house",), documents=4, digest="house")
    run = search(opened, asked(a_dataset(corpus=library)))
    found = run.results["fused"][0]
    assert isinstance(found, Retrieved)
    assert found.units[0] == run.examples[0].gold[0].document
    assert Workbench(opened).corpora.folders() == []


def test_a_run_over_the_library_is_known_by_its_guidance_too(opened: Services) -> None:
    rows = TextCorpus(rows=ROWS, digest="rows")
    opened.ingestion.add_documents(rows.documents(), "house")
    library = LibraryCorpus(collections=("house",), documents=4, digest="house")

    def answered(dataset: Dataset) -> Run:
        bench = Workbench(opened)
        return bench.answers(asked(dataset), models=("extractive",), settings={}, tell=silent)

    own, brought = a_dataset(corpus=library), a_dataset()
    before = [answered(own), answered(brought)]
    assert [run.settings for run in before] == [{"strategy": "direct"}] * 2
    opened.prompts.put(Guidance(collection="house", instructions="Give masses in kg."))
    after = [answered(own), answered(brought)]
    assert set(after[0].settings) == {"guidance", "strategy"}
    assert after[0].id != before[0].id
    assert after[1].id == before[1].id, "a corpus that was brought along has no keepers"
    opened.prompts.put(Guidance(collection="house", instructions="质量用千克表示。"))
    assert answered(own).settings["guidance"] != after[0].settings["guidance"]


def test_models_that_cannot_be_used_are_refused(opened: Services) -> None:
    bench = Workbench(opened)
    with pytest.raises(UnknownModel):
        bench.answers(asked(), models=("oracle",), settings={}, tell=silent)
    with pytest.raises(ModelNotConfigured):
        bench.answers(asked(), models=("openai",), settings={}, tell=silent)
    with pytest.raises(UnknownModel):
        bench.answers(asked(), models=(), settings={}, judge="extractive", tell=silent)
    assert bench.runs.entries() == [], "nothing was begun"
    assert bench.corpora.folders() == [], "nor was the corpus brought in"


def test_results_are_the_same_in_every_data_folder(services: OpenServices) -> None:
    alike = tuple((f"{n}.txt", "", f"Pump {n} is blue. It weighs 4 kg.") for n in range(40))
    question = an_example(1, question="Which pump is blue?", gold=in_("7.txt"))
    dataset = a_dataset(question, corpus=TextCorpus(rows=alike, digest="alike"))
    runs = [
        search(services(folder, embedder=WordEmbedder()), asked(dataset))
        for folder in ("one", "two")
    ]
    assert results_digest(runs[0]) == results_digest(runs[1]), "ties fall alike"
