"""Many questions put to the product's vote, by the design of their samples."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from typing import Any, Final

from benchmarks.voting.electorate import EVEN, Design, Electorate, evenly, unevenly
from benchmarks.voting.polling import Polled, PollingModel, poll, stopped, voted
from benchmarks.voting.server import PollingServer
from rag.models.openai.chat import OpenAIChat
from rag.setting_values import Secret

RIGHT: Final = (0.4, 0.5, 0.6, 0.7, 0.8)
SAMPLES: Final = (1, 5, 9, 15)
DESIGNS: Final = (*map(evenly, RIGHT), unevenly(0.4), unevenly(0.6))
_STOPPING: Final = (9, 15)
_HTTP: Final = (evenly(0.6), 5)


def votes(
    questions: int,
    seed: int,
    *,
    stopping: bool,
    designs: tuple[Design, ...] = DESIGNS,
    processes: int = 1,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of every design, then those of stopping over the even designs together."""
    paired: dict[int, list[tuple[Polled, Polled]]] = {samples: [] for samples in _STOPPING}
    asked = partial(_of_design, questions=questions, seed=seed, stopping=stopping)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = pool.map(asked, designs) if processes > 1 else map(asked, designs)
        for design, (rows, pairs) in zip(designs, found, strict=True):
            yield from rows
            for samples, pair in pairs.items():
                if design.name == EVEN:
                    paired[samples].append(pair)
    for samples, both in paired.items():
        if both:
            yield "stopping", asdict(stopped("even, all", None, both, samples=samples))


def _of_design(
    design: Design, *, questions: int, seed: int, stopping: bool
) -> tuple[list[tuple[str, dict[str, Any]]], dict[int, tuple[Polled, Polled]]]:
    """The rows of a design, and its polls without and with stopping by the number of samples."""
    electorate = Electorate(design=design, seed=seed)
    model = PollingModel(electorate)
    rows = []
    pairs: dict[int, tuple[Polled, Polled]] = {}
    for samples in SAMPLES:
        whole = poll(model, questions=questions, samples=samples, stop_early=False)
        row = voted(electorate, whole, samples=samples)
        rows.append(("votes", {**asdict(row), "agrees": row.agrees}))
        if stopping and samples in _STOPPING:
            early = poll(model, questions=questions, samples=samples, stop_early=True)
            pairs[samples] = (whole, early)
            told_of = stopped(design.name, design.right, [pairs[samples]], samples=samples)
            rows.append(("stopping", asdict(told_of)))
    return rows, pairs


def over_http(questions: int, seed: int) -> dict[str, Any]:
    """The same votes through the client of a service: every question must end alike."""
    design, samples = _HTTP
    electorate = Electorate(design=design, seed=seed)
    inside = poll(PollingModel(electorate), questions=questions, samples=samples, stop_early=False)
    with PollingServer(electorate) as server, closing(service(server.url)) as model:
        outside = poll(model, questions=questions, samples=samples, stop_early=False)
    alike = sum(one == other for one, other in zip(inside.right, outside.right, strict=True))
    row = voted(electorate, outside, samples=samples)
    return {**asdict(row), "agrees": row.agrees, "alike": alike}


def service(url: str) -> OpenAIChat:
    """The product's client of the service at ``url``."""
    return OpenAIChat(
        model="polled",
        api_key=Secret("none"),
        base_url=url,
        temperature=0.0,
        connect_timeout_s=5.0,
        read_timeout_s=30.0,
        deadline_s=60.0,
    )
