"""The process that carries out orders: started once, watched, stopped, ended with the app."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.measuring.orders import Order
from app.measuring.process import MeasuringProcess, measuring_lock
from app.measuring.progress import Progress, ProgressFile, State
from evaluation.errors import AlreadyMeasuring
from evaluation.results import Kind

ORDER = Order(kind=Kind.RETRIEVAL, question_set="samples", limit=10)
DEADLINE_S = 60.0
LISTENS = "import sys; sys.stdin.read()"
DEAF = "import time; time.sleep(600)"

Made = Callable[[str], MeasuringProcess]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Makes the process with a Python text in place of the command; it is ended by the test."""
    processes: list[MeasuringProcess] = []

    def make(text: str) -> MeasuringProcess:
        processes.append(MeasuringProcess(tmp_path, (sys.executable, "-c", text)))
        return processes[-1]

    yield make
    for one in processes:
        if one._process is not None:
            one._process.kill()
        one.close()


def state_of(process: MeasuringProcess) -> State | None:
    progress = process.progress()
    return None if progress is None else progress.state


def until_ended(process: MeasuringProcess) -> None:
    ends = time.monotonic() + DEADLINE_S
    while state_of(process) is State.RUNNING:
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_one_order_at_a_time_which_can_be_stopped(made: Made) -> None:
    process = made(LISTENS)
    assert process.progress() is None
    process.start(ORDER)
    assert process.progress() == Progress(order=ORDER)
    with pytest.raises(AlreadyMeasuring, match="samples"):
        process.start(ORDER)
    assert not process.is_stopping
    process.stop()
    until_ended(process)
    assert state_of(process) is State.STOPPED
    assert not process.is_stopping
    process.start(ORDER)
    assert state_of(process) is State.RUNNING


def test_what_another_process_measures_is_seen_and_not_disturbed(
    made: Made, tmp_path: Path
) -> None:
    process = made(LISTENS)
    ProgressFile(tmp_path / "evaluation").write(Progress(order=ORDER, done=3, total=9))
    assert state_of(process) is State.STOPPED, "nobody holds the lock: it died"
    with measuring_lock(tmp_path / "evaluation"):
        assert state_of(process) is State.RUNNING
        with pytest.raises(AlreadyMeasuring):
            process.start(ORDER)


def test_a_process_that_is_killed_counts_as_stopped(made: Made) -> None:
    process = made(DEAF)
    process.start(ORDER)
    assert process._process is not None
    os.kill(process._process.pid, signal.SIGKILL)
    until_ended(process)
    assert state_of(process) is State.STOPPED


def test_closing_ends_it(made: Made) -> None:
    process = made(LISTENS)
    process.close()
    process.start(ORDER)
    process.close()
    assert process._process is not None
    assert process._process.returncode == 0


def test_the_last_word_of_the_process_stays(made: Made, tmp_path: Path) -> None:
    process = made("")
    process.start(ORDER)
    until_ended(process)
    ended = Progress(order=ORDER, state=State.DONE, run="ab12")
    ProgressFile(tmp_path / "evaluation").write(ended)
    assert process.progress() == ended
