"""What is left out of a request after a refusal."""

from __future__ import annotations

from typing import Any

import httpx2
import openai
import pytest

from rag.models.openai.dialect import Dialect, blamed

BODY = {"model": "m", "messages": [], "temperature": 0, "max_tokens": 9, "n": 2, "seed": 1}


def a_refusal(message: str, *, status: int = 400, param: str | None = None) -> Any:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    response = httpx2.Response(status, request=request)
    body = {"message": message, "param": param}
    return openai.APIStatusError(message, response=response, body=body)


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (a_refusal("no", param="seed"), "seed"),
        (a_refusal("'max_tokens' is not supported, use 'max_completion_tokens'"), "max_tokens"),
        (a_refusal("temperature 必须为 1"), "temperature"),
        (a_refusal("unexpected input"), "n"),
        (a_refusal("unexpected input", status=422), "n"),
        (a_refusal("seed", status=500), None),
        (a_refusal("no", param="messages"), "n"),
    ],
)
def test_a_refusal_blames_what_it_names_or_the_first_that_can_go(
    refusal: Any, reason: str | None
) -> None:
    assert blamed(refusal, BODY) == reason


def test_nothing_is_blamed_where_nothing_can_go() -> None:
    assert blamed(a_refusal("the model is wrong"), {"model": "m", "messages": []}) is None
    assert blamed(a_refusal("the model is wrong"), {"max_tokens": 9, "temperature": 0}) is None


def test_what_was_refused_is_left_out_from_then_on() -> None:
    dialect = Dialect(model="m")
    assert dialect.body(BODY) == BODY
    assert "seed" not in dialect.body(BODY, without={"seed"})
    assert dialect.takes("seed")
    dialect.learn({"seed", "n"})
    assert not dialect.takes("n")
    assert set(dialect.body(BODY)) == set(BODY) - {"seed", "n"}


def test_the_longest_reply_has_two_names() -> None:
    dialect = Dialect(model="m")
    dialect.learn({"max_tokens"})
    assert dialect.body({"max_tokens": 9}) == {"max_completion_tokens": 9}
    assert dialect.body({"max_tokens": 9}, without={"max_completion_tokens"}) == {}
