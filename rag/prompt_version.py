"""The words that an answer was asked for with, known by their digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self

from rag.guidance import Guidance, Instructions, ShownAnswer
from rag.prompts import Form, answer_words


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """All words of a prompt for an answer but the passages and the question.

    ``template`` are those of ``rag.prompts.answer_words``, in every language; ``instructions`` and
    ``examples`` what stood in the prompt of the guidance of the collections.
    """

    template: dict[str, str]
    instructions: tuple[Instructions, ...] = ()
    examples: tuple[ShownAnswer, ...] = ()

    @classmethod
    def of(
        cls,
        instructions: Sequence[Instructions],
        examples: Sequence[ShownAnswer],
        form: Form = Form.PLAIN,
    ) -> Self:
        """These with the words of ``rag/prompts.py`` that ask for a reply of this ``form``."""
        return cls(
            template=answer_words(form), instructions=tuple(instructions), examples=tuple(examples)
        )

    @property
    def id(self) -> str:
        """SHA-256 of the words, in hexadecimal: the same words have the same id everywhere."""
        told = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The words in JSON's own types."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """``as_json`` undone."""
        return cls(
            template=stored["template"],
            instructions=tuple(Instructions(**one) for one in stored["instructions"]),
            examples=tuple(
                ShownAnswer(**{**one, "passages": tuple(one["passages"])})
                for one in stored["examples"]
            ),
        )


class PromptBook(Protocol):
    """Where the guidance of collections is read, and the words of prompts are kept."""

    def guidance(self, collections: Collection[str]) -> Sequence[Guidance]:
        """What these collections add to a prompt, by name; those that add nothing are left out."""

    def keep(self, version: PromptVersion) -> None:
        """Keep the words under their id, once."""


class BlankBook:
    """A ``PromptBook`` of no guidance that keeps nothing."""

    def guidance(self, collections: Collection[str]) -> Sequence[Guidance]:
        """None."""
        return ()

    def keep(self, version: PromptVersion) -> None:
        """Nothing."""
