"""The prompt that an answer was asked for with, made again from what is kept.

Neither the passages' text nor the prompt is kept with an answer: the words come from the prompt
record, the passages from the record of documents. So a prompt goes with what it quoted.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby

from app.considered import Considered
from app.conversations import Turn
from app.prompt_record import PromptRecord
from rag.answer import Question
from rag.errors import VersionNotFound
from rag.excerpt import Excerpt
from rag.prompt_version import PromptVersion
from rag.prompting import answer_messages
from rag.prompts import Form, answer_words
from rag.replies import Message
from rag.types import Chunk, Passage
from vectorstore.record import Record


class Unmade(StrEnum):
    """Why there is no prompt to be shown."""

    NO_MODEL = "no_model"
    OTHER_WORDS = "other_words"
    PASSAGES_GONE = "passages_gone"


def prompt_again(turn: Turn, record: Record, prompts: PromptRecord) -> tuple[Message, ...] | Unmade:
    """The messages that the chat model behind ``turn`` was asked with first.

    A vote's other samples read the same passages in other orders, a later round also the answers
    before it. There is no prompt where no chat model answered, where the product's own words are
    others since, and where a version of a document is no longer kept.
    """
    read = sorted(
        (one for one in turn.considered if one.number is not None),
        key=lambda one: (one.number, one.place.start),
    )
    version_id = turn.answer.prompt_version
    if not read or version_id is None:
        return Unmade.NO_MODEL
    version = prompts.version(version_id)
    form = _form(version)
    if version is None or form is None:
        return Unmade.OTHER_WORDS
    question = Question(text=turn.answer.standalone or turn.answer.question, collections=())
    try:
        excerpts = list(_excerpts(read, record))
    except VersionNotFound:
        return Unmade.PASSAGES_GONE
    return tuple(
        answer_messages(
            question,
            excerpts,
            instructions=version.instructions,
            examples=version.examples,
            form=form,
        )
    )


def _form(version: PromptVersion | None) -> Form | None:
    """The form whose words, as they are now, are those of ``version``."""
    if version is None:
        return None
    return next((form for form in Form if answer_words(form) == version.template), None)


def _excerpts(read: list[Considered], record: Record) -> Iterator[Excerpt]:
    """What stood in the prompt, in its order. Raises VersionNotFound."""
    for _, joined in groupby(read, key=lambda one: one.number):
        run = tuple(joined)
        first, last = run[0].place, run[-1].place
        page = record.page(first.document_id, first.version, first.page).text
        yield Excerpt(
            passages=tuple(_passage(one, page) for one in run),
            text=page[first.start : last.end],
        )


def _passage(one: Considered, page: str) -> Passage:
    place = one.place
    return Passage(
        chunk_id=place.chunk_id,
        document_id=place.document_id,
        collection=one.collection,
        document=place.document,
        title=one.title,
        version=place.version,
        paginated=place.paginated,
        page_label=place.page_label,
        chunk=Chunk(
            sequence=0,
            page=place.page,
            start=place.start,
            end=place.end,
            text=page[place.start : place.end],
            heading_path=place.heading_path,
        ),
    )
