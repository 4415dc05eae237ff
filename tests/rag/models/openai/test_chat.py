"""The client against a real server process that misbehaves in every way we know of."""

from __future__ import annotations

import logging
import socket
import threading
import time
from itertools import pairwise

import pytest

from rag.circuit_breaker import CircuitBreaker
from rag.replies import Finish, Message, Reply, Role, Trouble
from tests.openai_behaviour import ANSWER, ANSWER_ZH, PARTIAL, THOUGHT
from tests.openai_server import ServerProcess
from tests.openai_wire import TOKEN_LOGPROB, tokens
from tests.rag.models.openai.chats import (
    KEY,
    MADE,
    MESSAGES,
    NUMBERS,
    Clock,
    a_chat,
    heard,
    lines,
    wait_for,
    warm,
)


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
    mode = f"answer-{next(NUMBERS)}"
    heard(a_chat(openai_server.url(mode)).stream(MESSAGES))
    (entry,) = openai_server.log(mode)
    body = entry["body"]
    assert entry["authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["temperature"], body["stream"]) == ("scripted", 0.25, True)
    assert "logprobs" not in body
    assert body["max_tokens"] == 512
    assert {"n", "seed"}.isdisjoint(body)
    assert [(one["role"], one["content"]) for one in body["messages"]] == [
        (message.role.value, message.content) for message in MESSAGES
    ]


@pytest.mark.parametrize(("mode", "text"), [("answer", ANSWER), ("answer_zh", ANSWER_ZH)])
def test_logprobs_come_one_a_token_where_they_are_asked_for(
    openai_server: ServerProcess, mode: str, text: str
) -> None:
    place = f"{mode}-{next(NUMBERS)}"
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
    place = f"nologprobs-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place), logprobs=True)
    for _ in range(2):
        reply = heard(chat.stream(MESSAGES))
        assert (reply.finish, reply.token_logprobs) == (Finish.COMPLETE, ())
    asked = [entry["body"].get("logprobs", False) for entry in openai_server.log(place)]
    assert asked == [True, False, False]


def test_a_request_that_is_refused_either_way_says_nothing_about_logprobs(
    openai_server: ServerProcess,
) -> None:
    place = f"bad_request-{next(NUMBERS)}"
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
    ("context_full", Finish.FAILED, {Trouble.TOO_LONG}, 1),
    ("context_full_vllm", Finish.FAILED, {Trouble.TOO_LONG}, 1),
    ("prompt_declined", Finish.FAILED, {Trouble.DECLINED}, 1),
    ("busy", Finish.FAILED, {Trouble.BUSY}, 2),
    ("busy_for_long", Finish.FAILED, {Trouble.BUSY}, 1),
    ("quota", Finish.FAILED, {Trouble.QUOTA}, 1),
    ("no_balance", Finish.FAILED, {Trouble.QUOTA}, 1),
    ("server_error", Finish.FAILED, {Trouble.SERVER_ERROR}, 2),
    ("overloaded", Finish.FAILED, {Trouble.SERVER_ERROR}, 2),
    ("error_page", Finish.FAILED, {Trouble.SERVER_ERROR}, 2),
    ("web_page", Finish.FAILED, {Trouble.NOT_THE_PROTOCOL}, 1),
    ("hang", Finish.FAILED, {Trouble.TIMEOUT}, 2),
    ("reset_early", Finish.FAILED, {Trouble.UNREACHABLE}, 2),
    ("empty", Finish.FAILED, {Trouble.EMPTY}, 1),
    ("null", Finish.FAILED, {Trouble.EMPTY}, 1),
    ("no_choices", Finish.FAILED, {Trouble.BROKEN_OFF}, 1),
    ("wrong_shape", Finish.FAILED, {Trouble.NOT_THE_PROTOCOL}, 1),
    ("stall", Finish.CUT, {Trouble.TIMEOUT}, 1),
    ("quiet_end", Finish.CUT, {Trouble.BROKEN_OFF}, 1),
    ("reset_late", Finish.CUT, {Trouble.BROKEN_OFF}, 1),
    ("error_event", Finish.CUT, {Trouble.SERVER_ERROR}, 1),
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
    place = f"{mode}-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place))
    with caplog.at_level(logging.DEBUG):
        reply = heard(chat.stream(MESSAGES))
        chat.close()
    assert (reply.finish, reply.trouble in troubles) == (finish, True), reply
    assert reply.text == (PARTIAL if finish is Finish.CUT else "")
    assert len(openai_server.log(place)) == requests
    records = [repr(vars(record)) for record in caplog.records]
    for shown in (repr(reply), caplog.text, repr(chat), repr(vars(chat)), *records):
        assert KEY not in shown
        assert KEY[-8:] not in shown


def test_a_server_that_recovers_is_asked_once_more(openai_server: ServerProcess) -> None:
    mode = f"flaky-{next(NUMBERS)}"
    reply = heard(a_chat(openai_server.url(mode)).stream(MESSAGES))
    assert (reply.finish, reply.text) == (Finish.COMPLETE, ANSWER)
    assert len(openai_server.log(mode)) == 2


@pytest.mark.parametrize("mode", ["hang", "drip", "keep_alive"])
def test_the_deadline_ends_what_no_timeout_would(openai_server: ServerProcess, mode: str) -> None:
    place = f"{mode}-{next(NUMBERS)}"
    warm(openai_server)
    chat = a_chat(openai_server.url(place), read_timeout_s=0.8, deadline_s=0.6)
    started = time.monotonic()
    reply = heard(chat.stream(MESSAGES))
    assert 0.5 < time.monotonic() - started < 3
    assert wait_for(lambda: openai_server.log(place)[0]["ended"] == "client left", at_most_s=1)
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
    mode = f"answer-{next(NUMBERS)}"
    reply = heard(a_chat(openai_server.url(mode), key="").stream(MESSAGES))
    assert reply.finish is Finish.COMPLETE
    assert openai_server.log(mode)[0]["authorization"] == "Bearer none"


@pytest.mark.parametrize("mode", ["drip", "stall"])
def test_closing_the_iterator_ends_the_request_at_once(
    openai_server: ServerProcess, mode: str
) -> None:
    place = f"{mode}-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place), read_timeout_s=30)
    replies = chat.stream(MESSAGES)
    assert next(replies).finish is None
    started = time.monotonic()
    replies.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 0.5
    assert wait_for(lambda: openai_server.log(place)[0]["ended"] == "client left", at_most_s=1)


@pytest.mark.parametrize("mode", ["hang", "keep_alive", "reasoning_stall"])
def test_closing_the_iterator_ends_a_request_that_has_not_spoken(
    openai_server: ServerProcess, mode: str
) -> None:
    place = f"{mode}-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place), read_timeout_s=30)
    replies = chat.stream(MESSAGES)
    reader = threading.Thread(target=lambda: list(replies))
    reader.start()
    assert wait_for(lambda: bool(openai_server.log(place)))
    chat.close()
    reader.join(2)
    assert not reader.is_alive()
    assert wait_for(lambda: openai_server.log(place)[0]["ended"] == "client left", at_most_s=1)


def test_a_chat_that_was_closed_can_be_asked_again(openai_server: ServerProcess) -> None:
    chat = a_chat(openai_server.url("answer"))
    for _ in range(2):
        assert heard(chat.stream(MESSAGES)).finish is Finish.COMPLETE
        assert len(lines()) == 1
        chat.close()
        chat.close()
        assert not lines()


def test_a_chat_that_is_forgotten_leaves_no_thread(openai_server: ServerProcess) -> None:
    chat = a_chat(openai_server.url("answer"))
    MADE.clear()
    assert heard(chat.stream(MESSAGES)).finish is Finish.COMPLETE
    del chat
    assert wait_for(lambda: not lines(), at_most_s=2)


def test_several_readers_at_once_get_each_their_own(openai_server: ServerProcess) -> None:
    chat = a_chat(openai_server.url("answer"), read_timeout_s=10)
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


@pytest.mark.parametrize(
    "mode", ["reasoning_content", "reasoning", "both_reasonings", "think_tags"]
)
def test_what_a_model_thinks_is_kept_apart(openai_server: ServerProcess, mode: str) -> None:
    replies = list(a_chat(openai_server.url(mode)).stream(MESSAGES))
    last = heard(iter(replies))
    assert (last.text, last.reasoning) == (ANSWER, THOUGHT)
    assert last.finish is Finish.COMPLETE
    assert all("think" not in reply.text for reply in replies)
    thoughts = [reply.reasoning for reply in replies]
    assert all(later.startswith(earlier) for earlier, later in pairwise(thoughts))
    assert len(set(thoughts)) > 3


def test_a_thought_that_never_began_ends_as_a_thought(openai_server: ServerProcess) -> None:
    *_, last = a_chat(openai_server.url("think_end")).stream(MESSAGES)
    assert (last.text, last.reasoning) == (ANSWER_ZH, THOUGHT)


@pytest.mark.parametrize("mode", ["think_on", "think_on_apart"])
def test_nothing_but_a_thought_until_the_limit_is_a_failure(
    openai_server: ServerProcess, mode: str
) -> None:
    last = heard(a_chat(openai_server.url(mode)).stream(MESSAGES))
    assert (last.finish, last.trouble) == (Finish.FAILED, Trouble.LENGTH)
    assert (last.text, last.reasoning) == ("", THOUGHT)


def test_a_refusal_in_its_own_field_is_declining(openai_server: ServerProcess) -> None:
    last = heard(a_chat(openai_server.url("refuses_to_speak")).stream(MESSAGES))
    assert (last.finish, last.trouble) == (Finish.FAILED, Trouble.DECLINED)


def test_a_prompt_over_the_window_is_not_sent(openai_server: ServerProcess) -> None:
    place = f"answer-{next(NUMBERS)}"
    long = [Message(role=Role.USER, content="水泵" * 100)]  # 300 tokens at 1.5 a character
    chat = a_chat(openai_server.url(place), window=308)
    assert chat.window == 308
    last = heard(chat.stream(long))
    assert (last.finish, last.trouble) == (Finish.FAILED, Trouble.TOO_LONG)
    assert openai_server.log(place) == []
    assert {one.reply.trouble for one in chat.sample(long, n=3, temperature=1)} == {
        Trouble.TOO_LONG
    }


def test_a_reply_gets_what_the_prompt_leaves_of_the_window(openai_server: ServerProcess) -> None:
    place = f"answer-{next(NUMBERS)}"
    asked = [Message(role=Role.USER, content="水泵" * 100)]
    heard(a_chat(openai_server.url(place), window=400, reply_tokens=500).stream(asked))
    heard(a_chat(openai_server.url(place), window=4000, reply_tokens=500).stream(asked))
    assert [entry["body"]["max_tokens"] for entry in openai_server.log(place)] == [92, 500]


@pytest.mark.parametrize("key", ["sk-密钥", "sk-one\r\nX-Evil: 1", "sk\x00"])
def test_a_key_that_cannot_stand_in_a_header_is_refused_unsent(
    openai_server: ServerProcess, caplog: pytest.LogCaptureFixture, key: str
) -> None:
    place = f"answer-{next(NUMBERS)}"
    with caplog.at_level(logging.DEBUG):
        last = heard(a_chat(openai_server.url(place), key=key).stream(MESSAGES))
    assert (last.finish, last.trouble) == (Finish.FAILED, Trouble.KEY_REFUSED)
    assert openai_server.log(place) == []
    assert "sk-" not in caplog.text


def test_half_a_character_does_not_break_the_request(openai_server: ServerProcess) -> None:
    asked = [Message(role=Role.USER, content="a\ud83d 水")]
    place = f"answer-{next(NUMBERS)}"
    assert heard(a_chat(openai_server.url(place)).stream(asked)).finish is Finish.COMPLETE
    assert openai_server.log(place)[0]["body"]["messages"][0]["content"] == "a? 水"


@pytest.mark.parametrize("param", ["temperature", "stream_options"])
def test_what_a_service_names_as_unsupported_is_left_out(
    openai_server: ServerProcess, param: str
) -> None:
    place = f"{param}_not_taken-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place))
    for _ in range(2):
        assert heard(chat.stream(MESSAGES)).finish is Finish.COMPLETE
    assert [param in entry["body"] for entry in openai_server.log(place)] == [True, False, False]


def test_the_longest_reply_is_asked_for_by_the_newer_name_where_the_older_is_refused(
    openai_server: ServerProcess,
) -> None:
    place = f"max_tokens_not_taken-{next(NUMBERS)}"
    assert heard(a_chat(openai_server.url(place)).stream(MESSAGES)).finish is Finish.COMPLETE
    first, second = (entry["body"] for entry in openai_server.log(place))
    assert (first["max_tokens"], second["max_completion_tokens"]) == (512, 512)
    assert "max_tokens" not in second


def test_a_server_that_holds_one_model_is_asked_for_its_name_once(
    openai_server: ServerProcess,
) -> None:
    place = f"answer-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place), model="")
    for _ in range(2):
        assert heard(chat.stream(MESSAGES)).finish is Finish.COMPLETE
    log = openai_server.log(place)
    assert [entry["body"]["model"] for entry in log] == ["scripted", "scripted"]
    assert [entry["models_asked"] for entry in log] == [1, 1]


def test_where_several_models_are_held_one_has_to_be_named(openai_server: ServerProcess) -> None:
    last = heard(a_chat(openai_server.url("holds_two"), model="").stream(MESSAGES))
    assert (last.finish, last.trouble) == (Finish.FAILED, Trouble.UNKNOWN_MODEL)


def test_a_service_that_keeps_failing_is_left_alone_for_a_while(
    openai_server: ServerProcess,
) -> None:
    place, clock = f"server_error-{next(NUMBERS)}", Clock()
    chat = a_chat(openai_server.url(place), breaker=CircuitBreaker(clock=clock))
    troubles = [heard(chat.stream(MESSAGES)).trouble for _ in range(7)]
    assert troubles == [Trouble.SERVER_ERROR] * 5 + [Trouble.RESTING] * 2
    assert len(openai_server.log(place)) == 10
    clock.now = 31
    assert heard(chat.stream(MESSAGES)).trouble is Trouble.SERVER_ERROR
    assert heard(chat.stream(MESSAGES)).trouble is Trouble.RESTING


def test_a_service_is_left_alone_as_long_as_it_asks(openai_server: ServerProcess) -> None:
    place, clock = f"busy_for_long-{next(NUMBERS)}", Clock()
    chat = a_chat(openai_server.url(place), breaker=CircuitBreaker(clock=clock))
    assert heard(chat.stream(MESSAGES)).trouble is Trouble.BUSY
    for clock.now in (1, 599):
        assert heard(chat.stream(MESSAGES)).trouble is Trouble.RESTING
    clock.now = 601
    assert heard(chat.stream(MESSAGES)).trouble is Trouble.BUSY
    assert len(openai_server.log(place)) == 2


@pytest.mark.parametrize("mode", ["unauthorised", "quota", "bad_request", "empty", "length"])
def test_what_is_no_fault_of_the_service_does_not_count(
    openai_server: ServerProcess, mode: str
) -> None:
    chat = a_chat(openai_server.url(mode))
    troubles = {heard(chat.stream(MESSAGES)).trouble for _ in range(7)}
    assert len(troubles) == 1
    assert Trouble.RESTING not in troubles


def test_one_who_leaves_says_nothing_of_the_service(openai_server: ServerProcess) -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock=clock)
    for _ in range(5):
        breaker.failed()
    clock.now = 31
    chat = a_chat(openai_server.url("drip"), breaker=breaker)
    trial = chat.stream(MESSAGES)
    next(trial)
    assert heard(chat.stream(MESSAGES)).trouble is Trouble.RESTING
    trial.close()  # type: ignore[attr-defined]
    assert next(chat.stream(MESSAGES)).text


def test_silence_repeats_what_was_said_so_that_a_reader_can_leave(
    openai_server: ServerProcess,
) -> None:
    warm(openai_server)
    replies = a_chat(openai_server.url("stall"), read_timeout_s=10).stream(MESSAGES)
    said = [next(replies) for _ in range(10)]
    assert [reply.text for reply in said[-2:]] == [PARTIAL] * 2
    silent = a_chat(openai_server.url("hang"), read_timeout_s=10).stream(MESSAGES)
    started = time.monotonic()
    assert next(silent) == Reply(text="")
    assert time.monotonic() - started < 2
