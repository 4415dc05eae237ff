"""A collection's guidance as the fields of a form, and back; and the prompt that it makes.

Knows no page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from app.i18n import Translator
from rag.answer import Question
from rag.excerpt import Excerpt
from rag.guidance import MOST_EXAMPLES, Guidance, Instructions, ShownAnswer, checked
from rag.prompting import answer_messages
from rag.prompts import Form
from rag.replies import Message
from rag.types import Chunk, Passage

_BETWEEN_PASSAGES: Final = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """An example as it is typed: a blank line stands between passages."""

    question: str = ""
    passages: str = ""
    answer: str = ""

    @classmethod
    def of(cls, example: ShownAnswer) -> Self:
        """The fields that hold ``example``."""
        passages = (_BETWEEN_PASSAGES.sub("\n", passage) for passage in example.passages)
        return cls(question=example.question, passages="\n\n".join(passages), answer=example.answer)

    def example(self) -> ShownAnswer | None:
        """The example typed; None where nothing was."""
        if not (self.question + self.passages + self.answer).strip():
            return None
        passages = tuple(_BETWEEN_PASSAGES.split(self.passages.strip()))
        return ShownAnswer(question=self.question, passages=passages, answer=self.answer)


def fields_of(guidance: Guidance) -> list[Fields]:
    """A row of fields for each example, and an empty one while another may be added."""
    rows = [Fields.of(example) for example in guidance.examples]
    return [*rows, Fields()][:MOST_EXAMPLES]


def typed(collection: str, instructions: str, rows: Iterable[Fields]) -> Guidance:
    """The guidance typed; empty rows are no examples. Raises a GuidanceError."""
    examples = tuple(example for row in rows if (example := row.example()))
    return checked(Guidance(collection=collection, instructions=instructions, examples=examples))


def preview(guidance: Guidance, form: Form, t: Translator) -> list[Message]:
    """The whole prompt with ``guidance`` for a reply of this ``form``.

    It is in the reader's language, with a stand-in for what varies.
    """
    instructions = Instructions(collection=guidance.collection, text=guidance.instructions)
    return answer_messages(
        Question(text=t("guidance.preview.question"), collections=(guidance.collection,)),
        [Excerpt.of(_any_passage(guidance.collection, t))],
        instructions=[instructions] if guidance.instructions else [],
        examples=guidance.examples,
        form=form,
    )


def _any_passage(collection: str, t: Translator) -> Passage:
    text, document = t("guidance.preview.passage"), t("guidance.preview.document")
    return Passage(
        chunk_id="",
        document_id="",
        collection=collection,
        document=document,
        title=document,
        version="",
        paginated=True,
        page_label=None,
        chunk=Chunk(sequence=0, page=1, start=0, end=len(text), text=text),
    )
