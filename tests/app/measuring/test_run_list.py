"""The list of runs in the reader's words."""

from __future__ import annotations

import pytest

from app.i18n import Translator
from app.measuring.orders import Order, order_of
from app.measuring.run_list import remove_runs, settings_in_words, shown_runs, system_name
from app.workbench import Request, Workbench
from evaluation.errors import RunNotFound
from evaluation.results import Kind
from tests.evaluation.made import a_dataset, a_plan
from tests.fakes import OpenServices, WordEmbedder

EN, ZH = Translator("en"), Translator("zh")


def silent(_stage: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def test_runs_are_listed_gone_on_with_and_removed(services: OpenServices) -> None:
    bench = Workbench(services(embedder=WordEmbedder()))
    assert shown_runs(bench, None, EN) == []
    request = Request(dataset=a_dataset(name="水泵"), limit=0, seed=0)
    finished = bench.retrieval(request, systems=("bm25",), settings={}, tell=silent).id
    plan = a_plan(kind=Kind.ANSWERS, systems=("extractive",), limit=20)
    stopped = bench.runs.open(plan, a_dataset().examples)
    rows = shown_runs(bench, None, ZH)
    assert [(row.id, row.kind, row.systems, row.state) for row in rows] == [
        (stopped, "回答", "文档原句", "停在 0/4"),
        (finished, "检索", "词语检索（BM25）", "已完成"),
    ]
    assert [(row.finished, row.questions) for row in rows] == [(False, 4), (True, 4)]

    order = order_of(bench.runs, stopped, "li")
    assert order == Order.going_on_with(plan, "li")
    running, other = shown_runs(bench, order, EN)
    assert (running.running, running.state) == (True, "being measured")
    assert (other.running, other.state) == (False, "finished")

    remove_runs(bench, [stopped, finished])
    assert shown_runs(bench, None, EN) == []
    with pytest.raises(RunNotFound):
        order_of(bench.runs, stopped, "li")


def test_systems_and_settings_have_names(services: OpenServices) -> None:
    settings = services().settings
    assert system_name(settings, EN, Kind.RETRIEVAL, "rrf") == "Rank fusion (RRF)"
    assert system_name(settings, EN, Kind.RETRIEVAL, "mine") == "mine"
    assert system_name(settings, ZH, Kind.ANSWERS, "extractive") == "文档原句"
    told = {"strategy": "self_consistency", "guidance": "ab", "top_k": "5"}
    assert settings_in_words(told, EN) == "asked by: Let samples vote · top_k: 5"
    assert settings_in_words({}, ZH) == ""
