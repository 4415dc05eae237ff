"""Runs are read once and kept while they are looked at."""

from __future__ import annotations

import pytest

from app.measuring.readings import Readings
from evaluation.errors import RunNotFound, RunUnfinished
from evaluation.results import Cost, Run
from evaluation.runs import Runs
from tests.app.measuring.runs_made import read, searches
from tests.evaluation.made import a_plan
from tests.fakes import OpenServices


@pytest.fixture
def runs(services: OpenServices) -> Runs:
    return Runs(services().engine)


def kept(runs: Runs, run: Run, seed: int = 0, *, finished: bool = True) -> str:
    plan = a_plan(systems=tuple(run.results), seed=seed)
    run_id = runs.open(plan, run.examples)
    runs.keep(
        run_id,
        [
            (system, at, result, Cost(total_ms=5.0))
            for system, results in run.results.items()
            for at, result in enumerate(results)
        ],
    )
    if finished:
        runs.finish(run_id)
    return run_id


def test_a_run_is_read_once(runs: Runs) -> None:
    readings = Readings()
    first = kept(runs, searches(4))
    reading = readings.of(runs, first)
    assert (reading.run.id, reading.summary.questions) == (first, 4)
    assert reading.failures.causes["dense"].total() == 2
    assert readings.of(runs, first) is reading
    assert readings.of(runs, "latest").run.id == first
    others = [kept(runs, searches(2), seed) for seed in range(1, 6)]
    for other in others:
        readings.of(runs, other)
    assert readings.of(runs, first) is not reading, "only the last few are kept"


def test_a_run_that_was_removed_or_is_not_finished_is_said(runs: Runs) -> None:
    readings = Readings()
    run = kept(runs, searches(2))
    readings.of(runs, run)
    runs.remove(run)
    with pytest.raises(RunNotFound):
        readings.of(runs, run)
    with pytest.raises(RunUnfinished):
        readings.of(runs, kept(runs, searches(2), finished=False))


def test_systems_can_be_called_otherwise() -> None:
    summary, failures = read(searches()).with_names({"dense": "向量", "bm25": "词语"}.__getitem__)
    assert list(summary.systems) == ["向量", "词语"]
    assert {one.best for one in summary.contrasts} <= {"向量", "词语"}
    assert list(failures.causes) == ["向量", "词语"]
    assert {one.system for one in failures.examples} == {"向量"}
