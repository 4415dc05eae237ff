"""Runs in the record: known by their plan, kept result by result, given back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from evaluation.errors import RunAmbiguous, RunNotFound, RunUnfinished
from evaluation.results import CitedClaim, Cost, GoldTrace, Kind, Opinion
from evaluation.runs import Runs
from rag.answer import Notice
from rag.claims import Citation, Claim
from rag.replies import Trouble
from tests.evaluation.made import a_plan, an_example, found, in_, said
from vectorstore.database import open_database

COST = Cost(total_ms=1.5, first_token_ms=0.5, prompt_tokens=10, completion_tokens=2, price=0.25)
EXAMPLES = (
    an_example(0, tags={"kind": "single"}, evidence=("It is so.",)),
    an_example(1, question="重量是多少？", required=(("4", "四"), ("kg",)), gold=in_("a.pdf", 3)),
    an_example(2, answerable=False, answers=(), gold=()),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(tmp_path / "record.sqlite3")
    yield opened
    opened.dispose()


@pytest.fixture
def runs(engine: Engine) -> Runs:
    return Runs(engine)


def finished(runs: Runs, **values: object) -> str:
    run_id = runs.open(a_plan(**values), EXAMPLES)
    runs.keep(run_id, [("fused", at, found(f"d{at}"), COST) for at in range(3)])
    runs.finish(run_id)
    return run_id


def test_a_run_comes_back_as_it_was_kept(runs: Runs) -> None:
    run = runs.load(finished(runs, settings={"top_k": "5"}, seed=7, by_page=True))
    assert run.examples == EXAMPLES
    assert run.results == {"fused": (found("d0"), found("d1"), found("d2"))}
    assert run.costs == {"fused": (COST,) * 3}
    assert (run.seed, run.by_page, run.settings) == (7, True, {"top_k": "5"})
    assert run.started_at.tzinfo is not None


def test_answers_come_back_whole(runs: Runs) -> None:
    citation = Citation(
        chunk_id="c", document_id="d", collection="k", document="a.pdf", version="ab", page=3,
        page_label="iii", paginated=True, start=4, end=9, quote="四公斤",
    )  # fmt: skip
    answer = said(
        "重四公斤。",
        claims=(
            CitedClaim(
                claim=Claim(text="重四公斤。", citations=(citation,)),
                supported=True,
                needed=(True,),
            ),
        ),
        prompt=("a.pdf#3",),
        gold=GoldTrace(parsed=True, rank=2, searched=50),
        gold_in_prompt=True,
        confidence=0.75,
        token_logprobs=(-0.5, -0.25),
        notice=Notice.REPLY_CUT,
        trouble=Trouble.LENGTH,
        prompt_version="ab12",
        opinion=Opinion(faithful=1.0, relevant=None, correct=0.0),
    )
    run_id = runs.open(a_plan(kind=Kind.ANSWERS, systems=("openai",)), EXAMPLES[:1])
    runs.keep(run_id, [("openai", 0, answer, COST)])
    runs.finish(run_id)
    assert runs.load(run_id).results == {"openai": (answer,)}


def test_the_same_plan_is_the_same_run(runs: Runs) -> None:
    first = finished(runs)
    assert runs.open(a_plan(), EXAMPLES) == first
    assert runs.is_finished(first)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"limit": 5},
        {"dataset_digest": "2" * 64},
        {"code": "2" * 64},
        {"settings": {"top_k": "3"}},
        {"systems": ("dense", "fused")},
        {"kind": Kind.ANSWERS},
    ],
)
def test_whatever_changes_results_makes_another_run(runs: Runs, change: dict[str, object]) -> None:
    assert runs.open(a_plan(**change), EXAMPLES) != runs.open(a_plan(), EXAMPLES)


def test_again_repeats_only_what_is_finished(runs: Runs) -> None:
    first = finished(runs)
    second = runs.open(a_plan(), EXAMPLES, again=True)
    assert second == f"{first}-2"
    assert runs.done(second) == set()
    assert runs.open(a_plan(), EXAMPLES, again=True) == second
    assert runs.open(a_plan(), EXAMPLES) == second


def test_a_result_that_is_kept_stays(runs: Runs) -> None:
    run_id = runs.open(a_plan(), EXAMPLES)
    runs.keep(run_id, [("fused", 1, found("first"), COST)])
    runs.keep(run_id, [("fused", 1, found("second"), COST), ("fused", 0, found("d0"), COST)])
    assert runs.done(run_id) == {("fused", 0), ("fused", 1)}
    runs.keep(run_id, [("fused", 2, found("d2"), COST)])
    runs.finish(run_id)
    assert runs.load(run_id).results["fused"][1] == found("first")


def test_runs_are_found_by_beginning_and_by_latest(runs: Runs) -> None:
    first, second = finished(runs), finished(runs, seed=1)
    assert runs.load(first[:8]).id == first
    assert runs.load("latest").id == second
    repeated = runs.open(a_plan(), EXAMPLES, again=True)
    assert runs.load(first).id == first, "its own id is not ambiguous"
    with pytest.raises(RunAmbiguous, match=repeated):
        runs.load(first[:8])


def test_unknown_and_unfinished_runs_are_refused(runs: Runs) -> None:
    with pytest.raises(RunNotFound, match="none yet"):
        runs.load("latest")
    run_id = runs.open(a_plan(), EXAMPLES)
    with pytest.raises(RunUnfinished, match=run_id):
        runs.load(run_id)
    with pytest.raises(RunNotFound, match=run_id):
        runs.load("%")


def test_the_list_tells_how_far_each_run_is(runs: Runs) -> None:
    done = finished(runs)
    begun = runs.open(a_plan(seed=3, systems=("dense", "fused")), EXAMPLES)
    runs.keep(begun, [("dense", 0, found("d0"), COST)])
    newest, oldest = runs.entries()
    assert (newest.id, newest.done, newest.total, newest.finished_at) == (begun, 1, 6, None)
    assert (oldest.id, oldest.done, oldest.total) == (done, 3, 3)
    assert oldest.finished_at is not None


def test_a_removed_run_leaves_nothing(runs: Runs, engine: Engine) -> None:
    run_id = finished(runs)
    assert runs.remove(run_id[:6]) == run_id
    with engine.connect() as connection:
        for table in ("runs", "run_examples", "run_results"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
