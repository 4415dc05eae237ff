"""Has a chat model make a follow-up question stand by itself.

It is question rewriting as in Elgohary et al. 2019, "Can You Unpack That? Learning to Rewrite
Questions-in-Context", asked of a general model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rag.exchange import Exchange
from rag.prompting import condensing_messages
from rag.protocols import ChatModel, Condenser
from rag.replies import Finish, Reply
from rag.words import words

_LABEL: Final = re.compile(
    r"^(?:(?:standalone |rewritten |last )?question|(?:改写后的|独立的?|最后一个)?问题)\s*[:：]\s*",
    re.IGNORECASE,
)
_QUOTES: Final = {'"': '"', "“": "”", "「": "」", "'": "'", "`": "`"}


class ModelCondenser:
    """See ``rag.protocols.Condenser``. ``model`` is asked only where there is a history.

    A reply that failed, was cut, is empty, has several lines or more than ``max_question_chars``
    characters, or brings in a number or a code that nobody has said, is not used: ``fallback``
    condenses then.
    """

    def __init__(self, model: ChatModel, fallback: Condenser, *, max_question_chars: int) -> None:
        self._model = model
        self._fallback = fallback
        self._max_question_chars = max_question_chars

    def condense(self, question: str, history: Sequence[Exchange]) -> str:
        """See ``rag.protocols.Condenser``."""
        if not history:
            return question
        *_, reply = self._model.stream(condensing_messages(question, history))
        written = self._question_in(reply)
        told = " ".join([question, *(f"{one.question} {one.answer}" for one in history)])
        if written is None or _figures(written) - _figures(told):
            return self._fallback.condense(question, history)
        return written

    def _question_in(self, reply: Reply) -> str | None:
        """The question that a reply consists of; None where it is none."""
        text = reply.text.strip()
        if reply.finish is not Finish.COMPLETE or len(text.splitlines()) != 1:
            return None
        text = _LABEL.sub("", text)
        if len(text) > 1 and _QUOTES.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
            text = text[1:-1].strip()
        fits = 0 < len(text) <= self._max_question_chars
        return text if fits else None


def _figures(text: str) -> set[str]:
    """The numbers, dates and codes of ``text``, in one way of writing."""
    return {word for word in words(text) if any(char.isdecimal() for char in word)}
