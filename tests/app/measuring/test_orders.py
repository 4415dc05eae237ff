"""Orders travel as JSON, go on with stopped runs, and are carried out by the workbench."""

from __future__ import annotations

from app.measuring.orders import Order, carry_out
from app.workbench import Workbench
from evaluation.results import Kind
from tests.evaluation.made import a_dataset, a_plan
from tests.fakes import OpenServices, WordEmbedder


def silent(_stage: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def test_an_order_comes_back_from_json_as_it_was() -> None:
    order = Order(
        kind=Kind.ANSWERS,
        question_set="差旅 问题",
        systems=("extractive", "openai"),
        settings={"strategy": "self_consistency", "samples": "5"},
        limit=0,
        seed=3,
        part="dev",
        judge="openai",
        again=True,
        user="li",
    )
    assert Order.from_json(order.to_json()) == order
    assert "\n" not in order.to_json()


def test_a_stopped_run_is_ordered_again_by_its_plan() -> None:
    plan = a_plan(
        kind=Kind.ANSWERS,
        systems=("openai",),
        settings={"top_k": "5", "part": "dev", "judge": "local", "guidance": "ab12"},
        seed=7,
        limit=50,
    )
    assert Order.going_on_with(plan, "li") == Order(
        kind=Kind.ANSWERS,
        question_set="small",
        systems=("openai",),
        settings={"top_k": "5"},
        limit=50,
        seed=7,
        part="dev",
        judge="local",
        user="li",
    )


def test_orders_are_carried_out_and_one_from_the_plan_is_the_same_run(
    services: OpenServices,
) -> None:
    bench = Workbench(services(embedder=WordEmbedder()))
    asked = Order(
        kind=Kind.RETRIEVAL, question_set="small", systems=("bm25",), settings={}, limit=3, seed=1
    )
    run = carry_out(bench, asked, a_dataset(), silent)
    assert (list(run.results), len(run.examples)) == (["bm25"], 3)
    [entry] = bench.runs.entries()
    same = carry_out(bench, Order.going_on_with(entry.plan, "li"), a_dataset(), silent)
    assert same.id == run.id
    answers = Order(kind=Kind.ANSWERS, question_set="small", systems=("extractive",), limit=2)
    assert list(carry_out(bench, answers, a_dataset(), silent).results) == ["extractive"]
