from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from benchmarks.answers.first_token import (
    CLIENT,
    PRODUCT,
    VOTING,
    TimedIndex,
    as_row,
    measure_first_tokens,
    systems,
)
from benchmarks.answers.server import SINGLE, Pace, PacedServer
from tests.fakes import OpenServices, WordEmbedder, a_document

PACE = Pace(first_token_s=0.05, piece_s=0.001, pieces=5)
QUESTIONS = ("How heavy is the valve?", "阀门有多重？")


@pytest.fixture(scope="module")
def server() -> Iterator[PacedServer]:
    with PacedServer(PACE) as running:
        yield running


def test_every_system_asks_the_same_server_with_what_the_search_finds(
    services: OpenServices, server: PacedServer
) -> None:
    url = server.url(SINGLE)
    opened = services(embedder=WordEmbedder(), openai_base_url=url, openai_model="paced")
    texts = ("The valve weighs 4 kg.", "阀门重 4 公斤。")
    opened.ingestion.add_documents([a_document(f"{n}.txt", t) for n, t in enumerate(texts)], "c")
    index = TimedIndex(opened.index)
    opened.index = index
    asked = systems(opened, ("c",), url)
    assert list(asked) == [PRODUCT, VOTING, "LangChain", "LlamaIndex", CLIENT]
    for name, ask in asked.items():
        index.restart()
        pieces = list(ask(QUESTIONS[0]))
        assert "The passage says so" in (
            pieces[-1] if name in {PRODUCT, VOTING} else "".join(pieces)
        )
        assert (index.took_ms > 0) is (name != CLIENT)
    begun = measure_first_tokens(asked, index, QUESTIONS, PACE)
    assert [one.system for one in begun] == list(asked)
    for one in begun:
        assert one.first.asked == len(QUESTIONS)
        assert one.first.p50_ms > PACE.first_token_s * 1000
        assert 0 < one.own.p50_ms < one.first.p50_ms
        assert 0 < one.cpu.p50_ms < one.first.p95_ms
        assert as_row(one)["own p95"] == one.own.p95_ms


class SlowIndex:
    """Finds nothing, slowly."""

    def search(self, *_given: object, **_named: object) -> list[object]:
        """Takes 20 ms."""
        time.sleep(0.02)
        return []


def test_what_counts_is_neither_the_search_s_nor_the_model_s() -> None:
    index = TimedIndex(SlowIndex())  # type: ignore[arg-type]

    def ask(question: str) -> Iterator[str]:
        index.search(question, collections=("c",), top_k=1)
        index.search(question, collections=("c",), top_k=1)
        time.sleep(0.05)
        yield ""
        time.sleep(0.03)
        yield "said"
        time.sleep(0.2)
        yield "said more"

    (begun,) = measure_first_tokens({"one": ask}, index, ["a", "b"], PACE)
    assert begun.first.p50_ms >= 120
    assert 30 <= begun.own.p50_ms <= begun.first.p50_ms - 90
    assert begun.cpu.p50_ms < 30, "it slept all the time"
