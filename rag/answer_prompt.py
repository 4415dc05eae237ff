"""The prompt for an answer: as much guidance and as many passages as a model's window takes.

Prompt and reply share the window. What does not fit is left out in this order: the examples, the
last first, for they teach the form of an answer and passages hold what it says; then the passages,
the least important first, each collection's instructions going with its last passage; then
sentences of the best passage, those far from the nearest to the question first. The rules, the
question, the best passage's instructions and one sentence are never left out: where not even these
fit there is no prompt, for a model asked with less would answer by other rules.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.answer import Question
from rag.cutting import cut
from rag.excerpt import Excerpt
from rag.guidance import Guidance, Instructions, ShownAnswer, in_turn
from rag.prompt_version import PromptBook, PromptVersion
from rag.prompting import answer_messages
from rag.prompts import Form
from rag.protocols import ChatModel
from rag.replies import Message
from rag.types import Hit, Passage

EXAMPLE_TOKENS: Final = 1000
"""Most tokens of examples in a prompt, as the model counts them."""

_MESSAGE_TOKENS: Final = 24
"""What a chat template puts around a message, at most; the longest measured is Llama 3.1's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is asked with; ``excerpts`` are those that stand in it, in their order."""

    messages: tuple[Message, ...]
    excerpts: tuple[Excerpt, ...]
    version: PromptVersion
    form: Form = Form.PLAIN

    def passages(self) -> tuple[Passage, ...]:
        """The passages that stand in it, or what was left of them."""
        return tuple(passage for one in self.excerpts for passage in one.passages)


class Prompter:
    """Makes prompts for one model, with the guidance of ``book``, for replies of one ``form``.

    ``reply_tokens`` of the model's window are left for its reply.
    """

    def __init__(
        self,
        model: ChatModel,
        book: PromptBook,
        *,
        reply_tokens: int,
        form: Form = Form.PLAIN,
    ) -> None:
        self._form = form
        self._model = model
        self._book = book
        self._reply_tokens = reply_tokens

    def prompt(
        self, question: Question, excerpts: Sequence[Excerpt], hits: Sequence[Hit]
    ) -> Prompt | None:
        """The prompt for an answer from ``excerpts``; None where not even the least fits.

        ``hits`` tell which sentence of the best passage is the nearest to the question.
        """
        collections = {passage.collection for one in excerpts for passage in one.passages}
        guidance = self._book.guidance(collections)
        instructions = [
            Instructions(collection=one.collection, text=one.instructions)
            for one in guidance
            if one.instructions
        ]
        examples = list(self._affordable(guidance))
        whole = _made(question, excerpts, instructions, examples, form=self._form)
        if self._fits(whole):
            return whole
        count = len(whole.passages())

        def without(dropped: int) -> Prompt:
            shown = max(0, len(examples) - dropped)
            kept = count - max(0, dropped - len(examples))
            best = best_passages(excerpts, kept)
            return _made(question, best, instructions, examples[:shown], form=self._form)

        most = len(examples) + count - 1
        dropped = bisect_left(
            range(most + 1), True, key=lambda dropped: self._fits(without(dropped))
        )
        if dropped <= most:
            return without(dropped)
        return self._shortened(question, without(most), hits)

    def smaller(self, question: Question, prompt: Prompt) -> Prompt | None:
        """``prompt`` without examples and the lower half of its passages; None if it is least."""
        count = len(prompt.passages())
        if count == 1 and not prompt.version.examples:
            return None
        kept = best_passages(prompt.excerpts, (count + 1) // 2)
        return _made(question, kept, prompt.version.instructions, (), form=prompt.form)

    def keep(self, version: PromptVersion) -> None:
        """Keep the words that made an answer."""
        self._book.keep(version)

    def _shortened(self, question: Question, least: Prompt, hits: Sequence[Hit]) -> Prompt | None:
        """``least``, its only passage cut to the sentences that fit."""
        (passage,) = least.passages()

        def cut_to(part: Passage) -> Prompt:
            instructions = least.version.instructions
            return _made(question, [Excerpt.of(part)], instructions, (), form=least.form)

        found = (hit for hit in hits if hit.passage.chunk_id == passage.chunk_id)
        hit = next(found, Hit(passage=passage, score=0.0))
        part = cut(hit, lambda part: self._fits(cut_to(part)))
        return cut_to(part) if part else None

    def _affordable(self, guidance: Sequence[Guidance]) -> Iterator[ShownAnswer]:
        """The collections' examples in turn, up to ``EXAMPLE_TOKENS``."""
        left = EXAMPLE_TOKENS
        for example in in_turn(guidance):
            texts = (example.question, *example.passages, example.answer)
            left -= sum(map(self._model.count_tokens, texts))
            if left < 0:
                return
            yield example

    def _fits(self, prompt: Prompt) -> bool:
        window = self._model.window
        if window is None:
            return True
        told = (self._model.count_tokens(message.content) for message in prompt.messages)
        around = _MESSAGE_TOKENS * len(prompt.messages)
        return sum(told) + around + self._reply_tokens <= window


def reordered(question: Question, prompt: Prompt, order: Sequence[int]) -> Prompt:
    """``prompt`` with its excerpts in another order: ``order`` are their places (from 0) in it."""
    excerpts = [prompt.excerpts[at] for at in order]
    version = prompt.version
    return _made(question, excerpts, version.instructions, version.examples, form=prompt.form)


def hinted(question: Question, prompt: Prompt, hints: Sequence[str]) -> Prompt:
    """``prompt`` with earlier answers to the question as ``hints``."""
    version = prompt.version
    return _made(
        question,
        prompt.excerpts,
        version.instructions,
        version.examples,
        form=Form.HINTED,
        hints=hints,
    )


def best_passages(excerpts: Sequence[Excerpt], count: int) -> tuple[Excerpt, ...]:
    """The ``count`` most important passages, joined where they are joined in ``excerpts``."""
    places = [
        (excerpt.ranks[at] if excerpt.ranks else number, number, at)
        for number, excerpt in enumerate(excerpts)
        for at in range(len(excerpt.passages))
    ]
    runs: list[tuple[int, list[tuple[int, int]]]] = []
    for rank, number, at in sorted(sorted(places)[:count], key=lambda place: place[1:]):
        if runs and runs[-1][0] == number and runs[-1][1][-1][1] == at - 1:
            runs[-1][1].append((rank, at))
        else:
            runs.append((number, [(rank, at)]))
    runs.sort(key=lambda run: min(run[1]))
    return tuple(_part(excerpts[number], run) for number, run in runs)


def _part(excerpt: Excerpt, run: Sequence[tuple[int, int]]) -> Excerpt:
    """The passages of ``run`` (their ranks and their places in ``excerpt``)."""
    passages = excerpt.passages[run[0][1] : run[-1][1] + 1]
    before = excerpt.passages[0].chunk.start
    start, end = passages[0].chunk.start - before, passages[-1].chunk.end - before
    return Excerpt(
        passages=passages, text=excerpt.text[start:end], ranks=tuple(rank for rank, _ in run)
    )


def _made(
    question: Question,
    excerpts: Sequence[Excerpt],
    instructions: Sequence[Instructions],
    examples: Sequence[ShownAnswer],
    *,
    form: Form,
    hints: Sequence[str] = (),
) -> Prompt:
    """The prompt over these, with the instructions of the collections that are still in it."""
    there = {passage.collection for one in excerpts for passage in one.passages}
    holding = [one for one in instructions if one.collection in there]
    messages = answer_messages(
        question, excerpts, instructions=holding, examples=examples, form=form, hints=hints
    )
    return Prompt(
        messages=tuple(messages),
        excerpts=tuple(excerpts),
        version=PromptVersion.of(holding, examples, form),
        form=form,
    )
