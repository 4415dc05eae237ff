"""What goes wrong at the top of the app becomes a failure a person can be told about.

The one place that catches everything: what nobody foresaw is logged under an id, and the reader
sees the id, never a traceback.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.i18n import Translator
from rag.errors import QuorumError

_log = logging.getLogger("quorum")


@dataclass(frozen=True, slots=True)
class Unforeseen:
    """An error nobody foresaw; the log tells more under ``id``."""

    id: str


Failure = QuorumError | Unforeseen


@contextmanager
def caught(tell: Callable[[Failure], None]) -> Iterator[None]:
    """Hand whatever is raised inside to ``tell``; Streamlit's own control flow passes."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (the top: nothing above could still catch it)
        tell(failure_of(error))


def failure_of(error: Exception) -> Failure:
    """What a person can be told of ``error``; one that nobody foresaw is logged under an id."""
    if isinstance(error, QuorumError):
        return error
    failure = Unforeseen(id=secrets.token_hex(3))
    _log.error("unforeseen error %s", failure.id, exc_info=error)
    return failure


def in_words(failure: Failure, t: Translator) -> tuple[str, str]:
    """Message and hint."""
    if isinstance(failure, Unforeseen):
        return t("failure.unforeseen", id=failure.id), t("failure.unforeseen.hint")
    return t.error(failure)
