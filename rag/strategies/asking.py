"""What the ways of asking a chat model have in common: the prompt, and what is done on failure."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rag.answer import Answer, Notice, Outcome, Question
from rag.answer_prompt import Prompt, Prompter
from rag.citations import without_markers
from rag.excerpt import Excerpt
from rag.prompt_version import BlankBook, PromptBook, PromptVersion
from rag.protocols import ChatModel, Strategy
from rag.replies import Reply, Trouble
from rag.strategies import reply_form
from rag.strategies.names import StrategyName
from rag.types import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How asking a model ended.

    ``answer`` is None where it gave none, for ``trouble``; ``version`` are the words that made it,
    ``spent`` is what was spent.
    """

    spent: Answer
    answer: Answer | None = None
    version: PromptVersion | None = None
    trouble: Trouble | None = None


class AskingStrategy(ABC):
    """Asks ``model`` for an answer from the passages that were found.

    When the model fails, ``fallback`` answers and the reader is told so; when its reply is cut,
    what came is kept and the reader is told so. A model that finds the prompt too long is asked
    once more, with the better half of the passages.

    ``book`` has the guidance of collections and keeps the words that made an answer;
    ``reply_tokens`` of the model's window are left for its reply.
    """

    strategy: ClassVar[StrategyName]

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
        self._prompter = Prompter(
            model, book or BlankBook(), reply_tokens=reply_tokens, form=self.strategy.form
        )

    @property
    def name(self) -> str:
        """See ``rag.protocols.Strategy``."""
        return self._model.name

    def answer(
        self, question: Question, hits: Sequence[Hit], context: Sequence[Excerpt] = ()
    ) -> Iterator[Answer]:
        """See ``rag.protocols.Strategy``."""
        read = tuple(context) or tuple(Excerpt.of(hit.passage) for hit in hits)
        growing = Answer(
            question=question.text,
            model=self.name,
            hits=tuple(hits),
            strategy=self.strategy.value,
        )
        if not hits:
            yield replace(growing, outcome=Outcome.NOT_IN_DOCUMENTS)
            return
        prompt = self._prompter.prompt(question, read, hits)
        ended = Ended(spent=growing, trouble=Trouble.TOO_LONG)
        if prompt is not None:
            ended = yield from self._asked(question, _read_with(growing, prompt), prompt)
            if _too_long(ended) and (smaller := self._prompter.smaller(question, prompt)):
                ended = yield from self._asked(question, _read_with(growing, smaller), smaller)
        if ended.version is not None:
            self._prompter.keep(ended.version)
        if ended.answer is not None:
            yield ended.answer
        else:
            yield from self._instead(question, ended)

    @abstractmethod
    def _asked(
        self, question: Question, growing: Answer, prompt: Prompt
    ) -> Generator[Answer, None, Ended]:
        """Growing answers while the model speaks; returns how that ended."""

    def _draft(self, growing: Answer, reply: Reply) -> Answer:
        """``growing`` with what can be shown of a reply that is still coming."""
        shown = reply_form.growing(reply, self.strategy.form)
        return replace(growing, text=without_markers(shown.text), reasoning=shown.reasoning)

    def _instead(self, question: Question, ended: Ended) -> Iterator[Answer]:
        """What the fallback answers, from the hits alone."""
        spent = ended.spent
        for answer in self._fallback.answer(question, spent.hits):
            yield replace(
                answer,
                notice=Notice.MODEL_FAILED,
                trouble=ended.trouble or Trouble.EMPTY,
                instead_of=self.name,
                timings_ms={**spent.timings_ms, **answer.timings_ms},
                prompt_tokens=spent.prompt_tokens,
                completion_tokens=spent.completion_tokens,
            )


def with_first_token(growing: Answer, reply: Reply, started: float) -> Answer:
    """``growing`` with the time since ``started`` until the first words, once there are any."""
    if not reply.text or "first_token" in growing.timings_ms:
        return growing
    took_ms = (time.perf_counter() - started) * 1000
    return replace(growing, timings_ms={**growing.timings_ms, "first_token": took_ms})


def with_all_tokens(growing: Answer, started: float) -> Answer:
    """``growing`` with the time since ``started`` that the whole answer took."""
    took_ms = (time.perf_counter() - started) * 1000
    return replace(growing, timings_ms={**growing.timings_ms, "answer": took_ms})


def _read_with(growing: Answer, prompt: Prompt) -> Answer:
    return replace(growing, context=prompt.passages(), prompt_version=prompt.version.id)


def _too_long(ended: Ended) -> bool:
    return ended.answer is None and ended.trouble is Trouble.TOO_LONG
