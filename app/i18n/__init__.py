"""What the app says, in the reader's language: texts by key, and errors in words.

Knows the texts (``en.json``, ``zh.json``), not where they are shown. The English of an error is
the error's own text; other languages hold ``error.<class>.message`` and ``error.<class>.hint``
over the same values, and ``detail.<English>`` for values that are phrases themselves, with ``{}``
where they hold values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from rag.errors import QuorumError
from rag.reading_errors import error_named

LANGUAGES: Final = {"en": "English", "zh": "中文"}
"""What can be chosen, each named in itself; the first is the default."""

_NUMBER: Final = re.compile(r"\d+")
_VALUE: Final = re.compile(r"(?<=\().*(?=\)$)|'[^']*'|\d+")
"""What a phrase says of one file: what ends it in brackets, what is quoted, numbers."""


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of a language by its key."""
    file = Path(__file__).with_name(f"{language}.json")
    loaded: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def language_for(locale: str | None) -> str:
    """The language to greet a browser of this locale with, such as ``zh-CN``."""
    spoken = (locale or "").partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else next(iter(LANGUAGES))


class Translator:
    """Says everything in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = texts(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text of ``key`` with ``values`` in it; ``key.one`` where ``count`` is 1."""
        if values.get("count") == 1 and f"{key}.one" in self._texts:
            key = f"{key}.one"
        return self._texts[key].format(**values)

    def known(self, key: str, otherwise: str) -> str:
        """The text of ``key`` if there is one."""
        return self._texts.get(key, otherwise)

    def error(self, error: QuorumError) -> tuple[str, str]:
        """Message and hint of an error."""
        name = f"error.{type(error).__name__}"
        if f"{name}.message" not in self._texts:
            return str(error), error.hint
        values = {
            key: self.detail(value) if isinstance(value, str) else value
            for key, value in error.values.items()
        }
        return (
            self._texts[f"{name}.message"].format(**values),
            self._texts[f"{name}.hint"].format(**values),
        )

    def refusal(self, stored: Mapping[str, Any]) -> tuple[str, str]:
        """Message and hint of an error as the record keeps it: its class's name and its values."""
        return self.error(error_named(str(stored["error"]), stored["values"]))

    def detail(self, phrase: str) -> str:
        """A phrase out of an error or a warning, part by part between colons.

        What is not known stays as it is.
        """
        text = self._known_detail(phrase)
        if text is not None:
            return text
        head, colon, rest = phrase.partition(": ")
        known = self._known_detail(head)
        told = head if known is None else known
        return told + colon + (self.detail(rest) if colon else "")

    def _known_detail(self, phrase: str) -> str | None:
        for variable in (_NUMBER, _VALUE):
            if text := self._texts.get("detail." + variable.sub("{}", phrase)):
                return text.format(*variable.findall(phrase))
        return None
