"""What the keepers of a collection add to a prompt: instructions, and examples of good answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from rag.citations import cited_numbers
from rag.guidance_errors import ExampleNotUsable, InstructionsTooLong
from rag.prompts import NOT_IN_DOCUMENTS

MOST_INSTRUCTIONS: Final = 2000
"""How many characters a collection's instructions may have."""

MOST_EXAMPLES: Final = 8
"""How many examples a collection may have."""

MOST_CHARACTERS: Final = {"question": 500, "passages": 3000, "answer": 1000}
"""How many characters each part of an example may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """What a model is told about the passages of one collection."""

    collection: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """An example: a question, the passages found, and the answer wanted.

    ``answer`` holds markers such as ``[1]``, a number being the place in ``passages`` from 1; or it
    is the word of refusal.
    """

    question: str
    passages: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What a collection adds to a prompt."""

    collection: str
    instructions: str = ""
    examples: tuple[ShownAnswer, ...] = ()


def checked(guidance: Guidance) -> Guidance:
    """``guidance`` as it is kept: without blanks around its texts.

    Raises InstructionsTooLong and ExampleNotUsable.
    """
    instructions = guidance.instructions.strip()
    if len(instructions) > MOST_INSTRUCTIONS:
        raise InstructionsTooLong(length=len(instructions), limit=MOST_INSTRUCTIONS)
    examples = tuple(map(_trimmed, guidance.examples))
    for number, example in enumerate(examples, start=1):
        wanting = _wanting(example)
        if number > MOST_EXAMPLES:
            wanting = f"a collection may have {MOST_EXAMPLES}"
        if wanting:
            raise ExampleNotUsable(number=number, expected=wanting)
    return Guidance(collection=guidance.collection, instructions=instructions, examples=examples)


def in_turn(guidance: Sequence[Guidance]) -> Iterator[ShownAnswer]:
    """The examples of all collections: the first of each, then the second of each, and so on."""
    for round_ in zip_longest(*(one.examples for one in guidance)):
        yield from (example for example in round_ if example is not None)


def _trimmed(example: ShownAnswer) -> ShownAnswer:
    return ShownAnswer(
        question=example.question.strip(),
        passages=tuple(filter(None, (passage.strip() for passage in example.passages))),
        answer=example.answer.strip(),
    )


def _wanting(example: ShownAnswer) -> str:
    """What keeps an example from being used; empty where nothing does."""
    texts = {
        "question": example.question,
        "passages": "".join(example.passages),
        "answer": example.answer,
    }
    for part, text in texts.items():
        if not text:
            return f"it has no {part}"
        if len(text) > MOST_CHARACTERS[part]:
            return f"its {part} may have {MOST_CHARACTERS[part]} characters and has {len(text)}"
    if example.answer == NOT_IN_DOCUMENTS:
        return ""
    numbers = cited_numbers(example.answer)
    if not numbers:
        return "its answer cites no passage"
    outside = [one for one in numbers if not 1 <= one <= len(example.passages)]
    if outside:
        return f"its answer cites passage {outside[0]} of {len(example.passages)}"
    return ""
