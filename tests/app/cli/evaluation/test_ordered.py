"""Orders of the app carried out by the real command, watched through its file, and stopped."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.measuring.orders import Order
from app.measuring.process import MeasuringProcess
from app.measuring.progress import Progress, State, failure_of
from evaluation.datasets.saving import save
from evaluation.errors import NothingToAsk, QuestionSetNotFound
from evaluation.results import Kind
from evaluation.runs import Runs
from tests.evaluation.made import a_dataset, an_example
from vectorstore.database import open_database

DEADLINE_S = 180.0
ORDER = Order(kind=Kind.RETRIEVAL, question_set="水泵", systems=("bm25",), limit=0)


@pytest.fixture
def measuring(tmp_path: Path, models_cache: Path) -> Iterator[MeasuringProcess]:
    data = tmp_path / "data"
    shutil.copytree(models_cache, data / "models")
    save(a_dataset(), data / "evaluation" / "sets" / "水泵")
    unanswerable = a_dataset(an_example(0, answerable=False, gold=()))
    save(unanswerable, data / "evaluation" / "sets" / "none")
    process = MeasuringProcess(data)
    yield process
    process.close()


def ended(process: MeasuringProcess) -> Progress:
    deadline = time.monotonic() + DEADLINE_S
    while (told := process.progress()) is None or told.state is State.RUNNING:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return told


def test_an_order_is_carried_out_refused_and_stopped(
    measuring: MeasuringProcess, tmp_path: Path
) -> None:
    measuring.start(ORDER)
    done = ended(measuring)
    assert (done.state, done.stage, done.done, done.total) == (State.DONE, "questions", 4, 4)
    engine = open_database(tmp_path / "data" / "record.sqlite3")
    [entry] = Runs(engine).entries()
    engine.dispose()
    assert (entry.id, entry.plan.dataset, entry.done) == (done.run, "水泵", 4)
    measuring.close()

    measuring.start(replace(ORDER, question_set="none"))
    refused = ended(measuring)
    assert refused.state is State.FAILED
    assert isinstance(failure_of(refused), NothingToAsk)
    measuring.close()

    measuring.start(replace(ORDER, again=True))
    measuring.stop()
    assert ended(measuring).state is State.STOPPED


def test_a_set_that_is_gone_is_said(measuring: MeasuringProcess) -> None:
    measuring.start(replace(ORDER, question_set="gone"))
    assert isinstance(failure_of(ended(measuring)), QuestionSetNotFound)
