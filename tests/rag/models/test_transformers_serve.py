"""The client against ``transformers serve`` with a tiny random Llama: what a real server does.

Measured with transformers 5.23: it streams, counts, takes seeds and ``max_tokens``; it ignores
``n`` and log-probabilities without a word, lists only models of the hub's cache, and samples only
with a model whose generation_config says ``do_sample``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag.models.openai import OpenAIChat
from rag.replies import Finish, Message, Reply, Role, Trouble
from rag.setting_values import Secret
from tests.tiny_models import tiny_llama

STARTING_S = 120.0
MESSAGES = [
    Message(role=Role.SYSTEM, content="Answer from the passages."),
    Message(role=Role.USER, content="How often is the filter cleaned? 滤网多久清洗一次？"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running ``transformers serve``."""

    base_url: str
    model: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serve")
    model = tiny_llama(folder / "llama")
    sampling = model / "generation_config.json"
    sampling.write_text(json.dumps({**json.loads(sampling.read_text()), "do_sample": True}))
    (folder / "home" / "hub").mkdir(parents=True)
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "transformers"),
        *("serve", str(model), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"),
    ]
    log = folder / "serve.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            env={**os.environ, "HF_HOME": str(folder / "home")},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        base_url = f"http://127.0.0.1:{port}/v1"
        ends_at = time.monotonic() + STARTING_S
        while not answers(f"{base_url}/models"):
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < ends_at, log.read_text("utf-8", "replace")
            time.sleep(0.2)
        yield Served(base_url=base_url, model=str(model))
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answered:
            return bool(answered.status == 200)
    except OSError:
        return False


@pytest.fixture
def chats() -> Iterator[list[OpenAIChat]]:
    """What a test opens; closed after it."""
    opened: list[OpenAIChat] = []
    yield opened
    for chat in opened:
        chat.close()


def a_chat(chats: list[OpenAIChat], served: Served, **options: Any) -> OpenAIChat:
    chat = OpenAIChat(
        **{
            "model": served.model,
            "api_key": Secret(""),
            "base_url": served.base_url,
            "temperature": 0.0,
            "connect_timeout_s": 5.0,
            "read_timeout_s": 30.0,
            "deadline_s": 60.0,
            "reply_tokens": 16,
            **options,
        }
    )
    chats.append(chat)
    return chat


def last(chat: OpenAIChat) -> Reply:
    *growing, reply = chat.stream(MESSAGES)
    assert all(one.finish is None and reply.text.startswith(one.text) for one in growing)
    return reply


def test_it_streams_and_counts_to_the_longest_reply(
    served: Served, chats: list[OpenAIChat]
) -> None:
    chat = a_chat(chats, served)
    replies = [reply for reply in chat.stream(MESSAGES) if reply.text]
    assert len(replies) > 3
    reply = replies[-1]
    assert (reply.finish, reply.trouble) == (Finish.CUT, Trouble.LENGTH)
    assert reply.completion_tokens == 16
    assert reply.prompt_tokens is not None
    assert reply.prompt_tokens > 20
    assert last(chat).text == reply.text, "temperature 0 says the same again"


def test_it_ignores_logprobs_without_a_word(served: Served, chats: list[OpenAIChat]) -> None:
    reply = last(a_chat(chats, served, logprobs=True))
    assert reply.text
    assert reply.token_logprobs == ()


def test_samples_it_does_not_give_in_one_request_are_asked_for_one_by_one(
    served: Served, chats: list[OpenAIChat]
) -> None:
    chat = a_chat(chats, served)
    for _ in range(2):
        ended = {
            one.number: one.reply
            for one in chat.sample(MESSAGES, n=3, temperature=1.5)
            if one.reply.finish is not None
        }
        assert sorted(ended) == [0, 1, 2]
        assert len({reply.text for reply in ended.values()}) == 3
        assert all(0 < (reply.completion_tokens or 0) <= 16 for reply in ended.values())


def test_who_leaves_and_asks_again_is_answered(served: Served, chats: list[OpenAIChat]) -> None:
    chat = a_chat(chats, served, reply_tokens=4000)
    replies = chat.stream(MESSAGES)
    while not next(replies).text:
        pass
    started = time.monotonic()
    replies.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 1
    assert last(a_chat(chats, served)).trouble is Trouble.LENGTH


def test_a_prompt_over_a_known_window_is_not_sent(served: Served, chats: list[OpenAIChat]) -> None:
    reply = last(a_chat(chats, served, window=24))
    assert (reply.finish, reply.trouble) == (Finish.FAILED, Trouble.TOO_LONG)


@pytest.mark.parametrize("model", ["another/model", ""])
def test_a_model_that_it_does_not_serve_is_no_reply(
    served: Served, chats: list[OpenAIChat], model: str
) -> None:
    reply = last(a_chat(chats, served, model=model))
    assert reply.finish is Finish.FAILED
    assert reply.trouble in {Trouble.UNKNOWN_MODEL, Trouble.REQUEST_REFUSED}
