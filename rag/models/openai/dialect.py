"""What a service takes in a request, as far as its refusals have told.

Compatible services differ in what they refuse: log-probabilities, several replies at once, a seed,
a temperature other than 1, the older name of the longest reply. What is refused is left out.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from rag.models.openai.faults import said

if TYPE_CHECKING:
    import openai

N: Final = "n"
_NEWER_NAMES: Final = {"max_tokens": "max_completion_tokens"}
_DISPENSABLE: Final = ("logprobs", N, "seed")
"""In this order they are blamed for a refusal that names nothing."""

_OPTIONAL: Final = (
    *_DISPENSABLE,
    "temperature",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
)
"""Blamed where a refusal names them."""


class Dialect:
    """What one service refuses; any thread may use it.

    ``model`` is the name that its model goes by there, empty until it has been asked for.
    """

    def __init__(self, *, model: str) -> None:
        self.model = model
        self._refused: frozenset[str] = frozenset()
        self._guard = threading.Lock()

    def takes(self, name: str) -> bool:
        """Whether this has not been refused yet."""
        return name not in self._refused

    def learn(self, refused: Collection[str]) -> None:
        """From here on leave these out."""
        with self._guard:
            self._refused |= set(refused)

    def body(
        self, wanted: Mapping[str, Any], *, without: Collection[str] = frozenset()
    ) -> dict[str, Any]:
        """``wanted`` in this dialect, and ``without`` what one request is tried without."""
        refused = self._refused | set(without)
        body = {}
        for name, value in wanted.items():
            known_as = name
            if name in refused and name in _NEWER_NAMES:
                known_as = _NEWER_NAMES[name]
            if known_as not in refused:
                body[known_as] = value
        return body


def blamed(error: openai.OpenAIError, body: Mapping[str, Any]) -> str | None:
    """What of ``body`` may be the reason of a refusal; None where nothing can be left out."""
    import openai

    if not isinstance(error, openai.APIStatusError) or error.status_code not in {400, 422}:
        return None
    sent = [name for name in _OPTIONAL if name in body]
    if error.param in sent:
        return error.param
    named = [name for name in sent if len(name) > 1 and name in said(error)]
    return max(named, key=len, default=next((one for one in sent if one in _DISPENSABLE), None))
