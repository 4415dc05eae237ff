"""What goes to a chat model, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who speaks in a prompt."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a prompt."""

    role: Role
    content: str


class Finish(StrEnum):
    """How a model's reply ended."""

    COMPLETE = "complete"
    CUT = "cut"
    FAILED = "failed"


class Trouble(StrEnum):
    """Why a model's reply was cut or failed; ``app/i18n`` says each in words."""

    BROKEN_OFF = "broken_off"
    BUSY = "busy"
    DEADLINE = "deadline"
    DECLINED = "declined"
    EMPTY = "empty"
    KEY_REFUSED = "key_refused"
    LENGTH = "length"
    NOT_LOADED = "not_loaded"
    NOT_THE_PROTOCOL = "not_the_protocol"
    OTHER = "other"
    OUT_OF_MEMORY = "out_of_memory"
    QUOTA = "quota"
    REQUEST_REFUSED = "request_refused"
    RESTING = "resting"
    SERVER_ERROR = "server_error"
    STOPPED = "stopped"
    TIMEOUT = "timeout"
    TOO_LONG = "too_long"
    UNKNOWN_MODEL = "unknown_model"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a chat model has said so far; ``finish`` is None while it is still speaking.

    ``trouble`` says why a reply was cut or failed. Counts are tokens. ``token_logprobs`` are the
    natural logarithms of the completion's tokens' probabilities, one per token, each <= 0; empty
    where the model gives none. ``reasoning`` is what a model thought before or while it spoke; it
    is no part of ``text``.
    """

    text: str
    finish: Finish | None = None
    trouble: Trouble | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    token_logprobs: tuple[float, ...] = ()
    reasoning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the sample of this number (from 0) among several has said so far."""

    number: int
    reply: Reply
