"""A chat model that a reader can stop: what it has said by then is its reply."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import cast

from rag.protocols import ChatModel
from rag.replies import Finish, Message, Reply, Sample, Trouble


class Stoppable:
    """See ``rag.protocols.ChatModel``: ``model`` until ``stopped`` says yes, at any time.

    A reply that has begun is cut then, one that has not fails, and nothing more is asked of the
    model. Of several samples those that have ended stay; where none has, the longest is cut.
    """

    def __init__(self, model: ChatModel, stopped: Callable[[], bool]) -> None:
        self._model = model
        self._stopped = stopped
        self._one_ended = False

    @property
    def name(self) -> str:
        """See ``rag.protocols.ChatModel``."""
        return self._model.name

    @property
    def window(self) -> int | None:
        """See ``rag.protocols.ChatModel``."""
        return self._model.window

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.ChatModel``."""
        return self._model.count_tokens(text)

    def stream(self, messages: Sequence[Message]) -> Iterator[Reply]:
        """See ``rag.protocols.ChatModel``."""
        reply = Reply(text="")
        if not self._stopped():
            with closing(cast("Generator[Reply]", self._model.stream(messages))) as replies:
                for reply in replies:
                    if reply.finish is not None:
                        yield reply
                        return
                    if self._stopped():
                        break
                    yield reply
        yield _cut(reply)

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        """See ``rag.protocols.ChatModel``."""
        growing = {number: Reply(text="") for number in range(n)}
        if not self._stopped():
            asked = self._model.sample(messages, n=n, temperature=temperature, seed=seed)
            with closing(cast("Generator[Sample]", asked)) as samples:
                for one in samples:
                    growing[one.number] = one.reply
                    if one.reply.finish is not None:
                        del growing[one.number]
                        self._one_ended |= one.reply.finish is not Finish.FAILED
                    elif self._stopped():
                        break
                    yield one
        longest = max(growing, key=lambda number: len(growing[number].text), default=None)
        for number, reply in growing.items():
            kept = number == longest and not self._one_ended
            yield Sample(number=number, reply=_cut(reply) if kept else _cut(Reply(text="")))


def _cut(reply: Reply) -> Reply:
    finish = Finish.CUT if reply.text.strip() else Finish.FAILED
    return replace(reply, finish=finish, trouble=Trouble.STOPPED)
