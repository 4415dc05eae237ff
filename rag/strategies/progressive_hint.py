"""One reply after another, each with the earlier answers as a hint (Zheng et al. 2023)."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from functools import partial

from rag.answer import Answer, Question
from rag.answer_prompt import Prompt, hinted
from rag.prompt_version import PromptBook
from rag.protocols import ChatModel, Checker, Strategy
from rag.replies import Finish, Reply
from rag.strategies.asking import AskingStrategy, Ended, with_all_tokens, with_first_token
from rag.strategies.ballots import Ballots, MakeLikeness
from rag.strategies.names import StrategyName
from rag.tally import Cluster, Tally


class ProgressiveHint(AskingStrategy):
    """Asks again with its answers so far as hints until two in a row agree, ``rounds`` times.

    The answer is the better supported of the two. Where no two in a row agree, or a later round
    fails, the rounds vote. What grows is the first round. ``checker`` and ``likeness`` are those
    of ``SelfConsistency``.
    """

    strategy = StrategyName.PROGRESSIVE_HINT

    def __init__(
        self,
        model: ChatModel,
        fallback: Strategy,
        *,
        checker: Checker,
        likeness: MakeLikeness,
        rounds: int = 5,
        book: PromptBook | None = None,
        reply_tokens: int = 0,
    ) -> None:
        super().__init__(model, fallback, book=book, reply_tokens=reply_tokens)
        self._rounds = rounds
        self._ballots = partial(Ballots, checker=checker, likeness=likeness, planned=rounds)

    def _asked(
        self, question: Question, growing: Answer, prompt: Prompt
    ) -> Generator[Answer, None, Ended]:
        started = time.perf_counter()
        ballots = self._ballots(question.text)
        asked_with, agreed = prompt, None
        for number in range(self._rounds):
            growing = yield from self._round(growing, asked_with, ballots, started)
            agreed = _agreed(ballots.tally)
            if agreed is not None or ballots.tally.samples[number].failed:
                break
            hints = _hints(ballots.tally)
            asked_with = hinted(question, prompt, hints) if hints else prompt
        if agreed is not None:
            ballots.close(stopped_early=len(ballots.tally.samples) < self._rounds)
            ballots.lead(agreed)
        return ballots.ended(with_all_tokens(growing, started))

    def _round(
        self, growing: Answer, prompt: Prompt, ballots: Ballots, started: float
    ) -> Generator[Answer, None, Answer]:
        """Growing answers while the model speaks, its reply cast at the end; returns the last."""
        number = len(ballots.tally.samples)
        round_started = time.perf_counter()
        reply = Reply(text="", finish=Finish.FAILED)
        for reply in self._model.stream(prompt.messages):
            growing = with_first_token(growing, reply, started)
            if reply.finish is None and number == 0:
                growing = self._draft(growing, reply)
            if reply.finish is None:
                yield replace(growing, tally=ballots.tally)
        took_ms = (time.perf_counter() - round_started) * 1000
        ballots.cast(number, reply, prompt, took_ms=took_ms)
        growing = ballots.spent(growing)
        yield growing
        return growing


def _agreed(tally: Tally) -> Cluster | None:
    """The cluster that holds the last two rounds, if one does."""
    last = len(tally.samples) - 1
    return next((one for one in tally.clusters if {last - 1, last} <= set(one.members)), None)


def _hints(tally: Tally) -> list[str]:
    """The bare answers so far, each once; nothing of a round that refused or gave none."""
    return list(dict.fromkeys(one.answer for one in tally.samples if one.answer))
