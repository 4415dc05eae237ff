"""The benchmark of people at once: it speaks the app's protocol, sees answers, counts failures."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.answers.server import REPLY, SEVERAL, Pace, PacedServer
from benchmarks.app_visitor import Asked, Visitor
from benchmarks.asking_load import PACE, asked_and_read, served, summed_up

SAYS = REPLY.split(" ")[0]


@pytest.fixture(scope="module")
def app(
    sample_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, psutil.Process]]:
    """The WebSocket of an app whose model speaks quickly, and its process."""
    folder = tmp_path_factory.mktemp("load") / "data"
    shutil.copytree(sample_data, folder)
    with (
        PacedServer(Pace(first_token_s=0.2, piece_s=0.01, pieces=20)) as model,
        served(folder, model.url(SEVERAL)) as running,
    ):
        yield running


def test_a_visitor_asks_twice_and_sees_both_answers(app: tuple[str, psutil.Process]) -> None:
    address, process = app
    with Visitor(address) as visitor:
        for question in ("How heavy is an X-200 pump?", "住宿标准是多少？"):
            asked = visitor.ask(question, says=SAYS)
            assert asked.problem is None
            assert 0 < asked.seen_s < asked.begun_s < asked.ended_s
            assert asked.begun_s > 0.2
    assert process.memory_info().rss > 2**20


def test_people_ask_until_it_is_over(app: tuple[str, psutil.Process]) -> None:
    address, _ = app
    ends = time.monotonic() + 4.0
    answers, problems = asked_and_read(
        address, lambda: time.monotonic() > ends, people=2, reads_s=0.1, seed=3
    )
    assert answers >= 2
    assert problems == []


def test_a_question_that_is_refused_is_a_problem(app: tuple[str, psutil.Process]) -> None:
    address, _ = app
    with Visitor(address) as visitor:
        asked = visitor.ask(" ", says=SAYS)
    assert asked.problem is not None
    assert asked.problem.startswith("no answer: ")


def test_what_the_model_takes_is_not_counted() -> None:
    model_s = PACE.first_token_s + (PACE.pieces - 1) * PACE.piece_s
    told = [
        Asked(seen_s=0.1, begun_s=PACE.first_token_s + 0.3, ended_s=model_s + more)
        for more in [0.5] * 20
    ]
    measured = summed_up([*told, Asked(problem="no answer: 空")], people=10)
    assert (measured.people, measured.problems) == (10, ("no answer: 空",))
    assert measured.seen.asked == 20
    assert measured.seen.p95_ms == pytest.approx(100)
    assert measured.begun.p50_ms == pytest.approx(300)
    assert measured.ended.p95_ms == pytest.approx(500)
