"""The words of ``rag/prompts.py`` with a question, passages and guidance in them.

What a person, a document or a collection's keeper wrote stands between fences, and what looks like
a fence inside it is broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rag import prompts
from rag.answer import Question
from rag.excerpt import Excerpt
from rag.exchange import Exchange
from rag.guidance import Instructions, ShownAnswer
from rag.language import Language, language_of
from rag.prompts import Form
from rag.replies import Message, Role
from rag.types import Passage

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

_LONGEST_ANSWER: Final = 600
"""How many characters of an earlier answer are shown to a model that condenses."""

_FENCE: Final = re.compile(r"<(?=\s*/?\s*(?:passage|exchange|example|instructions))", re.IGNORECASE)


def answer_messages(
    question: Question,
    excerpts: Sequence[Excerpt],
    *,
    instructions: Sequence[Instructions] = (),
    examples: Sequence[ShownAnswer] = (),
    form: Form = Form.PLAIN,
    hints: Sequence[str] = (),
) -> list[Message]:
    """The prompt that asks for a cited answer; excerpts are numbered from 1 in their order.

    The reply shall have the ``form``; ``hints`` are earlier answers, for ``HINTED``.
    ``instructions`` stand between the rules and their repetition, ``examples`` before the
    passages (few-shot prompting, Brown et al. 2020). Where there are instructions and passages of
    several collections, each passage says which it comes from.
    """
    from langchain.messages import SystemMessage

    language = language_of(question.text)
    collections = {one.passages[0].collection for one in excerpts}
    prompt = _template(language, bool(instructions), bool(examples), form).format_messages(
        refusal=prompts.NOT_IN_DOCUMENTS,
        short_answer=prompts.SHORT_ANSWER,
        then_answer=prompts.THEN_ANSWER,
        hints=_hinted(hints, language),
        instructions="\n\n".join(map(_instructed, instructions)),
        examples="\n\n".join(_example(one, language) for one in examples),
        passages=_numbered(
            ((one.passages[0], one.text) for one in excerpts),
            with_collection=bool(instructions) and len(collections) > 1,
        ),
        question=question.text,
    )
    return [
        Message(
            role=Role.SYSTEM if isinstance(one, SystemMessage) else Role.USER,
            content=str(one.content),
        )
        for one in prompt
    ]


def judge_messages(
    question: str, sentences: Sequence[str], passages: Sequence[Passage], answers: Sequence[str]
) -> list[Message]:
    """The prompt that asks for an opinion on an answer, one line a verdict.

    The lines are ``S1: yes`` for each sentence, ``ANSWERS: yes`` and, where right ``answers`` are
    known, ``CORRECT: yes``; or ``no``.
    """
    language = language_of(question)
    asked = [f"S{number}" for number in range(1, len(sentences) + 1)]
    asked += ["ANSWERS", *(["CORRECT"] if answers else [])]
    known = "\n".join(prompts.RIGHT_ANSWER.format(answer=one) for one in answers)
    body = prompts.JUDGED[language].format(
        passages=_numbered((one, one.chunk.text) for one in passages),
        question=question,
        answers=prompts.RIGHT_ANSWERS[language].format(answers=known) if answers else "",
        sentences="\n".join(
            prompts.SENTENCE.format(number=number, text=" ".join(unfence(one).split()))
            for number, one in enumerate(sentences, start=1)
        ),
    )
    lines = "\n".join(prompts.VERDICT.format(name=name) for name in asked)
    system = prompts.JUDGE[language].format(lines=lines)
    return [Message(role=Role.SYSTEM, content=system), Message(role=Role.USER, content=body)]


def condensing_messages(question: str, history: Sequence[Exchange]) -> list[Message]:
    """The prompt that asks for ``question`` in words that need no ``history`` (newest last)."""
    language = language_of(question)
    exchanges = "\n\n".join(
        prompts.EXCHANGE.format(
            question=unfence(" ".join(one.question.split())),
            answer=unfence(" ".join(one.answer.split())[:_LONGEST_ANSWER]),
        )
        for one in history
    )
    body = prompts.CONDENSED[language].format(exchanges=exchanges, question=question)
    return [
        Message(role=Role.SYSTEM, content=prompts.CONDENSE[language]),
        Message(role=Role.USER, content=body),
    ]


def rewording_messages(question: str, n: int) -> list[Message]:
    """The prompt that asks for ``n`` other wordings of a question, one a line."""
    return _about(question, prompts.REWORD[language_of(question)].format(n=n))


def hypothetical_messages(question: str) -> list[Message]:
    """The prompt that asks for a passage that might answer a question."""
    return _about(question, prompts.HYPOTHETICAL[language_of(question)])


def fenced(number: int, passage: Passage, text: str, *, with_collection: bool = False) -> str:
    """``text`` between fences, over it the source, the title and the headings of ``passage``.

    A title that the document's name repeats is left out.
    """
    page = prompts.PAGE.format(page=passage.chunk.page) if passage.paginated else ""
    title = () if passage.title in passage.document else (passage.title,)
    over = unfence(" > ".join(dict.fromkeys((*title, *passage.chunk.heading_path))))
    collection = prompts.COLLECTION.format(collection=_attribute(passage.collection))
    return prompts.PASSAGE.format(
        number=number,
        collection=collection if with_collection else "",
        source=_attribute(f"{passage.document}{page}"),
        over=f"{over}\n" if over else "",
        text=unfence(text),
    )


def unfence(text: str) -> str:
    """``text`` with whatever looks like one of our fences in it broken."""
    return _FENCE.sub("‹", text)


def _attribute(name: str) -> str:
    return unfence(name).replace('"', "'")


def _about(question: str, system: str) -> list[Message]:
    body = prompts.ASKED[language_of(question)].format(question=question)
    return [Message(role=Role.SYSTEM, content=system), Message(role=Role.USER, content=body)]


@lru_cache(maxsize=32)
def _template(language: Language, instructed: bool, shown: bool, form: Form) -> ChatPromptTemplate:
    from langchain_core.prompts import ChatPromptTemplate

    added = prompts.FORMS[form][language]
    system = prompts.ANSWER[language] + added
    if instructed:
        repeated = prompts.INSTRUCTED[language].replace("{answer}", system)
        system = repeated.replace("{form}", added)
    user = prompts.ASKED_OF_PASSAGES[language]
    if shown:
        user = prompts.EXAMPLES[language] + user
    return ChatPromptTemplate.from_messages([("system", system), ("human", user)])


def _hinted(hints: Sequence[str], language: Language) -> str:
    if not hints:
        return ""
    told = prompts.HINT_BETWEEN.join(unfence(one) for one in hints)
    return prompts.HINTS[language].format(hints=told) + "\n\n"


def _instructed(one: Instructions) -> str:
    return prompts.INSTRUCTIONS.format(
        collection=_attribute(one.collection), text=unfence(one.text)
    )


def _example(one: ShownAnswer, language: Language) -> str:
    return prompts.EXAMPLE[language].format(
        passages="\n".join(
            prompts.EXAMPLE_PASSAGE.format(number=number, text=unfence(text))
            for number, text in enumerate(one.passages, start=1)
        ),
        question=unfence(one.question),
        answer=unfence(one.answer),
    )


def _numbered(passages: Iterable[tuple[Passage, str]], *, with_collection: bool = False) -> str:
    return "\n\n".join(
        fenced(number, passage, text, with_collection=with_collection)
        for number, (passage, text) in enumerate(passages, start=1)
    )
