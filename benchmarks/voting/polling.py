"""The product's own voting over many questions: how often the right answer wins, at what cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.voting.electorate import Asked, Electorate
from benchmarks.voting.majority import majority
from evaluation.metrics.confidence import wilson
from rag.answer import Answer
from rag.checking import ClaimChecker
from rag.models.extractive import Extractive
from rag.protocols import ChatModel
from rag.replies import Finish, Message, Reply, Sample
from rag.strategies.self_consistency import SelfConsistency
from rag.tokens import token_bound
from rag.voting.likeness import Likeness

_Z: Final = 1.959964


class PollingModel:
    """A chat model in this process that says what the samples of an electorate say.

    Sample ``seed + k`` of a request is the electorate's sample of that number.
    """

    name = "polled"
    window: int | None = None

    def __init__(self, electorate: Electorate) -> None:
        self._electorate = electorate

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.ChatModel``."""
        return token_bound(text)

    def stream(self, messages: Sequence[Message]) -> Iterator[Reply]:
        """See ``rag.protocols.ChatModel``: sample 0."""
        for one in self.sample(messages, n=1, temperature=0.0):
            yield one.reply

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        """See ``rag.protocols.ChatModel``."""
        prompt = messages[-1].content
        for number in range(n):
            text = self._electorate.reply(prompt, seed + number)
            yield Sample(number=number, reply=Reply(text=text, finish=Finish.COMPLETE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One question each: whether the right answer won, and how many samples were asked."""

    right: tuple[bool, ...]
    asked: tuple[int, ...]

    @property
    def accuracy(self) -> float:
        """The share of questions whose right answer won."""
        return sum(self.right) / len(self.right)


def poll(model: ChatModel, *, questions: int, samples: int, stop_early: bool) -> Polled:
    """Ask the first ``questions`` questions of ``SelfConsistency`` over ``model``."""
    strategy = SelfConsistency(
        model,
        Extractive(),
        checker=ClaimChecker(),
        likeness=Likeness,
        samples=samples,
        stop_early=stop_early,
    )
    right, asked = [], []
    for number in range(questions):
        one = Asked(number=number)
        *_, answer = strategy.answer(one.question, [one.hit()])
        right.append(won(answer, one) == 0)
        asked.append(len(answer.tally.samples) if answer.tally else 0)
    return Polled(right=tuple(right), asked=tuple(asked))


def won(answer: Answer, asked: Asked) -> int | None:
    """Which answer (0..4) was shown; None where it is none of them."""
    said = [at for at in range(len(asked.amounts)) if asked.sentence(at) == answer.text]
    return said[0] if said else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """A row: accuracy seen, its 95 % interval (Wilson), and what the majority vote predicts."""

    design: str
    right: float
    samples: int
    questions: int
    accuracy: float
    low: float
    high: float
    predicted: float

    @property
    def agrees(self) -> bool:
        """Whether the prediction lies in the interval."""
        return self.low <= self.predicted <= self.high


def voted(electorate: Electorate, polled: Polled, *, samples: int) -> Voted:
    """The row of a poll without early stopping."""
    count = len(polled.right)
    low, high = wilson(polled.accuracy, count)
    return Voted(
        design=electorate.design.name,
        right=electorate.design.right,
        samples=samples,
        questions=count,
        accuracy=polled.accuracy,
        low=low,
        high=high,
        predicted=majority(electorate.design.shares, samples),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A row: calls saved by stopping early, and the paired change of accuracy with its interval.

    ``saved`` is a share of the calls; ``change`` and its 95 % bounds are shares of the questions.
    """

    design: str
    right: float | None
    samples: int
    questions: int
    saved: float
    change: float
    low: float
    high: float


def stopped(
    design: str, right: float | None, pairs: Sequence[tuple[Polled, Polled]], *, samples: int
) -> Stopped:
    """The row of polls in (without, with) early stopping, over all their questions together.

    The interval is that of a mean of paired differences (normal approximation).
    """
    whole = np.concatenate([np.array(one.right, float) for one, _ in pairs])
    early = np.concatenate([np.array(one.right, float) for _, one in pairs])
    asked = sum(sum(one.asked) for _, one in pairs)
    differences = early - whole
    change = float(differences.mean())
    half = _Z * float(differences.std()) / len(differences) ** 0.5
    return Stopped(
        design=design,
        right=right,
        samples=samples,
        questions=len(differences),
        saved=1 - asked / (len(differences) * samples),
        change=change,
        low=change - half,
        high=change + half,
    )
