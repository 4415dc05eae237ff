"""Work on a line can be called back, and nothing stays when it is closed."""

from __future__ import annotations

import asyncio
from concurrent.futures import CancelledError
from typing import Any

import pytest

from rag.models.openai.line import Endpoint, Line
from rag.setting_values import Secret
from tests.rag.models.openai.chats import KEY, lines, wait_for

ENDPOINT = Endpoint(
    base_url="http://127.0.0.1:9/v1",
    api_key=Secret(KEY),
    connect_timeout_s=1,
    read_timeout_s=1,
)


def test_an_endpoint_does_not_show_its_key() -> None:
    assert KEY not in repr(ENDPOINT)
    assert KEY not in repr(vars(ENDPOINT) if hasattr(ENDPOINT, "__dict__") else ENDPOINT)


def test_an_empty_address_is_openais_own_whatever_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/elsewhere")
    endpoint = Endpoint(base_url="", api_key=Secret(""), connect_timeout_s=1, read_timeout_s=2)
    client = endpoint.connect()
    assert str(client.base_url) == "https://api.openai.com/v1/"
    asyncio.run(client.close())


def test_work_shares_one_client_and_is_called_back() -> None:
    line = Line(ENDPOINT)
    clients: list[Any] = []
    ended: list[str] = []

    async def wait(client: Any) -> None:
        clients.append(client)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("called back")

    first, second = line.start(wait), line.start(wait)
    assert wait_for(lambda: len(clients) == 2, at_most_s=10)
    assert clients[0] is clients[1]
    first.cancel()
    assert wait_for(lambda: ended == ["called back"])
    assert not second.done()
    line.close()
    assert ended == ["called back"] * 2
    with pytest.raises(CancelledError):
        second.result(1)
    assert clients[0].is_closed()
    assert not lines()


def test_a_line_is_closed_once_and_by_its_own_thread_too() -> None:
    line = Line(ENDPOINT)

    async def close(_: Any) -> None:
        line.close()

    line.start(close)
    assert wait_for(lambda: not lines(), at_most_s=10)
    line.close()
