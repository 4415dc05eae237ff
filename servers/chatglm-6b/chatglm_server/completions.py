"""What a chat completion request may say, and what is said back: plain values, no I/O."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_CHOICES: Final = 16
_TEMPERATURE: Final = 0.95
_TOP_P: Final = 0.7
_ROLES: Final = ("system", "user", "assistant")
_NOT_SUPPORTED: Final = ("tools", "functions", "logprobs", "response_format", "logit_bias")


class RequestError(Exception):
    """A request that is refused: HTTP status, OpenAI's error code, and what to change."""

    def __init__(
        self, message: str, *, status: int = 400, code: str = "invalid_value", param: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param

    def body(self) -> dict[str, Any]:
        """The JSON object that OpenAI's clients read."""
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        error = {"message": str(self), "type": kind, "code": self.code, "param": self.param or None}
        return {"error": error}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of the conversation."""

    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """A request that was understood.

    ``temperature`` 0 takes the likeliest token; ``max_tokens`` None fills the window; a choice
    ends before any of ``stop``.
    """

    messages: tuple[Message, ...]
    stream: bool = False
    usage_in_stream: bool = False
    choices: int = 1
    temperature: float = _TEMPERATURE
    top_p: float = _TOP_P
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None

    @classmethod
    def of(cls, body: object, *, model: str) -> CompletionRequest:
        """Read the JSON body of a request to ``model``. Raises RequestError."""
        if not isinstance(body, dict):
            raise RequestError("The body must be a JSON object.")
        if body.get("model", model) != model:
            message = f"There is no model {body['model']!r}; there is: {model}."
            raise RequestError(message, status=404, code="model_not_found", param="model")
        for name in _NOT_SUPPORTED:
            if body.get(name):
                message = f"ChatGLM-6B has no {name!r}; leave it out."
                raise RequestError(message, code="unsupported_parameter", param=name)
        options = body.get("stream_options") or {}
        limit = body.get("max_completion_tokens", body.get("max_tokens"))
        return cls(
            messages=_messages(body.get("messages")),
            stream=_flag(body, "stream"),
            usage_in_stream=isinstance(options, dict) and _flag(options, "include_usage"),
            choices=_whole(body.get("n"), "n", 1, 1, MOST_CHOICES),
            temperature=_number(body.get("temperature"), "temperature", _TEMPERATURE, 0, 2),
            top_p=_number(body.get("top_p"), "top_p", _TOP_P, 0.01, 1),
            max_tokens=None if limit is None else _whole(limit, "max_tokens", 1, 1, 1_000_000),
            stop=_stop(body.get("stop")),
            seed=_seed(body.get("seed")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one choice has said so far; ``finish`` is ``stop`` or ``length`` at its end."""

    choice: int
    text: str
    tokens: int
    finish: str | None = None


def cut_at_stop(text: str, stop: Sequence[str]) -> tuple[str, bool]:
    """``text`` up to the first of ``stop``, and whether there was one."""
    places = [place for one in stop if (place := text.find(one)) >= 0]
    return (text[: min(places)], True) if places else (text, False)


def safe_length(text: str, stop: Sequence[str]) -> int:
    """How much of a growing text may be sent: no half character, no beginning of a stop."""
    end = len(text)
    while end and text[end - 1] == "\ufffd":
        end -= 1
    for one in stop:
        for size in range(min(len(one) - 1, end), 0, -1):
            if text[:end].endswith(one[:size]):
                end -= size
                break
    return end


class Writer:
    """Makes the JSON objects of one answer, all with the same id and time."""

    def __init__(self, model: str, prompt_tokens: int) -> None:
        self._head = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": model,
        }
        self._prompt_tokens = prompt_tokens

    def whole(self, ended: Sequence[Said]) -> dict[str, Any]:
        """A complete answer."""
        choices = [
            {
                "index": said.choice,
                "message": {"role": "assistant", "content": said.text},
                "finish_reason": said.finish,
            }
            for said in ended
        ]
        usage = self.usage(ended)
        return {**self._head, "object": "chat.completion", "choices": choices, "usage": usage}

    def piece(
        self, choice: int, delta: Mapping[str, str], finish: str | None = None
    ) -> dict[str, Any]:
        """A piece of a stream."""
        one = {"index": choice, "delta": dict(delta), "finish_reason": finish}
        return {**self._head, "object": "chat.completion.chunk", "choices": [one]}

    def last(self, ended: Sequence[Said]) -> dict[str, Any]:
        """The piece with the counts, which has no choices."""
        usage = self.usage(ended)
        return {**self._head, "object": "chat.completion.chunk", "choices": [], "usage": usage}

    def usage(self, ended: Sequence[Said]) -> dict[str, int]:
        """Tokens of the prompt, of all choices, and of both."""
        spoken = sum(said.tokens for said in ended)
        return {
            "prompt_tokens": self._prompt_tokens,
            "completion_tokens": spoken,
            "total_tokens": self._prompt_tokens + spoken,
        }


def _messages(value: object) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise RequestError("'messages' must be a list with at least one.", param="messages")
    found = []
    for number, one in enumerate(value):
        role = one.get("role") if isinstance(one, dict) else None
        content = one.get("content") if isinstance(one, dict) else None
        if role not in _ROLES or not isinstance(content, str):
            message = f"messages[{number}] needs a 'role' of {', '.join(_ROLES)} and a text."
            raise RequestError(message, param="messages")
        found.append(Message(role=role, content=content))
    if found[-1].role != "user":
        raise RequestError("The last of 'messages' must be the user's.", param="messages")
    return tuple(found)


def _flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise RequestError(f"{name!r} must be true or false.", param=name)
    return bool(value)


def _whole(value: object, name: str, usual: int, low: int, high: int) -> int:
    if value is None:
        return usual
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise RequestError(f"{name!r} must be a whole number from {low} to {high}.", param=name)
    return value


def _number(value: object, name: str, usual: float, low: float, high: float) -> float:
    if value is None:
        return usual
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise RequestError(f"{name!r} must be a number from {low} to {high}.", param=name)
    return float(value)


def _seed(value: object) -> int | None:
    return None if value is None else _whole(value, "seed", 0, -(2**63), 2**63 - 1)


def _stop(value: object) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else ([] if value is None else value)
    if not isinstance(texts, list) or len(texts) > 4 or not all(texts):
        raise RequestError("'stop' must be a text, or a list of at most 4.", param="stop")
    if not all(isinstance(one, str) for one in texts):
        raise RequestError("'stop' must be a text, or a list of at most 4.", param="stop")
    return tuple(texts)
