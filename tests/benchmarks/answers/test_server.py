from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from benchmarks.answers.server import SEVERAL, SINGLE, Pace, PacedServer

PACE = Pace(first_token_s=0.2, piece_s=0.05, pieces=7)


@pytest.fixture(scope="module")
def server() -> Iterator[PacedServer]:
    with PacedServer(PACE) as running:
        yield running


def said(server: PacedServer, place: str, n: int) -> tuple[dict[int, str], list[float], Any]:
    """What each choice said, when each event came in seconds, and the usage."""
    texts: dict[int, str] = {}
    times: list[float] = []
    usage = None
    with openai.OpenAI(base_url=server.url(place), api_key="none") as client:
        started = time.perf_counter()
        for event in client.chat.completions.create(
            model="paced", messages=[{"role": "user", "content": "hm?"}], n=n, stream=True
        ):
            times.append(time.perf_counter() - started)
            usage = event.usage or usage
            for choice in event.choices:
                texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
    return texts, times, usage


@pytest.mark.parametrize(
    ("place", "n", "choices"), [(SEVERAL, 3, 3), (SEVERAL, 1, 1), (SINGLE, 3, 1)]
)
def test_it_gives_several_choices_or_silently_one(
    server: PacedServer, place: str, n: int, choices: int
) -> None:
    texts, _, usage = said(server, place, n)
    assert sorted(texts) == list(range(choices))
    assert set(texts.values()) == {"The passage says so in as many "}
    assert usage.completion_tokens == PACE.pieces * choices


def test_it_keeps_its_pace(server: PacedServer) -> None:
    _, times, _ = said(server, SINGLE, 1)
    assert times[0] >= PACE.first_token_s
    assert times[-1] >= PACE.first_token_s + (PACE.pieces - 1) * PACE.piece_s


def test_requests_run_in_parallel(server: PacedServer) -> None:
    alone_s = PACE.first_token_s + (PACE.pieces - 1) * PACE.piece_s
    started = time.perf_counter()
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: said(server, SINGLE, 1), range(6)))
    assert len(replies) == 6
    assert time.perf_counter() - started < 5 * alone_s
