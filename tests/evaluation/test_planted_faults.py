"""Faults planted in a real corpus and a scripted model, and whether their causes are named.

Parsed, searched, asked over HTTP and attributed as in any other run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

import pytest

from app.wiring import Services
from app.workbench import Request, Workbench
from evaluation.attribution import Cause, cause_of
from evaluation.results import Answered, Run
from evaluation.running import SEARCHED
from rag.language import Language
from rag.settings import Settings
from tests.evaluation.planted import (
    COLLECTION,
    LOST,
    UNANSWERABLE,
    Fault,
    Planted,
    planted,
    script_of,
    set_of,
)
from tests.fakes import WordEmbedder
from tests.openai_server import ServerProcess

PLANTED: Final = {
    Fault.RIGHT: 10,
    Fault.RIGHTLY_REFUSED: 4,
    Fault.GOLD_REMOVED: 10,
    Fault.NOT_FOUND: 10,
    Fault.BELOW_PROMPT: 10,
    Fault.WRONGLY_REFUSED: 8,
    Fault.MADE_UP: 4,
    Fault.WRONG_ANSWER: 8,
    Fault.WRONG_CITATION: 8,
}
"""Questions of each fault in either language: 72."""

NAMED_RIGHTLY: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The run of all questions.

    ``prompts`` are by their last line, which asks the question. ``found`` and ``kept`` are the
    texts, by question, of the passages that its search and its own document have.
    """

    questions: tuple[Planted, ...]
    run: Run
    prompts: Mapping[str, str]
    found: Mapping[str, str]
    kept: Mapping[str, str]

    def results(self, language: Language) -> Iterator[tuple[Planted, Answered]]:
        by_id = dict(
            zip((e.id for e in self.run.examples), self.run.results["openai"], strict=True)
        )
        for one in self.questions:
            result = by_id[one.example.id]
            assert isinstance(result, Answered)
            if one.thing.language == language:
                yield one, result


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    folder = tmp_path_factory.mktemp("planted")
    questions = (*planted("en", PLANTED), *planted("zh", PLANTED))
    script = folder / "script.json"
    script.write_text(json.dumps(script_of(questions), ensure_ascii=False), "utf-8")
    with ServerProcess(script) as server:
        settings = Settings(
            data_dir=folder / "data",
            openai_base_url=server.url("scripted"),
            strategy="direct",
        )
        dataset = set_of(questions, settings, folder / "documents")
        with closing(Services(settings)) as services:
            services.embedder = WordEmbedder()
            run = Workbench(services).answers(
                Request(dataset=dataset, limit=0, seed=0),
                models=("openai",),
                settings={},
                at_once=2,
                tell=lambda _stage, _done, _of: None,
            )
            sent = [one["body"]["messages"][-1]["content"] for one in server.log("scripted")]
            yield Measured(
                questions=questions,
                run=run,
                prompts={prompt.splitlines()[-1]: prompt for prompt in sent},
                found={one.question: _found(services, one) for one in questions},
                kept={one.question: _kept(services, one) for one in questions},
            )


def _found(services: Services, one: Planted) -> str:
    hits = services.index.search(one.question, collections=(COLLECTION,), top_k=SEARCHED)
    return "\n".join(hit.passage.chunk.text for hit in hits)


def _kept(services: Services, one: Planted) -> str:
    [collection] = services.record.chosen((COLLECTION,))
    passages = services.record.passages_of(collection, one.thing.document)
    return "\n".join(passage.chunk.text for passage in passages)


def confusion(
    measured: Measured, language: Language, *, traced: bool = True
) -> Counter[tuple[Fault, Cause | None]]:
    """How often each fault was given each cause; without the trace of the gold text if so asked."""
    found: Counter[tuple[Fault, Cause | None]] = Counter()
    for one, result in measured.results(language):
        seen = result if traced else replace(result, gold=None, gold_in_prompt=False)
        found[one.fault, cause_of(one.example, seen)] += 1
    return found


def accuracy(found: Counter[tuple[Fault, Cause | None]]) -> float:
    """Share of faults, of those that are none as well, whose cause is named rightly."""
    return sum(n for (fault, cause), n in found.items() if cause is fault.cause) / found.total()


both = pytest.mark.parametrize("language", ["en", "zh"])


def test_the_faults_stand_in_corpus_search_and_prompt_as_planned(measured: Measured) -> None:
    """Looked up by the very sentence, which attribution does not do."""
    assert len(measured.prompts) == len(measured.questions) == 144
    endings = {"en": "Question: {}", "zh": "问题：{}"}
    for one in measured.questions:
        if one.fault in UNANSWERABLE:
            continue
        prompt = measured.prompts[endings[one.thing.language].format(one.question)]
        stands = {
            "kept": one.evidence in measured.kept[one.question],
            "found": one.evidence in measured.found[one.question],
            "prompt": one.evidence in prompt,
        }
        planned = {
            "kept": one.fault is not Fault.GOLD_REMOVED,
            "found": one.fault not in {Fault.GOLD_REMOVED, Fault.NOT_FOUND},
            "prompt": one.fault not in LOST,
        }
        assert stands == planned, one


@both
def test_the_cause_of_a_planted_fault_is_named(measured: Measured, language: Language) -> None:
    found = confusion(measured, language)
    told = "\n".join(
        f"{fault}: {cause} x {n}" for (fault, cause), n in sorted(found.items(), key=str)
    )
    assert found.total() == 72
    assert accuracy(found) >= NAMED_RIGHTLY, told
    assert found[Fault.RIGHT, None] == PLANTED[Fault.RIGHT], told
    assert found[Fault.RIGHTLY_REFUSED, None] == PLANTED[Fault.RIGHTLY_REFUSED], told


@both
def test_an_answer_that_stands_there_about_something_else_is_not_the_gold_text(
    measured: Measured, language: Language
) -> None:
    """The label of a box repeats it; 6 of 10 questions without gold text have one and evidence."""
    labelled = [
        cause_of(one.example, result)
        for one, result in measured.results(language)
        if one.fault is Fault.GOLD_REMOVED and one.labelled
    ]
    assert labelled == [Cause.PARSING] * 6


@both
def test_without_the_trace_of_the_gold_text_the_lost_ones_are_blamed_on_the_model(
    measured: Measured, language: Language
) -> None:
    """The 30 of 72 whose gold text was lost: half were refused, half answered wrongly."""
    found = confusion(measured, language, traced=False)
    for fault in LOST:
        assert found[fault, Cause.REFUSAL] == found[fault, Cause.ANSWER] == 5
    assert accuracy(found) == pytest.approx(42 / 72)
