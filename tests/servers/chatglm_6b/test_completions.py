"""What a request may say, what is refused, and how much of a growing text may be sent."""

from __future__ import annotations

from typing import Any

import pytest
from chatglm_server.completions import (
    CompletionRequest,
    Message,
    RequestError,
    Said,
    Writer,
    cut_at_stop,
    safe_length,
)

ASKED = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "泵在哪里？"}]


def read(**changes: Any) -> CompletionRequest:
    return CompletionRequest.of({"messages": ASKED, **changes}, model="six")


def test_a_request_is_read_with_its_defaults() -> None:
    request = read(model="six")
    assert request.messages[1] == Message(role="user", content="泵在哪里？")
    assert (request.choices, request.temperature, request.top_p) == (1, 0.95, 0.7)
    assert (request.stream, request.usage_in_stream, request.stop) == (False, False, ())
    assert request.max_tokens is None
    assert request.seed is None


def test_every_option_is_taken_over() -> None:
    request = read(
        n=3,
        temperature=0,
        top_p=1,
        max_completion_tokens=7,
        stop="。",
        seed=-4,
        stream=True,
        stream_options={"include_usage": True},
    )
    assert (request.choices, request.temperature, request.max_tokens) == (3, 0.0, 7)
    assert (request.stop, request.seed) == (("。",), -4)
    assert request.stream
    assert request.usage_in_stream


@pytest.mark.parametrize(
    ("changes", "status", "param"),
    [
        ({"messages": []}, 400, "messages"),
        ({"messages": "hello"}, 400, "messages"),
        ({"messages": [{"role": "user"}]}, 400, "messages"),
        ({"messages": [{"role": "user", "content": ["a picture"]}]}, 400, "messages"),
        ({"messages": [{"role": "judge", "content": "hm"}]}, 400, "messages"),
        ({"messages": [*ASKED, {"role": "assistant", "content": "there"}]}, 400, "messages"),
        ({"model": "seven"}, 404, "model"),
        ({"n": 0}, 400, "n"),
        ({"n": 17}, 400, "n"),
        ({"n": True}, 400, "n"),
        ({"temperature": "hot"}, 400, "temperature"),
        ({"temperature": float("nan")}, 400, "temperature"),
        ({"temperature": 2.1}, 400, "temperature"),
        ({"top_p": 0}, 400, "top_p"),
        ({"max_tokens": 0}, 400, "max_tokens"),
        ({"stop": ["a"] * 5}, 400, "stop"),
        ({"stop": [""]}, 400, "stop"),
        ({"stop": [1]}, 400, "stop"),
        ({"stop": 5}, 400, "stop"),
        ({"seed": 2**63}, 400, "seed"),
        ({"stream": "yes"}, 400, "stream"),
        ({"logprobs": True}, 400, "logprobs"),
        ({"tools": [{}]}, 400, "tools"),
    ],
)
def test_a_wrong_request_is_refused_with_the_name_of_what_is_wrong(
    changes: dict[str, Any], status: int, param: str
) -> None:
    with pytest.raises(RequestError) as refused:
        read(**changes)
    assert refused.value.status == status
    error = refused.value.body()["error"]
    assert error["param"] == param
    assert error["type"] == "invalid_request_error"
    assert param in error["message"]


def test_a_body_that_is_no_object_is_refused() -> None:
    with pytest.raises(RequestError, match="JSON object"):
        CompletionRequest.of([1, 2], model="six")


def test_the_first_of_the_stops_cuts() -> None:
    assert cut_at_stop("先关水。再打开。", ("打", "。")) == ("先关水", True)
    assert cut_at_stop("no stop here", ("。",)) == ("no stop here", False)
    assert cut_at_stop("anything", ()) == ("anything", False)


@pytest.mark.parametrize(
    ("text", "stop", "sent"),
    [
        ("open the lid", (), "open the lid"),
        ("open the li\ufffd", (), "open the li"),
        ("水\ufffd\ufffd", (), "水"),
        ("say EN", ("END",), "say "),
        ("say E", ("END", "XX"), "say "),
        ("say END", ("ENDING",), "say "),
        ("E", ("END",), ""),
        ("abab", ("abc",), "ab"),
        ("", ("END",), ""),
    ],
)
def test_what_could_still_change_is_held_back(text: str, stop: tuple[str, ...], sent: str) -> None:
    assert text[: safe_length(text, stop)] == sent


def test_answers_have_one_id_and_count_all_choices() -> None:
    writer = Writer("six", 5)
    ended = [
        Said(choice=0, text="在北墙", tokens=3, finish="stop"),
        Said(choice=1, text="north", tokens=4, finish="length"),
    ]
    whole = writer.whole(ended)
    assert [one["message"]["content"] for one in whole["choices"]] == ["在北墙", "north"]
    assert [one["finish_reason"] for one in whole["choices"]] == ["stop", "length"]
    assert whole["usage"] == {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    last = writer.last(ended)
    assert last["choices"] == []
    assert last["usage"] == whole["usage"]
    assert last["id"] == whole["id"] == writer.piece(0, {"content": "x"})["id"]
