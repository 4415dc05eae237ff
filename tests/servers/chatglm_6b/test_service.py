"""The server over HTTP, with a stand-in that speaks as told: no model is needed."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import openai
import pytest
from chatglm_server.completions import CompletionRequest, Message, Said
from chatglm_server.service import Service

from rag.models.openai import OpenAIChat
from rag.replies import Finish, Role, Trouble
from rag.replies import Message as OurMessage
from rag.setting_values import Secret

HELLO = [{"role": "user", "content": "泵在哪里？"}]


class Parrot:
    """Says ``words`` one by one to every choice; a prompt's tokens are its characters."""

    window = 40

    def __init__(self, *words: str, fails_at: int = -1, pause_s: float = 0.0) -> None:
        self.words = words
        self.fails_at = fails_at
        self.pause_s = pause_s
        self.said = 0
        self.ended = threading.Event()

    def encode(self, messages: Sequence[Message]) -> list[int]:
        return [ord(char) for message in messages for char in message.content]

    def speak(self, ids: Sequence[int], request: CompletionRequest) -> Generator[Said]:
        del ids
        text = ""
        try:
            for number, word in enumerate(self.words):
                if number == self.fails_at:
                    raise RuntimeError("CUDA error: out of memory at /secret/path")
                time.sleep(self.pause_s)
                text += word
                self.said += 1
                for choice in range(request.choices):
                    yield Said(choice=choice, text=text, tokens=number + 1)
            for choice in range(request.choices):
                yield Said(choice=choice, text=text, tokens=len(self.words), finish="stop")
        finally:
            self.ended.set()


@contextmanager
def serving(speaker: Parrot) -> Iterator[int]:
    """The port of a server that is closed again."""
    with Service(("127.0.0.1", 0), speaker, name="six") as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield service.server_port
        finally:
            service.shutdown()
            thread.join()


@contextmanager
def client(port: int) -> Iterator[Any]:
    with openai.OpenAI(
        base_url=f"http://127.0.0.1:{port}/v1", api_key="none", max_retries=0
    ) as made:
        yield made


def raw(
    port: int, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_a_whole_answer_with_its_counts() -> None:
    with serving(Parrot("在", "北墙")) as port, client(port) as asked:
        answer = asked.chat.completions.create(model="six", messages=HELLO, n=2)
    assert [one.message.content for one in answer.choices] == ["在北墙", "在北墙"]
    assert [one.finish_reason for one in answer.choices] == ["stop", "stop"]
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (5, 4)


def test_a_stream_of_two_choices_gives_the_same_texts() -> None:
    texts, ends, usage = ["", ""], ["", ""], None
    with serving(Parrot("on ", "the\ufffd", " 北墙", " wall")) as port, client(port) as asked:
        stream = asked.chat.completions.create(
            model="six",
            messages=HELLO,
            n=2,
            stream=True,
            stream_options={"include_usage": True},
        )
        for piece in stream:
            usage = piece.usage or usage
            for one in piece.choices:
                texts[one.index] += one.delta.content or ""
                ends[one.index] = one.finish_reason or ends[one.index]
    assert texts == ["on the\ufffd 北墙 wall"] * 2
    assert ends == ["stop", "stop"]
    assert usage is not None
    assert usage.total_tokens == 5 + 8


def test_our_own_model_reads_it() -> None:
    with serving(Parrot("在", "北墙", "。")) as port:
        model = OpenAIChat(
            model="six",
            api_key=Secret(""),
            base_url=f"http://127.0.0.1:{port}/v1",
            temperature=0.5,
            connect_timeout_s=5,
            read_timeout_s=20,
            deadline_s=30,
            logprobs=True,
        )
        replies = list(model.stream([OurMessage(role=Role.USER, content="泵在哪里？")]))
        too_long = list(model.stream([OurMessage(role=Role.USER, content="泵" * 41)]))
        model.close()
    assert replies[-1].text == "在北墙。"
    assert replies[-1].finish is Finish.COMPLETE
    assert (replies[-1].prompt_tokens, replies[-1].completion_tokens) == (5, 3)
    assert too_long[-1].finish is Finish.FAILED
    assert too_long[-1].trouble in (Trouble.TOO_LONG, Trouble.REQUEST_REFUSED)


def test_health_and_models() -> None:
    with serving(Parrot("x")) as port:
        assert raw(port, "GET", "/health") == (200, {"status": "ok", "model": "six"})
        status, listed = raw(port, "GET", "/v1/models")
        assert (status, listed["data"][0]["id"]) == (200, "six")
        assert raw(port, "GET", "/v1/models/six")[1]["object"] == "model"
        assert raw(port, "GET", "/v1/models/seven")[0] == 404


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        ("/v1/chat/completions", b"{not json", {}, 400, "invalid_json"),
        ("/v1/chat/completions", b"[" * 100_000, {}, 400, "invalid_json"),
        ("/v1/chat/completions", b"\xff\xfe", {}, 400, "invalid_json"),
        ("/v1/chat/completions", b"{}", {}, 400, "invalid_value"),
        ("/v1/embeddings", b"{}", {}, 404, "not_found"),
        (
            "/v1/chat/completions",
            b"{}",
            {"Content_Type": "text/plain"},
            415,
            "unsupported_media_type",
        ),
        ("/v1/chat/completions", b"", {"Content_Length": "5000000"}, 413, "too_large"),
        ("/v1/chat/completions", b"", {"Content_Length": "-1"}, 411, "length_required"),
        ("/v1/chat/completions", b"", {"Content_Length": "\u00b2"}, 411, "length_required"),
    ],
)
def test_a_request_that_cannot_be_read_gets_a_json_error(
    path: str, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    given = {"Content_Type": "application/json", **headers}
    with serving(Parrot("x")) as port:
        told, answer = raw(port, "POST", path, body, **given)
        assert raw(port, "GET", "/health")[0] == 200
    assert (told, answer["error"]["code"]) == (status, code)


def test_a_prompt_over_the_window_is_refused() -> None:
    long = [{"role": "user", "content": "泵" * 40}]
    with (
        serving(Parrot("x")) as port,
        client(port) as asked,
        pytest.raises(openai.BadRequestError) as refused,
    ):
        asked.chat.completions.create(model="six", messages=long)
    assert refused.value.code == "context_length_exceeded"
    assert "40 tokens" in str(refused.value)


def test_a_model_that_fails_says_so_without_its_details(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        serving(Parrot("a", "b", fails_at=0)) as port,
        client(port) as asked,
        pytest.raises(openai.InternalServerError) as failed,
    ):
        asked.chat.completions.create(model="six", messages=HELLO)
    assert "secret" not in str(failed.value)
    assert "out of memory" in capfd.readouterr().err


def test_a_failure_inside_a_stream_ends_it_with_an_error(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with serving(Parrot("a", "b", fails_at=1)) as port, client(port) as asked:
        stream = asked.chat.completions.create(model="six", messages=HELLO, stream=True)
        said = [next(stream).choices[0].delta.content for _ in range(2)]
        with pytest.raises(openai.APIError, match="The model failed"):
            next(stream)
    assert said == ["", "a"]
    assert "out of memory" in capfd.readouterr().err


@pytest.mark.parametrize("streamed", [True, False])
def test_a_client_that_leaves_ends_the_generation(streamed: bool) -> None:
    parrot = Parrot(*["word "] * 500, pause_s=0.01)
    body = json.dumps({"messages": HELLO, "stream": streamed}).encode()
    with serving(parrot) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/v1/chat/completions", body, headers)
        if streamed:
            assert connection.getresponse().read(20)
        else:
            time.sleep(0.1)
        connection.close()
        assert parrot.ended.wait(5)
        assert parrot.said < 500


def test_one_connection_serves_one_request_after_another() -> None:
    body = json.dumps({"messages": HELLO}).encode()
    headers = {"Content-Type": "application/json"}
    with serving(Parrot("在", "北墙")) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(3):
            connection.request("POST", "/v1/chat/completions", body, headers)
            answer = json.loads(connection.getresponse().read())
            assert answer["choices"][0]["message"]["content"] == "在北墙"
        connection.close()


def test_too_many_waiting_requests_are_turned_away() -> None:
    speaker = Parrot("x")
    with Service(("127.0.0.1", 0), speaker, name="six") as service:
        while service.places.acquire(blocking=False):
            pass
        thread = threading.Thread(target=service.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        body = json.dumps({"messages": HELLO}).encode()
        told, answer = raw(
            service.server_port,
            "POST",
            "/v1/chat/completions",
            body,
            Content_Type="application/json",
        )
        service.shutdown()
        thread.join()
    assert (told, answer["error"]["code"]) == (429, "rate_limit_exceeded")
