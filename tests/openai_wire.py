"""What an OpenAI-compatible server puts on the wire: chunks, whole completions and errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

TOKEN_LOGPROB: Final = -0.5
"""Natural logarithm that every token gets, so the perplexity of any reply is exp(0.5)."""

USAGE: Final = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
"""What replies that no script counts are said to have taken."""

_TOKEN_CHARS: Final = 4

ERRORS: Final[dict[str, tuple[int, str, str]]] = {
    "bad_request": (400, "invalid_value", "The messages cannot be read"),
    "context_full": (400, "context_length_exceeded", "This is too long"),
    "context_full_vllm": (
        *(400, "BadRequestError"),
        "This model's maximum context length is 4096 tokens. However, max_tokens=512 was asked",
    ),
    "prompt_declined": (400, "content_filter", "The prompt was filtered"),
    "logprobs_refused": (400, "unsupported_parameter", "logprobs are not supported"),
    "unauthorised": (401, "invalid_api_key", "Incorrect API key provided: {key}"),
    "forbidden": (403, "forbidden", "not for {key}"),
    "unknown_model": (404, "model_not_found", "The model does not exist"),
    "busy": (429, "rate_limit_exceeded", "Slow down, {key}"),
    "busy_for_long": (429, "rate_limit_exceeded", "Slow down for ten minutes"),
    "no_balance": (402, "invalid_request_error", "Insufficient Balance"),
    "quota": (429, "insufficient_quota", "You exceeded your quota"),
    "server_error": (500, "server_error", "The server had an error"),
    "overloaded": (503, "overloaded", "Try later"),
}
"""Refusals by name: status, code and text, in which some services repeat a part of the key."""


def tokens(text: str) -> list[str]:
    """``text`` in tokens of four characters; joined they are ``text``."""
    return [text[first : first + _TOKEN_CHARS] for first in range(0, len(text), _TOKEN_CHARS)]


def usage_of(prompt: str, text: str) -> dict[str, int]:
    """The usage of a reply ``text`` to ``prompt``, counted by ``tokens``."""
    asked, said = len(tokens(prompt)), len(tokens(text))
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def chunk(
    delta: dict[str, Any], finish: str | None = None, *, logprobs: object = None, index: int = 0
) -> dict[str, Any]:
    """One event of a stream."""
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [choice if logprobs is None else {**choice, "logprobs": logprobs}],
    }


def completion(
    text: str, *, usage: dict[str, int] | None = None, logprobs: object = None
) -> dict[str, Any]:
    """A reply in one piece."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": logprobs}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
        "usage": usage or USAGE,
    }


def logprobs_of(pieces: Sequence[str]) -> dict[str, Any]:
    """``TOKEN_LOGPROB`` for each of ``pieces``."""
    return {
        "content": [
            {"token": piece, "logprob": TOKEN_LOGPROB, "bytes": None, "top_logprobs": []}
            for piece in pieces
        ],
        "refusal": None,
    }


def refusal_of(param: str) -> dict[str, Any]:
    """Body of a refusal that names what it refuses."""
    message = f"Unsupported parameter: '{param}' is not supported with this model."
    told = {"message": message, "code": "unsupported_parameter", "param": param}
    return {"error": {**told, "type": "invalid_request_error"}}


def error(name: str, *, key: str) -> tuple[int, dict[str, Any]]:
    """Status and body of a refusal; ``key`` is the end of the client's key."""
    status, code, message = ERRORS[name]
    return status, {"error": {"message": message.format(key=key), "code": code, "type": code}}
