"""What the voting strategies are tried with: a model of many minds, and their answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from rag.answer import Answer, Question
from rag.checking import ClaimChecker
from rag.models.extractive import Extractive
from rag.replies import Finish, Message, Reply, Sample
from rag.strategies.self_consistency import SelfConsistency
from rag.tokens import token_bound
from rag.types import Hit
from rag.voting.likeness import Likeness
from tests.fakes import WordEmbedder, a_hit

QUESTION = Question(text="How much does the pump weigh?", collections=("c",))
QUESTION_ZH = Question(text="水泵有多重？", collections=("c",))
HITS = (
    a_hit("The pump weighs 4 kg. The housing is blue.", question=QUESTION.text),
    a_hit("The valve weighs 9 kg.", document="b.txt", score=0.8, question=QUESTION.text),
    a_hit("水泵重 4 公斤。", document="手册.pdf", score=0.6, question=QUESTION_ZH.text),
)
FOUR = "The pump weighs 4 kg. [pump]\nSHORT ANSWER: 4 kg"
NINE = "The pump weighs 9 kg. [pump]\nSHORT ANSWER: 9 kg"
REFUSAL = "NOT_IN_DOCUMENTS"

embedder = WordEmbedder()
checker = ClaimChecker(embedder)
likeness = partial(Likeness, embedder=embedder)


def complete(text: str, tokens: tuple[int, int] | None = None) -> Reply:
    """A finished reply, with its prompt's and its own tokens where they are counted."""
    read, written = tokens or (None, None)
    return Reply(text=text, finish=Finish.COMPLETE, prompt_tokens=read, completion_tokens=written)


class Minds:
    """Sample n says the n-th of ``replies`` (by its seed), word by word.

    ``[pump]`` in it becomes the number that the passage about the pump has in the prompt.
    ``asked`` holds each request: its messages, how many samples, at what temperature and seed.
    """

    name = "minds"
    window: int | None = None

    def __init__(self, replies: Sequence[str | Reply]) -> None:
        self._replies = [complete(one) if isinstance(one, str) else one for one in replies]
        self._guard = threading.Lock()
        self.asked: list[tuple[list[Message], int, float, int]] = []
        self.streamed = 0
        self.closed = 0

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.ChatModel``."""
        return token_bound(text)

    def stream(self, messages: Sequence[Message]) -> Iterator[Reply]:
        """See ``rag.protocols.ChatModel``: the next reply, at temperature 0."""
        self.asked.append((list(messages), 1, 0.0, self.streamed))
        self.streamed += 1
        yield from _growing(self._reply(self.streamed - 1, messages))

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        """See ``rag.protocols.ChatModel``."""
        with self._guard:
            self.asked.append((list(messages), n, temperature, seed))
        try:
            for number in range(n):
                for reply in _growing(self._reply(seed + number, messages)):
                    yield Sample(number=number, reply=reply)
        finally:
            with self._guard:
                self.closed += 1

    def _reply(self, place: int, messages: Sequence[Message]) -> Reply:
        reply = self._replies[min(place, len(self._replies) - 1)]
        passages = messages[-1].content.split("<passage number=")
        pump = next(at for at, text in enumerate(passages) if "The pump weighs 4 kg." in text)
        return replace(reply, text=reply.text.replace("[pump]", f"[{pump}]"))


def _growing(reply: Reply) -> Iterator[Reply]:
    words = reply.text.split(" ")
    for end in range(1, len(words)):
        yield Reply(text=" ".join(words[:end]))
    yield reply


def voting(
    replies: Sequence[str | Reply] | Minds, **options: object
) -> tuple[Minds, SelfConsistency]:
    """A model of these minds, and the vote over it; ``options`` as ``SelfConsistency`` has them."""
    model = replies if isinstance(replies, Minds) else Minds(replies)
    make: Callable[..., SelfConsistency] = SelfConsistency
    return model, make(model, Extractive(), checker=checker, likeness=likeness, **options)


def answers(strategy: SelfConsistency, hits: Sequence[Hit] = HITS) -> list[Answer]:
    """All answers, of which exactly the last has an outcome."""
    found = list(strategy.answer(QUESTION, hits))
    assert [one.outcome is not None for one in found] == [False] * (len(found) - 1) + [True]
    return found
