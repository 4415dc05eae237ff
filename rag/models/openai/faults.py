"""What went wrong at a service, in the words of ``Trouble``.

Its own error texts are read for what they mean and never passed on: they repeat parts of the key.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING, Any, Final

from rag.replies import Finish, Trouble

if TYPE_CHECKING:
    import openai

SERVICE_IS_DOWN: Final = frozenset(
    {
        Trouble.BROKEN_OFF,
        Trouble.BUSY,
        Trouble.SERVER_ERROR,
        Trouble.TIMEOUT,
        Trouble.UNREACHABLE,
    }
)
"""What says that the service is not well, whatever it was asked."""

SAYS_NOTHING_OF_IT: Final = frozenset({Trouble.DEADLINE, Trouble.NOT_THE_PROTOCOL, Trouble.OTHER})
"""What tells neither that the service is well nor that it is not."""

_FINISHES: Final = {
    "length": Trouble.LENGTH,
    "content_filter": Trouble.DECLINED,
    "error": Trouble.SERVER_ERROR,
    "insufficient_system_resource": Trouble.BUSY,
}
_STATUS: Final = {
    401: Trouble.KEY_REFUSED,
    402: Trouble.QUOTA,
    403: Trouble.KEY_REFUSED,
    404: Trouble.UNKNOWN_MODEL,
    408: Trouble.TIMEOUT,
    409: Trouble.BUSY,
    413: Trouble.TOO_LONG,
    429: Trouble.BUSY,
}
_SAID: Final = (
    (
        Trouble.TOO_LONG,
        re.compile(
            r"context[ _](length|size|window)|maximum context|input length should be|"
            r"prompt is too long|too many (input |prompt )?tokens",
            re.IGNORECASE,
        ),
    ),
    (
        Trouble.QUOTA,
        re.compile(r"insufficient[ _](quota|balance)|arrearage|exceeded your current", re.I),
    ),
    (
        Trouble.DECLINED,
        re.compile(r"content_filter|content_policy|data_inspection_failed", re.IGNORECASE),
    ),
    (Trouble.UNKNOWN_MODEL, re.compile(r"model_not_found|model.{0,80}(not exist|not found)", re.I)),
)
"""Codes and words that several services use, whatever the status."""


class NoSuchModel(Exception):
    """A service holds none, or several where the one it holds is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``after_s`` is in how many seconds the service wants to be asked again, where it says so."""

    trouble: Trouble
    after_s: float | None = None

    @property
    def may_pass(self) -> bool:
        """Whether the same request may do better."""
        return self.trouble in SERVICE_IS_DOWN


def fault_of(error: BaseException) -> Fault:
    """What an exception of the client means."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return Fault(trouble=_refusal(error), after_s=retry_after_s(error.response.headers))
    if type(error) is openai.APIError:  # told within a stream
        return Fault(trouble=_by_words(error) or Trouble.SERVER_ERROR)
    for kinds, trouble in (
        (openai.APITimeoutError, Trouble.TIMEOUT),
        ((openai.APIConnectionError, OSError), Trouble.UNREACHABLE),
        (NoSuchModel, Trouble.UNKNOWN_MODEL),
        # what the client raises for a body that is not the protocol's (JSON, UTF-8, shape)
        ((ValueError, TypeError, AttributeError, KeyError), Trouble.NOT_THE_PROTOCOL),
    ):
        if isinstance(error, kinds):
            return Fault(trouble=trouble)
    return Fault(trouble=Trouble.OTHER)


def judge(
    text: str, finish_reason: str | None, trouble: Trouble | None
) -> tuple[Finish, Trouble | None]:
    """How a reply ended; one without a finish reason was broken off, however quietly it ended."""
    if finish_reason is not None:
        trouble = _FINISHES.get(finish_reason) or (None if text.strip() else Trouble.EMPTY)
    elif trouble is None:
        trouble = Trouble.BROKEN_OFF
    if trouble is None:
        return Finish.COMPLETE, None
    if not text.strip():
        return Finish.FAILED, trouble
    return Finish.CUT, Trouble.BROKEN_OFF if trouble is Trouble.UNREACHABLE else trouble


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds of ``Retry-After-Ms`` or ``Retry-After`` (a number or a date); None for neither."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        told = headers.get(name, "")
        try:
            seconds = float(told) * unit_s
        except ValueError:
            seconds = _until(told)
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def said(error: openai.APIError) -> str:
    """What the service says of it, for reading only."""
    body: Any = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else error.message


def _until(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - time()
    except (ValueError, OverflowError):
        return math.nan


def _refusal(error: openai.APIStatusError) -> Trouble:
    if error.status_code >= 500:
        return Trouble.SERVER_ERROR
    return _by_words(error) or _STATUS.get(error.status_code, Trouble.REQUEST_REFUSED)


def _by_words(error: openai.APIError) -> Trouble | None:
    words = f"{error.code} {error.type} {said(error)}"
    return next((trouble for trouble, pattern in _SAID if pattern.search(words)), None)
