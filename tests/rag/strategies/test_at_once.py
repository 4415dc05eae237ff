"""Shares of a wave are asked in threads; what they raise is raised, what is left is ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from rag.answer_prompt import Prompter
from rag.excerpt import Excerpt
from rag.prompt_version import BlankBook
from rag.replies import Finish, Message, Reply, Sample
from rag.strategies.at_once import Share, asked_at_once
from tests.rag.strategies.voters import HITS, QUESTION, Minds, complete


def shares(*numbers: tuple[int, ...]) -> list[Share]:
    prompter = Prompter(Minds([""]), BlankBook(), reply_tokens=0)
    prompt = prompter.prompt(QUESTION, [Excerpt.of(hit.passage) for hit in HITS], HITS)
    assert prompt is not None
    return [Share(prompt=prompt, numbers=one) for one in numbers]


def finished(samples: Iterator[Sample]) -> dict[int, str]:
    return {one.number: one.reply.text for one in samples if one.reply.finish is not None}


@pytest.mark.parametrize("numbers", [[(0, 1, 2)], [(0, 1), (2,)], [(0,), (1,), (2,)]])
def test_every_sample_comes_under_its_own_number(numbers: list[tuple[int, ...]]) -> None:
    model = Minds(["one", "two words", "three"])
    found = finished(asked_at_once(model, shares(*numbers), temperature=0.5))
    assert found == {0: "one", 1: "two words", 2: "three"}
    assert sorted((n, seed) for _, n, _, seed in model.asked) == sorted(
        (len(one), one[0]) for one in numbers
    )


class Meeting(Minds):
    """Ends only when all three are asked at the same time."""

    def __init__(self) -> None:
        super().__init__([""])
        self._all = threading.Barrier(3, timeout=10)

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        self._all.wait()
        yield Sample(number=0, reply=complete("met"))


def test_shares_are_asked_at_the_same_time() -> None:
    found = finished(asked_at_once(Meeting(), shares((0,), (1,), (2,)), temperature=0))
    assert found == {0: "met", 1: "met", 2: "met"}


class Broken(Minds):
    """Raises for the second share, and speaks without end for the first."""

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        if seed:
            raise OSError("the line is dead")
        try:
            while True:
                time.sleep(0.01)
                yield Sample(number=0, reply=Reply(text="…"))
        finally:
            self.closed += 1


def test_what_one_raises_is_raised_and_ends_the_others() -> None:
    model = Broken([""])
    with pytest.raises(OSError, match="dead"):
        list(asked_at_once(model, shares((0,), (1,)), temperature=0))
    assert model.closed == 1


def test_leaving_ends_them_all() -> None:
    class Endless(Broken):
        def sample(
            self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
        ) -> Iterator[Sample]:
            return super().sample(messages, n=n, temperature=temperature)

    for numbers in ([(0,)], [(0,), (1,)]):
        model = Endless([""])
        samples = asked_at_once(model, shares(*numbers), temperature=0)
        next(samples)
        samples.close()
        assert model.closed == len(numbers)


def test_a_reply_keeps_its_end() -> None:
    cut = Reply(text="half", finish=Finish.CUT)
    (*_, last) = asked_at_once(Minds([cut]), shares((0,)), temperature=0)
    assert last.reply == cut
