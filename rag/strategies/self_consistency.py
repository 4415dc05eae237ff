"""Several samples of a chat model that vote (self-consistency, Wang et al. 2022)."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain, count
from random import Random
from typing import Final

from rag.answer import Answer, Question
from rag.answer_prompt import Prompt, reordered
from rag.prompt_version import PromptBook
from rag.protocols import ChatModel, Checker, Strategy
from rag.strategies.asking import AskingStrategy, Ended, with_all_tokens, with_first_token
from rag.strategies.at_once import Share, asked_at_once
from rag.strategies.ballots import Ballots, MakeLikeness
from rag.strategies.names import StrategyName
from rag.tally import Cluster, Tally
from rag.voting.stopping import settled

_ORDERS_AT_ONCE: Final = 2
"""How many orders of the passages a wave is shared out to: each costs its own prompt, and what all
samples of a wave read in one order they may all get wrong for that order."""


class SelfConsistency(AskingStrategy):
    """The answer that most of ``samples`` samples give, at ``temperature``.

    They are asked in waves: each is as large as it must be for the vote to be settled if all of it
    agreed with the leader, so that with ``stop_early`` no sample is asked that cannot matter
    (adaptive consistency, Aggarwal et al. 2023). The first sample reads the passages as they are
    ranked, others in other orders, since models favour what stands first and last (Liu et al.
    2024). What grows is the first sample.

    Each sample is cited and its claims are checked by ``checker``; that is what its vote weighs.
    ``likeness`` tells which samples say the same. Where all fail, the fallback answers.
    """

    strategy = StrategyName.SELF_CONSISTENCY

    def __init__(
        self,
        model: ChatModel,
        fallback: Strategy,
        *,
        checker: Checker,
        likeness: MakeLikeness,
        samples: int = 5,
        temperature: float = 0.7,
        stop_early: bool = True,
        book: PromptBook | None = None,
        reply_tokens: int = 0,
    ) -> None:
        super().__init__(model, fallback, book=book, reply_tokens=reply_tokens)
        self._planned = samples
        self._ballots = partial(Ballots, checker=checker, likeness=likeness, planned=samples)
        self._temperature = temperature
        self._stop_early = stop_early

    def _asked(
        self, question: Question, growing: Answer, prompt: Prompt
    ) -> Generator[Answer, None, Ended]:
        started = time.perf_counter()
        orders = _orders(question, prompt)
        ballots = self._ballots(question.text)
        asked = 0
        while asked < self._planned and not (self._stop_early and asked and self._is_over(ballots)):
            size = self._wave(ballots.tally, self._planned - asked)
            shares = _shares(orders, range(asked, asked + size))
            growing = yield from self._heard(growing, shares, ballots, started)
            asked += size
            if not ballots.tally.clusters:  # a service that fails is not asked again and again
                break
        ballots.close(stopped_early=asked < self._planned and bool(ballots.tally.clusters))
        return ballots.ended(with_all_tokens(growing, started))

    def _heard(
        self, growing: Answer, shares: Sequence[Share], ballots: Ballots, started: float
    ) -> Generator[Answer, None, Answer]:
        """Growing answers while the samples of a wave speak; returns the last of them."""
        asked_with = {number: one.prompt for one in shares for number in one.numbers}
        wave_started = time.perf_counter()
        samples = asked_at_once(self._model, shares, temperature=self._temperature)
        with closing(samples):
            for sample in samples:
                reply = sample.reply
                growing = with_first_token(growing, reply, started)
                if sample.number == 0:
                    growing = self._draft(growing, reply)
                if reply.finish is not None:
                    took_ms = (time.perf_counter() - wave_started) * 1000
                    prompt = asked_with[sample.number]
                    ballots.cast(sample.number, reply, prompt, took_ms=took_ms)
                    growing = ballots.spent(growing)
                yield replace(growing, tally=ballots.tally)
        return growing

    def _is_over(self, ballots: Ballots) -> bool:
        tally = ballots.tally
        return settled(tally, self._planned - len(tally.samples))

    def _wave(self, tally: Tally, left: int) -> int:
        """How many to ask next: the fewest that can settle it."""
        if not self._stop_early:
            return left
        return next(
            (more for more in range(1, left) if settled(_agreeing(tally, more), left - more)), left
        )


def _agreeing(tally: Tally, more: int) -> Tally:
    """``tally`` as it would be if ``more`` samples agreed with its leader."""
    leader, *others = tally.clusters or (Cluster(members=(), weight=0.0),)
    first = len(tally.samples)
    members = (*leader.members, *range(first, first + more))
    leader = replace(leader, members=members, weight=leader.weight + more)
    return replace(tally, clusters=(leader, *others), tied=False)


def _orders(question: Question, prompt: Prompt) -> Generator[Prompt]:
    """``prompt``, then without end with its excerpts in other orders; the same ones every time.

    An order comes again only when there is no other.
    """
    yield prompt
    places = tuple(range(len(prompt.excerpts)))
    read = {places}
    for number in count(1):
        order = list(places)
        Random(number).shuffle(order)  # noqa: S311
        if tuple(order) in read and len(read) < math.factorial(len(places)):
            continue
        read.add(tuple(order))
        yield reordered(question, prompt, order)


def _shares(orders: Generator[Prompt], numbers: Sequence[int]) -> list[Share]:
    """A wave shared out to orders that no sample has read yet."""
    first = next(orders)
    parts = min(_ORDERS_AT_ONCE, len(numbers), len(first.excerpts))
    size = -(-len(numbers) // parts)
    starts = range(0, len(numbers), size)
    return [
        Share(prompt=prompt, numbers=tuple(numbers[start : start + size]))
        for start, prompt in zip(starts, chain([first], orders), strict=False)
    ]
