"""Chats with the server that misbehaves, and how to listen to them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count, pairwise
from typing import Any, Final

from rag.models.openai import OpenAIChat
from rag.replies import Finish, Message, Reply, Role
from rag.setting_values import Secret
from tests.openai_server import ServerProcess

KEY: Final = "sk-canary-0123456789abcdef"
MESSAGES: Final = [
    Message(role=Role.SYSTEM, content="Answer from the passages. {braces} stay."),
    Message(role=Role.USER, content="水泵多重？ How heavy?"),
]
NUMBERS: Final = count()
MADE: Final[list[OpenAIChat]] = []


def a_chat(
    base_url: str,
    *,
    read_timeout_s: float = 1.0,
    deadline_s: float = 20.0,
    key: str = KEY,
    model: str = "scripted",
    **more: Any,
) -> OpenAIChat:
    chat = OpenAIChat(
        model=model,
        api_key=Secret(key),
        base_url=base_url,
        temperature=0.25,
        connect_timeout_s=2.0,
        read_timeout_s=read_timeout_s,
        deadline_s=deadline_s,
        **more,
    )
    MADE.append(chat)
    return chat


def heard(replies: Iterator[Reply]) -> Reply:
    """The last reply; the ones before it grow and only it has a finish."""
    *growing, last = replies
    assert [reply.finish for reply in growing] == [None] * len(growing)
    assert last.finish is not None
    for earlier, later in pairwise([*growing, last]):
        assert later.text.startswith(earlier.text)
    return last


def wait_for(condition: Callable[[], bool], *, at_most_s: float = 5.0) -> bool:
    ends_at = time.monotonic() + at_most_s
    while not condition():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.02)
    return True


def lines() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "openai-line"}


def warm(openai_server: ServerProcess) -> None:
    """Load the client, which takes longer than some deadlines here."""
    assert heard(a_chat(openai_server.url("answer")).stream(MESSAGES)).finish is Finish.COMPLETE


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now
