from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest

from benchmarks.answers.__main__ import several_samples
from benchmarks.answers.samples import SAMPLES, as_row, measure_samples
from benchmarks.answers.server import Pace
from rag.replies import Finish, Message, Reply, Sample
from tests.fakes import ScriptedChatModel


class OneAfterTheOther(ScriptedChatModel):
    """Takes 20 ms a sample; the last of several is cut."""

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        """See ``rag.protocols.ChatModel``."""
        for number in range(n):
            yield Sample(number=number, reply=Reply(text="so"))
            time.sleep(0.02)
            finish = Finish.CUT if number and number == n - 1 else Finish.COMPLETE
            yield Sample(number=number, reply=Reply(text="so it is", finish=finish))


def test_several_are_timed_against_one() -> None:
    sampled = measure_samples("slow", OneAfterTheOther(["hm"]), repetitions=3)
    assert sampled.one.asked == sampled.several.asked == 3
    assert sampled.several.p50_ms >= SAMPLES * 20
    assert sampled.ratio == pytest.approx(sampled.several.p50_ms / sampled.one.p50_ms, abs=0.001)
    assert sampled.ratio > 2
    assert (sampled.complete, sampled.asked) == (3 * SAMPLES, 3 * (SAMPLES + 1))
    assert as_row(sampled)["complete"] == "15/18"


def test_the_product_s_samples_run_at_once() -> None:
    pace = Pace(first_token_s=0.3, piece_s=0.05, pieces=10)
    for sampled in several_samples(2, pace):
        assert sampled.complete == sampled.asked
        assert sampled.ratio < SAMPLES / 2
