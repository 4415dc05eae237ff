"""The client against a real server process that misbehaves in every way we know of."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count, pairwise
from typing import Any

import pytest

from rag.models.openai import OpenAIChat
from rag.settings import Secret
from rag.types import Finish, Message, Reply, Role, Trouble
from tests.openai_server import ANSWER, ANSWER_ZH, PARTIAL, ServerProcess
from tests.openai_wire import TOKEN_LOGPROB, tokens

KEY = "sk-canary-0123456789abcdef"
MESSAGES = [
    Message(role=Role.SYSTEM, content="Answer from the passages. {braces} stay."),
    Message(role=Role.USER, content="水泵多重？ How heavy?"),
]
_NUMBERS = count()
_MADE: list[OpenAIChat] = []


def a_chat(
    base_url: str,
    *,
    read_timeout_s: float = 0.4,
    deadline_s: float = 8.0,
    key: str = KEY,
    logprobs: bool = False,
) -> OpenAIChat:
    chat = OpenAIChat(
        model="scripted",
        api_key=Secret(key),
        base_url=base_url,
        temperature=0.25,
        connect_timeout_s=0.4,
        read_timeout_s=read_timeout_s,
        deadline_s=deadline_s,
        logprobs=logprobs,
    )
    _MADE.append(chat)
    return chat


@pytest.fixture(autouse=True)
def connections_closed() -> Iterator[None]:
    """Close what a test's chats keep open for their next request, once nothing runs any more."""
    yield
    assert wait_for(lambda: not workers(), at_most_s=10)
    while _MADE:
        client: Any = _MADE.pop()._client
        if client is not None:
            client.root_client.close()


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


@pytest.mark.parametrize(("mode", "text"), [("answer", ANSWER), ("answer_zh", ANSWER_ZH)])
def test_an_answer_grows_and_is_complete(
    openai_server: ServerProcess, mode: str, text: str
) -> None:
    replies = list(a_chat(openai_server.url(mode)).stream(MESSAGES))
    assert len(replies) > 5
    assert heard(iter(replies)) == Reply(
        text=text, finish=Finish.COMPLETE, prompt_tokens=11, completion_tokens=7
    )


def test_the_request_carries_messages_model_temperature_and_key(
    openai_server: ServerProcess,
) -> None:
    mode = f"answer-{next(_NUMBERS)}"
    heard(a_chat(openai_server.url(mode)).stream(MESSAGES))
    (entry,) = openai_server.log(mode)
    body = entry["body"]
    assert entry["authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["temperature"], body["stream"]) == ("scripted", 0.25, True)
    assert "logprobs" not in body
    assert [(one["role"], one["content"]) for one in body["messages"]] == [
        (message.role.value, message.content) for message in MESSAGES
    ]


@pytest.mark.parametrize(("mode", "text"), [("answer", ANSWER), ("answer_zh", ANSWER_ZH)])
def test_logprobs_come_one_a_token_where_they_are_asked_for(
    openai_server: ServerProcess, mode: str, text: str
) -> None:
    place = f"{mode}-{next(_NUMBERS)}"
    reply = heard(a_chat(openai_server.url(place), logprobs=True).stream(MESSAGES))
    assert (reply.text, reply.finish) == (text, Finish.COMPLETE)
    assert reply.token_logprobs == (TOKEN_LOGPROB,) * len(tokens(text))
    (entry,) = openai_server.log(place)
    assert entry["body"]["logprobs"] is True


@pytest.mark.parametrize("mode", ["ignores_logprobs", "bad_logprobs"])
def test_logprobs_that_do_not_come_or_cannot_be_read_are_none(
    openai_server: ServerProcess, mode: str
) -> None:
    reply = heard(a_chat(openai_server.url(mode), logprobs=True).stream(MESSAGES))
    assert (reply.finish, reply.token_logprobs) == (Finish.COMPLETE, ())
    assert reply.text


def test_a_server_that_refuses_logprobs_is_asked_without_and_never_again_with(
    openai_server: ServerProcess,
) -> None:
    place = f"nologprobs-{next(_NUMBERS)}"
    chat = a_chat(openai_server.url(place), logprobs=True)
    for _ in range(2):
        reply = heard(chat.stream(MESSAGES))
        assert (reply.finish, reply.token_logprobs) == (Finish.COMPLETE, ())
    asked = [entry["body"].get("logprobs", False) for entry in openai_server.log(place)]
    assert asked == [True, False, False]


def test_a_request_that_is_refused_either_way_says_nothing_about_logprobs(
    openai_server: ServerProcess,
) -> None:
    place = f"bad_request-{next(_NUMBERS)}"
    chat = a_chat(openai_server.url(place), logprobs=True)
    for _ in range(2):
        assert heard(chat.stream(MESSAGES)).trouble is Trouble.REQUEST_REFUSED
    asked = [entry["body"].get("logprobs", False) for entry in openai_server.log(place)]
    assert asked == [True, False, True, False]


FAULTS = [
    ("unauthorised", Finish.FAILED, {Trouble.KEY_REFUSED}, 1),
    ("forbidden", Finish.FAILED, {Trouble.KEY_REFUSED}, 1),
    ("unknown_model", Finish.FAILED, {Trouble.UNKNOWN_MODEL}, 1),
    ("bad_request", Finish.FAILED, {Trouble.REQUEST_REFUSED}, 1),
    ("busy", Finish.FAILED, {Trouble.BUSY}, 2),
    ("quota", Finish.FAILED, {Trouble.BUSY}, 2),
    ("server_error", Finish.FAILED, {Trouble.SERVER_ERROR}, 2),
    ("overloaded", Finish.FAILED, {Trouble.SERVER_ERROR}, 2),
    ("web_page", Finish.FAILED, {Trouble.NOT_THE_PROTOCOL, Trouble.BROKEN_OFF}, 1),
    ("hang", Finish.FAILED, {Trouble.TIMEOUT}, 2),
    ("reset_early", Finish.FAILED, {Trouble.UNREACHABLE}, 2),
    ("empty", Finish.FAILED, {Trouble.EMPTY}, 1),
    ("null", Finish.FAILED, {Trouble.EMPTY}, 1),
    ("no_choices", Finish.FAILED, {Trouble.BROKEN_OFF, Trouble.EMPTY}, 1),
    ("wrong_shape", Finish.FAILED, {Trouble.NOT_THE_PROTOCOL}, 1),
    ("stall", Finish.CUT, {Trouble.TIMEOUT}, 1),
    ("quiet_end", Finish.CUT, {Trouble.BROKEN_OFF}, 1),
    ("reset_late", Finish.CUT, {Trouble.BROKEN_OFF}, 1),
    ("error_event", Finish.CUT, {Trouble.SERVER_ERROR, Trouble.BROKEN_OFF, Trouble.OTHER}, 1),
    ("bad_json", Finish.CUT, {Trouble.NOT_THE_PROTOCOL}, 1),
    ("bad_utf8", Finish.CUT, {Trouble.NOT_THE_PROTOCOL}, 1),
    ("length", Finish.CUT, {Trouble.LENGTH}, 1),
    ("filter", Finish.CUT, {Trouble.DECLINED}, 1),
]


@pytest.mark.parametrize(
    ("mode", "finish", "troubles", "requests"), FAULTS, ids=[fault[0] for fault in FAULTS]
)
def test_every_fault_ends_with_its_reason_and_keeps_what_came(  # noqa: PLR0917
    openai_server: ServerProcess,
    caplog: pytest.LogCaptureFixture,
    mode: str,
    finish: Finish,
    troubles: set[Trouble],
    requests: int,
) -> None:
    place = f"{mode}-{next(_NUMBERS)}"
    started = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        reply = heard(a_chat(openai_server.url(place)).stream(MESSAGES))
    assert time.monotonic() - started < 6
    assert (reply.finish, reply.trouble in troubles) == (finish, True), reply
    assert reply.text == (PARTIAL if finish is Finish.CUT else "")
    assert len(openai_server.log(place)) == requests
    for shown in (repr(reply), caplog.text):
        assert KEY not in shown
        assert KEY[-8:] not in shown


def test_a_server_that_recovers_is_asked_once_more(openai_server: ServerProcess) -> None:
    mode = f"flaky-{next(_NUMBERS)}"
    reply = heard(a_chat(openai_server.url(mode)).stream(MESSAGES))
    assert (reply.finish, reply.text) == (Finish.COMPLETE, ANSWER)
    assert len(openai_server.log(mode)) == 2


@pytest.mark.parametrize("mode", ["hang", "drip", "keep_alive"])
def test_the_deadline_ends_what_no_timeout_would(openai_server: ServerProcess, mode: str) -> None:
    place = f"{mode}-{next(_NUMBERS)}"
    chat = a_chat(openai_server.url(place), read_timeout_s=0.8, deadline_s=0.6)
    started = time.monotonic()
    reply = heard(chat.stream(MESSAGES))
    assert 0.5 < time.monotonic() - started < 3
    assert reply.trouble is Trouble.DEADLINE
    assert reply.finish is (Finish.CUT if mode == "drip" else Finish.FAILED)
    assert bool(reply.text) == (mode == "drip")


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    reply = heard(a_chat(f"http://127.0.0.1:{port}/v1").stream(MESSAGES))
    assert (reply.finish, reply.trouble) == (Finish.FAILED, Trouble.UNREACHABLE)


def test_a_name_nobody_knows_is_unreachable() -> None:
    reply = heard(a_chat("http://models.invalid/v1").stream(MESSAGES))
    assert (reply.finish, reply.trouble) == (Finish.FAILED, Trouble.UNREACHABLE)


def test_a_local_server_needs_no_key(openai_server: ServerProcess) -> None:
    mode = f"answer-{next(_NUMBERS)}"
    reply = heard(a_chat(openai_server.url(mode), key="").stream(MESSAGES))
    assert reply.finish is Finish.COMPLETE
    assert openai_server.log(mode)[0]["authorization"] == "Bearer none"


def test_closing_the_iterator_ends_the_servers_stream(openai_server: ServerProcess) -> None:
    mode = f"drip-{next(_NUMBERS)}"
    before = workers()
    replies = a_chat(openai_server.url(mode)).stream(MESSAGES)
    assert next(replies).finish is None
    assert workers() - before
    replies.close()  # type: ignore[attr-defined]
    assert wait_for(lambda: openai_server.log(mode)[0]["ended"] == "client left")
    assert wait_for(lambda: not workers() - before)


def test_closing_the_iterator_of_a_silent_server_ends_with_the_read_timeout(
    openai_server: ServerProcess,
) -> None:
    mode = f"stall-{next(_NUMBERS)}"
    before = workers()
    replies = a_chat(openai_server.url(mode), read_timeout_s=0.3).stream(MESSAGES)
    next(replies)
    started = time.monotonic()
    replies.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 0.2
    assert wait_for(lambda: not workers() - before, at_most_s=2)
    assert wait_for(lambda: openai_server.log(mode)[0]["ended"] == "client left")


def workers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "openai-stream"}


def test_several_readers_at_once_get_each_their_own(openai_server: ServerProcess) -> None:
    chat = a_chat(openai_server.url("answer"), read_timeout_s=5)
    found: list[Reply] = []
    threads = [
        threading.Thread(target=lambda: found.append(heard(chat.stream(MESSAGES))))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply.text for reply in found] == [ANSWER] * 6
