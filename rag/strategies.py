"""How an answer is made with a chat model. ``Direct`` asks once and cites."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Final

from rag.answer import Answer, Notice, Outcome, Question
from rag.answer_prompt import Prompt, Prompter
from rag.citations import cite, without_markers
from rag.excerpt import Excerpt
from rag.prompt_version import BlankBook, PromptBook
from rag.prompts import NOT_IN_DOCUMENTS
from rag.protocols import ChatModel, Strategy
from rag.replies import Finish, Reply, Trouble
from rag.types import Hit


class Direct:
    """One reply of a chat model, cited sentence by sentence.

    When the model fails, ``fallback`` answers and the reader is told so; when its reply is cut,
    what came is kept and the reader is told so. A model that finds the prompt too long is asked
    once more, with the better half of the passages.

    ``book`` has the guidance of collections and keeps the words that made an answer;
    ``reply_tokens`` of the model's window are left for its reply.
    """

    def __init__(
        self,
        model: ChatModel,
        fallback: Strategy,
        *,
        book: PromptBook | None = None,
        reply_tokens: int = 0,
    ) -> None:
        self._model = model
        self._fallback = fallback
        self._prompter = Prompter(model, book or BlankBook(), reply_tokens=reply_tokens)

    @property
    def name(self) -> str:
        """See ``rag.protocols.Strategy``."""
        return self._model.name

    def answer(
        self, question: Question, hits: Sequence[Hit], context: Sequence[Excerpt] = ()
    ) -> Iterator[Answer]:
        """See ``rag.protocols.Strategy``."""
        read = tuple(context) or tuple(Excerpt.of(hit.passage) for hit in hits)
        growing = Answer(question=question.text, model=self.name, hits=tuple(hits))
        if not hits:
            yield replace(growing, outcome=Outcome.NOT_IN_DOCUMENTS)
            return
        started = time.perf_counter()
        prompt = self._prompter.prompt(question, read, hits)
        reply = _TOO_LONG
        if prompt is not None:
            growing, reply = yield from self._asked(growing, prompt, started)
            if _too_long(reply) and (smaller := self._prompter.smaller(question, prompt)):
                prompt = smaller
                growing, reply = yield from self._asked(growing, prompt, started)
        if prompt is None or _says_nothing(reply):
            yield from self._instead(growing, question, reply)
        else:
            yield self._finished(growing, reply, prompt)

    def _asked(
        self, growing: Answer, prompt: Prompt, started: float
    ) -> Generator[Answer, None, tuple[Answer, Reply]]:
        """Growing answers while the model speaks; returns what it was asked, and its last words."""
        growing = replace(growing, context=prompt.passages(), prompt_version=prompt.version.id)
        timings: dict[str, float] = {}
        reply = Reply(text="", finish=Finish.FAILED)
        for reply in self._model.stream(prompt.messages):
            if reply.text:
                timings.setdefault("first_token", (time.perf_counter() - started) * 1000)
            if reply.finish is None:
                said = "" if _may_refuse(reply.text) else without_markers(reply.text)
                yield replace(growing, text=said, reasoning=reply.reasoning)
        timings["answer"] = (time.perf_counter() - started) * 1000
        spent = replace(
            growing,
            timings_ms=timings,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            reasoning=reply.reasoning,
        )
        return spent, reply

    def _instead(self, spent: Answer, question: Question, reply: Reply) -> Iterator[Answer]:
        """What the fallback answers, from the hits alone."""
        for answer in self._fallback.answer(question, spent.hits):
            yield replace(
                answer,
                notice=Notice.MODEL_FAILED,
                trouble=reply.trouble or Trouble.EMPTY,
                instead_of=self.name,
                timings_ms={**spent.timings_ms, **answer.timings_ms},
                prompt_tokens=spent.prompt_tokens,
                completion_tokens=spent.completion_tokens,
            )

    def _finished(self, spent: Answer, reply: Reply, prompt: Prompt) -> Answer:
        self._prompter.keep(prompt.version)
        spent = replace(spent, token_logprobs=reply.token_logprobs)
        text = without_markers(reply.text).strip()
        if _bare(text).startswith(NOT_IN_DOCUMENTS):
            return replace(spent, outcome=Outcome.NOT_IN_DOCUMENTS)
        cited = cite(reply.text, prompt.excerpts)
        return replace(
            spent,
            text=text,
            claims=cited.claims,
            dangling=cited.dangling,
            outcome=Outcome.ANSWERED,
            notice=Notice.REPLY_CUT if reply.finish is Finish.CUT else None,
            trouble=reply.trouble,
        )


_TOO_LONG: Final = Reply(text="", finish=Finish.FAILED, trouble=Trouble.TOO_LONG)


def _says_nothing(reply: Reply) -> bool:
    return reply.finish is Finish.FAILED or not without_markers(reply.text).strip()


def _too_long(reply: Reply) -> bool:
    return _says_nothing(reply) and reply.trouble is Trouble.TOO_LONG


def _bare(text: str) -> str:
    """``text`` without what a model likes to put around a word: blanks, quotes, asterisks."""
    return text.lstrip(" \n\t\"'“‘`*_#>[(")


def _may_refuse(text: str) -> bool:
    """Whether a reply that has come so far is, or may yet become, the word of refusal."""
    begun = _bare(text)[: len(NOT_IN_DOCUMENTS)]
    return NOT_IN_DOCUMENTS.startswith(begun)
