"""One question to a service: one reply or several, asked again where that may help."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rag.models.openai.choice import Choice, with_counts
from rag.models.openai.dialect import Dialect, N, blamed
from rag.models.openai.faults import Fault, NoSuchModel, fault_of
from rag.replies import Message, Sample, Trouble

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletionChunk

_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
"""A service that wants more time than this is not asked again for the same reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for; another ``seed`` asks for other replies."""

    messages: Sequence[Message]
    n: int
    temperature: float
    reply_tokens: int
    logprobs: bool
    seed: int = 0

    def body(self, model: str, *, n: int, seed: int | None) -> dict[str, Any]:
        """The request in the protocol's words."""
        told: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": one.role.value, "content": _sendable(one.content)} for one in self.messages
            ],
            "temperature": self.temperature,
            "max_tokens": self.reply_tokens,
            "stream_options": {"include_usage": True},
        }
        if n > 1:
            told[N] = n
        if seed is not None:
            told["seed"] = seed
        if self.logprobs:
            told["logprobs"] = True
        return told


@dataclass(slots=True)
class _Heard:
    """What has come of one request."""

    choices: dict[int, Choice] = field(default_factory=dict)
    usage: CompletionUsage | None = None
    is_protocol: bool = False


class Asking:
    """Asks, and tells ``told`` each sample as it grows and as it ends; ``n`` of them end.

    ``faults`` are those of the requests that failed.
    """

    def __init__(self, wanted: Wanted, dialect: Dialect, told: Callable[[Sample], None]) -> None:
        self._wanted = wanted
        self._dialect = dialect
        self._told = told
        self._unended = set(range(wanted.n))
        self.faults: list[Fault] = []

    async def run(self, client: AsyncOpenAI) -> None:
        """Ask until every sample has ended; raises nothing but the cancelling."""
        n = self._wanted.n
        if n > 1 and self._dialect.takes(N):
            await self._ask(client, list(range(n)), seed=self._wanted.seed or None)
            if self._unended:
                self._dialect.learn({N})
        await asyncio.gather(
            *(
                self._ask(client, [number], seed=self._seed(number))
                for number in sorted(self._unended)
            )
        )

    def _seed(self, number: int) -> int | None:
        """What tells this reply from the others; None for a first and only one."""
        seed = self._wanted.seed + number
        return seed if seed or self._wanted.n > 1 else None

    async def _ask(
        self, client: AsyncOpenAI, numbers: list[int], *, seed: int | None = None
    ) -> None:
        """One request for the samples ``numbers``; those it says nothing of stay unfinished."""
        heard = _Heard()
        fault = None
        try:
            await self._hear(client, numbers, seed, heard)
        except Exception as error:  # noqa: BLE001 (whatever a client raises ends as a reply)
            fault = fault_of(error)
            self.faults.append(fault)
        trouble = fault.trouble if fault else None
        if not heard.choices and not heard.is_protocol and trouble is None:
            trouble = Trouble.NOT_THE_PROTOCOL
        if trouble is not None or not heard.choices:
            for at in range(len(numbers)):
                heard.choices.setdefault(at, Choice())
        ends = sorted(at for at in heard.choices if at < len(numbers))
        replies = [heard.choices[at].ended(trouble) for at in ends]
        for at, reply in zip(ends, with_counts(replies, heard.usage), strict=True):
            self._unended.discard(numbers[at])
            self._told(Sample(number=numbers[at], reply=reply))

    async def _hear(
        self, client: AsyncOpenAI, numbers: list[int], seed: int | None, heard: _Heard
    ) -> None:
        """Read a reply to its end; what is refused is left out, what may pass is tried again."""
        import openai

        left_out: set[str] = set()
        tries = 2
        while True:
            body: dict[str, Any] = {}
            try:
                body |= await self._body(client, len(numbers), seed, left_out)
                stream = await client.chat.completions.create(**body, stream=True)
                async with stream:
                    self._dialect.learn(left_out)
                    await self._read(stream, numbers, heard)
                return
            except openai.OpenAIError as error:
                if heard.choices:
                    raise
                fault = fault_of(error)
                reason = blamed(error, body) if fault.trouble is Trouble.REQUEST_REFUSED else None
                if reason is not None:
                    left_out.add(reason)
                    continue
                tries -= 1
                pause_s = _PAUSE_S if fault.after_s is None else fault.after_s
                if tries == 0 or not fault.may_pass or pause_s > LONGEST_PAUSE_S:
                    raise
            await asyncio.sleep(pause_s)

    async def _body(
        self, client: AsyncOpenAI, n: int, seed: int | None, left_out: set[str]
    ) -> dict[str, Any]:
        if not self._dialect.model:
            self._dialect.model = await _only_model(client)
        wanted = self._wanted.body(self._dialect.model, n=n, seed=seed)
        return self._dialect.body(wanted, without=left_out)

    async def _read(
        self, stream: AsyncStream[ChatCompletionChunk], numbers: list[int], heard: _Heard
    ) -> None:
        kind = stream.response.headers.get("content-type", "")
        heard.is_protocol = kind.startswith("text/event-stream")
        async for chunk in stream:
            if chunk.usage is not None:
                heard.usage = chunk.usage
            for piece in chunk.choices or ():
                choice = heard.choices.setdefault(piece.index, Choice())
                if choice.add(piece) and piece.index < len(numbers):
                    self._told(Sample(number=numbers[piece.index], reply=choice.reply()))


async def _only_model(client: AsyncOpenAI) -> str:
    """The one model that a service holds; NoSuchModel where it has none or several."""
    listed = (await client.models.list()).data
    known = [one.id for one in listed if getattr(one, "parent", None) is None]  # not an adapter
    if len(known) != 1:
        raise NoSuchModel
    return known[0]


def _sendable(text: str) -> str:
    """``text`` without half characters, which no request can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
