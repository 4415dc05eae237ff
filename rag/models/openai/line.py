"""The way to a service: its client, on an event loop in a thread of its own.

A thread that waits at a socket cannot be called back; a task on a loop can, and its connection is
closed with it, be it still looking up a name or long reading.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rag.setting_values import Secret

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_NO_KEY_NEEDED: Final = "none"
_OPENAI: Final = "https://api.openai.com/v1"
_CLOSING_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a service is; an empty ``base_url`` is OpenAI's own. Timeouts are seconds."""

    base_url: str
    api_key: Secret
    connect_timeout_s: float
    read_timeout_s: float

    def connect(self) -> AsyncOpenAI:
        """A client, which makes connections as they are needed and asks nothing twice itself."""
        import openai

        return openai.AsyncOpenAI(
            api_key=self.api_key.reveal() or _NO_KEY_NEEDED,
            base_url=self.base_url or _OPENAI,
            timeout=openai.Timeout(self.read_timeout_s, connect=self.connect_timeout_s),
            max_retries=0,
        )


Work = Callable[["AsyncOpenAI"], Coroutine[Any, Any, None]]


class Line:
    """Runs requests until it is closed; close it, or its thread stays."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: AsyncOpenAI | None = None
        self._closing: asyncio.Event | None = None
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._live, name="openai-line", daemon=True)
        self._thread.start()

    def start(self, work: Work) -> Future[None]:
        """Begin ``work``; cancelling what is given back ends it and closes its connections."""
        return asyncio.run_coroutine_threadsafe(self._run(work), self._ready.result())

    def close(self) -> None:
        """End everything that runs, and the thread."""
        loop = self._ready.result()
        if self._closing is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._closing.set)
        if threading.current_thread() is not self._thread:
            self._thread.join(_CLOSING_S)

    async def _run(self, work: Work) -> None:
        if self._client is None:
            self._client = self._endpoint.connect()
        await work(self._client)

    def _live(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._closing = asyncio.Event()
        self._ready.set_result(asyncio.get_running_loop())
        await self._closing.wait()
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
