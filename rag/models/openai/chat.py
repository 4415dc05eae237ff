"""The chat model at a service, through OpenAI's client.

A service is hostile weather: it may hang, drip, break off, or answer with a web page. Whatever it
does ends within the deadline as a reply that is complete, cut or failed. LangChain's client is not
used: it drops what a model thinks, and tells the replies of one request without their numbers.
"""

from __future__ import annotations

import math
import queue
import threading
import weakref
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from rag.circuit_breaker import CircuitBreaker
from rag.models.openai.asking import LONGEST_PAUSE_S, Asking, Wanted
from rag.models.openai.dialect import Dialect
from rag.models.openai.faults import SAYS_NOTHING_OF_IT, SERVICE_IS_DOWN, fault_of, judge
from rag.models.openai.line import Endpoint, Line
from rag.replies import Finish, Message, Reply, Sample, Trouble
from rag.setting_values import Secret
from rag.settings import Settings
from rag.tokens import token_bound

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_MESSAGE_TOKENS: Final = 8
_REPEATED_S: Final = 0.25
_NOTHING: Final = Reply(text="")


class OpenAIChat:
    """See ``rag.protocols.ChatModel``.

    With ``logprobs`` the service is asked for the log-probability of every token. What it refuses
    of a request (these, several replies at once, a seed) is left out, then and from then on. Of
    ``window`` tokens, where they are known, prompt and reply may have all. A service that fails
    again and again is left alone for a while, as ``breaker`` says.
    """

    name = "openai"

    def __init__(
        self,
        *,
        model: str,
        api_key: Secret,
        base_url: str,
        temperature: float,
        connect_timeout_s: float,
        read_timeout_s: float,
        deadline_s: float,
        logprobs: bool = False,
        window: int | None = None,
        reply_tokens: int = 512,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self.window = window
        self._wanted = Wanted(
            messages=(),
            n=1,
            temperature=temperature,
            reply_tokens=reply_tokens,
            logprobs=logprobs,
        )
        self._endpoint = Endpoint(
            base_url=base_url,
            api_key=api_key,
            connect_timeout_s=connect_timeout_s,
            read_timeout_s=read_timeout_s,
        )
        self._deadline_s = deadline_s
        self._breaker = breaker or CircuitBreaker()
        self._dialect = Dialect(model=model)
        self._line: Line | None = None
        self._hang_up: weakref.finalize[Any, Any] | None = None
        self._guard = threading.Lock()

    @classmethod
    def of(cls, settings: Settings, *, deadline_s: float = math.inf) -> Self:
        """The model that the settings name; ``deadline_s`` can only shorten theirs."""
        return cls(
            model=settings.chat_model,
            api_key=settings.openai_api_key,
            base_url=settings.chat_base_url,
            temperature=settings.openai_temperature,
            connect_timeout_s=settings.openai_connect_timeout_s,
            read_timeout_s=settings.openai_read_timeout_s,
            deadline_s=min(deadline_s, settings.openai_deadline_s),
            logprobs=settings.openai_logprobs,
            window=settings.window_tokens or None,
            reply_tokens=settings.reply_tokens,
        )

    def prepare(self) -> None:
        """Begin to make the client, which takes a second in a new process; nothing is asked."""
        self._open_line().start(_made_ready)

    def close(self) -> None:
        """Break off what runs and give the connections back; a later request makes new ones."""
        with self._guard:
            hang_up, self._hang_up, self._line = self._hang_up, None, None
        if hang_up is not None:
            hang_up()

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.ChatModel``."""
        return token_bound(text)

    def stream(self, messages: Sequence[Message]) -> Iterator[Reply]:
        """See ``rag.protocols.ChatModel``."""
        with closing(self._ask(replace(self._wanted, messages=messages))) as samples:
            for sample in samples:
                yield sample.reply

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        """See ``rag.protocols.ChatModel``.

        One request for all where the service does that, else ``n`` at once with seeds from
        ``seed`` on.
        The counts of the samples sum to what the service counted: the prompt of a request is told
        with its first sample; a completion's tokens by their log-probabilities or, where there are
        none, in proportion to the lengths.
        """
        if n < 1:
            raise ValueError(f"{n} samples; expected at least 1")
        wanted = replace(self._wanted, messages=messages, n=n, temperature=temperature, seed=seed)
        with closing(self._ask(wanted)) as samples:
            yield from samples

    def _ask(self, wanted: Wanted) -> Generator[Sample]:
        room = self._room(wanted.messages)
        trouble = self._trouble_beforehand(room)
        if trouble is not None:
            failed = Reply(text="", finish=Finish.FAILED, trouble=trouble)
            yield from (Sample(number=number, reply=failed) for number in range(wanted.n))
            return
        told: queue.SimpleQueue[Sample | None] = queue.SimpleQueue()
        if room is not None:
            wanted = replace(wanted, reply_tokens=min(wanted.reply_tokens, room))
        asking = Asking(wanted, self._dialect, told.put)
        latest = dict.fromkeys(range(wanted.n), _NOTHING)
        work: Future[None] | None = None
        try:
            work = self._open_line().start(asking.run)
            work.add_done_callback(lambda _: told.put(None))
            yield from self._heard(told, work, latest)
        finally:
            if work is not None:
                work.cancel()
            self._report(latest, asking)

    def _heard(
        self,
        told: queue.SimpleQueue[Sample | None],
        work: Future[None],
        latest: dict[int, Reply],
    ) -> Iterator[Sample]:
        """Every sample to its end, which the deadline or a line that was closed may bring.

        While nothing comes the last is given again, so that whoever reads can leave.
        """
        ends_at = monotonic() + self._deadline_s
        trouble = Trouble.DEADLINE
        while any(_unended(latest)):
            left_s = ends_at - monotonic()
            if left_s <= 0:  # what has come by now still counts
                work.cancel()
            try:
                sample = told.get(timeout=max(0.0, min(left_s, _REPEATED_S)))
            except queue.Empty:
                if left_s <= _REPEATED_S:
                    break
                yield next(_unended(latest))
                continue
            if sample is None:
                trouble = trouble if left_s <= 0 else _why_ended(work)
                break
            latest[sample.number] = sample.reply
            yield sample
        for number, reply in [(one.number, one.reply) for one in _unended(latest)]:
            finish, why = judge(reply.text, None, trouble)
            latest[number] = replace(reply, finish=finish, trouble=why)
            yield Sample(number=number, reply=latest[number])

    def _room(self, messages: Sequence[Message]) -> int | None:
        """Tokens of the window that the prompt leaves; None where it is not known."""
        if self.window is None:
            return None
        prompt = sum(_MESSAGE_TOKENS + self.count_tokens(one.content) for one in messages)
        return self.window - prompt

    def _trouble_beforehand(self, room: int | None) -> Trouble | None:
        """Why not to ask at all."""
        key = self._endpoint.api_key.reveal()
        if not (key.isascii() and key.isprintable()):  # it cannot stand in a header
            return Trouble.KEY_REFUSED
        if room is not None and room <= 0:
            return Trouble.TOO_LONG
        return None if self._breaker.admit() else Trouble.RESTING

    def _report(self, latest: dict[int, Reply], asking: Asking) -> None:
        """Tell the breaker what this question showed of the service."""
        troubles = {reply.trouble for reply in latest.values() if reply.finish is not None}
        came = any(reply.text or reply.reasoning for reply in latest.values())
        rests_s = [fault.after_s for fault in asking.faults if fault.after_s is not None]
        long_s = [rest_s for rest_s in rests_s if rest_s > LONGEST_PAUSE_S]
        if troubles - SERVICE_IS_DOWN - SAYS_NOTHING_OF_IT:
            self._breaker.succeeded()
        elif troubles & SERVICE_IS_DOWN or (Trouble.DEADLINE in troubles and not came):
            self._breaker.failed(rest_s=max(long_s, default=None))
        else:
            self._breaker.abandoned()

    def _open_line(self) -> Line:
        with self._guard:
            if self._line is None:
                self._line = Line(self._endpoint)
                self._hang_up = weakref.finalize(self, self._line.close)
            return self._line


async def _made_ready(client: AsyncOpenAI) -> None:
    """Load what the first request would wait for."""
    _ = client.chat.completions


def _why_ended(work: Future[None]) -> Trouble:
    """Why work ended before all was said: its line was closed, or never came about."""
    error = None if work.cancelled() else work.exception()
    return fault_of(error).trouble if error else Trouble.BROKEN_OFF


def _unended(latest: dict[int, Reply]) -> Iterator[Sample]:
    return (Sample(number=at, reply=one) for at, one in latest.items() if one.finish is None)
