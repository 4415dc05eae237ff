"""What the rest of the product talks to: a chat with the model of this process."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Final

from rag.replies import Message, Reply, Sample

if TYPE_CHECKING:
    from rag.models.local.model import LocalModel

_BEAT_S: Final = 0.25


class LocalChat:
    """See ``rag.protocols.ChatModel``: a chat with a LocalModel, or with one of its adapters.

    ``stream`` keeps the model's temperature. The same messages at the same temperature and seed
    give the same replies on the same machine. One request is answered at a time; others wait for
    their turn within their deadline.
    """

    def __init__(
        self, model: LocalModel, *, adapter: str | None, temperature: float, deadline_s: float
    ) -> None:
        self.name = f"local+{adapter}" if adapter else "local"
        self._model = model
        self._adapter = adapter
        self._temperature = temperature
        self._deadline_s = deadline_s

    @property
    def window(self) -> int | None:
        """See ``rag.protocols.ChatModel``."""
        return self._model.window

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.ChatModel``."""
        return self._model.count_tokens(text)

    def stream(self, messages: Sequence[Message]) -> Generator[Reply]:
        """See ``rag.protocols.ChatModel``; a reply comes again while nothing new has come."""
        samples = self._generate(messages, 1, self._temperature)
        with closing(samples):
            for one in samples:
                yield one.reply

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Generator[Sample]:
        """See ``rag.protocols.ChatModel``: one batch, for which the prompt is read once.

        A reply is given again while nothing new has come.
        """
        return self._generate(messages, n, temperature, seed=seed)

    def _generate(
        self, messages: Sequence[Message], size: int, temperature: float, *, seed: int = 0
    ) -> Generator[Sample]:
        return self._model.generate(
            messages,
            adapter=self._adapter,
            size=size,
            temperature=temperature,
            deadline_s=self._deadline_s,
            beat_s=_BEAT_S,
            seed=seed,
        )
