"""How an answer is made with a chat model. ``Direct`` asks once and cites."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.abstention import evidence
from rag.citations import cite, without_markers
from rag.excerpt import Excerpt
from rag.prompts import NOT_IN_DOCUMENTS, answer_messages
from rag.protocols import ChatModel, Strategy
from rag.types import Answer, Finish, Hit, Notice, Outcome, Question, Reply, Trouble


class Direct:
    """One reply of a chat model, cited sentence by sentence.

    When the model fails, ``fallback`` answers and the reader is told so; when its reply is cut,
    what came is kept and the reader is told so.
    """

    def __init__(self, model: ChatModel, fallback: Strategy) -> None:
        self._model = model
        self._fallback = fallback

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
            context=tuple(passage for one in read for passage in one.passages),
            confidence=evidence(hits),
        )
        if not hits:
            yield replace(growing, outcome=Outcome.NOT_IN_DOCUMENTS)
            return
        started = time.perf_counter()
        timings: dict[str, float] = {}
        for reply in self._model.stream(answer_messages(question, read)):
            if reply.text:
                timings.setdefault("first_token", (time.perf_counter() - started) * 1000)
            if reply.finish is None:
                if not _may_refuse(reply.text):
                    yield replace(growing, text=without_markers(reply.text))
                continue
            timings["answer"] = (time.perf_counter() - started) * 1000
            spent = replace(
                growing,
                timings_ms=timings,
                prompt_tokens=reply.prompt_tokens,
                completion_tokens=reply.completion_tokens,
            )
            yield from self._finished(spent, question, reply, read)

    def _finished(
        self, growing: Answer, question: Question, reply: Reply, read: Sequence[Excerpt]
    ) -> Iterator[Answer]:
        text = without_markers(reply.text).strip()
        if reply.finish is Finish.FAILED or not text:
            for answer in self._fallback.answer(question, growing.hits):
                yield replace(
                    answer,
                    notice=Notice.MODEL_FAILED,
                    trouble=reply.trouble or Trouble.EMPTY,
                    timings_ms={**growing.timings_ms, **answer.timings_ms},
                    prompt_tokens=growing.prompt_tokens,
                    completion_tokens=growing.completion_tokens,
                )
            return
        growing = replace(growing, token_logprobs=reply.token_logprobs)
        if _bare(text).startswith(NOT_IN_DOCUMENTS):
            yield replace(growing, outcome=Outcome.NOT_IN_DOCUMENTS)
            return
        cut = reply.finish is Finish.CUT
        yield replace(
            growing,
            text=text,
            claims=cite(reply.text, read),
            outcome=Outcome.ANSWERED,
            notice=Notice.REPLY_CUT if cut else None,
            trouble=reply.trouble,
        )


def _bare(text: str) -> str:
    """``text`` without what a model likes to put around a word: blanks, quotes, asterisks."""
    return text.lstrip(" \n\t\"'“‘`*_#>[(")


def _may_refuse(text: str) -> bool:
    """Whether a reply that has come so far is, or may yet become, the word of refusal."""
    begun = _bare(text)[: len(NOT_IN_DOCUMENTS)]
    return NOT_IN_DOCUMENTS.startswith(begun)
