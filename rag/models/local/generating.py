"""Replies in the making: tokens become growing replies, in a thread of its own a request."""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rag.model_errors import ModelError
from rag.models.local.batch import Batch
from rag.models.local.chat_format import ChatPrompt
from rag.models.local.decoding import GrowingText, until
from rag.reasoning import split_reasoning
from rag.replies import Finish, Reply, Sample, Trouble

THREAD_NAME: Final = "local-generation"

_GRACE_S: Final = 0.25
"""How much later than the thread that writes its reader gives up."""

_LOG: Final = logging.getLogger(__name__)
_OUT_OF_MEMORY: Final = ("out of memory", "not enough memory", "can't allocate memory")


class Generation:
    """One request: what its thread tells, and when it has to end.

    Where nothing is told for ``beat_s`` seconds, the first reply that is open is told again, so
    that a reader who has gone can be noticed.
    """

    def __init__(self, *, size: int, deadline_s: float, beat_s: float = math.inf) -> None:
        self.size = size
        self._beat_s = beat_s
        self._ends_at = time.monotonic() + deadline_s
        self._stopped = threading.Event()
        self._told: queue.SimpleQueue[Sample | Trouble] = queue.SimpleQueue()

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any more, or for too long."""
        return self._stopped.is_set() or self._is_late

    @property
    def why_over(self) -> Trouble:
        """What to say of replies that are not finished by then."""
        return Trouble.DEADLINE if self._is_late else Trouble.BROKEN_OFF

    def stop(self) -> None:
        """End it, as soon as the token that is being made is there."""
        self._stopped.set()

    def tell(self, number: int, reply: Reply) -> None:
        """Hand over what the sample of this ``number`` has said so far."""
        self._told.put(Sample(number=number, reply=reply))

    def samples(self, make: Callable[[], None]) -> Generator[Sample]:
        """What ``make`` tells, run in a thread; each number ends with exactly one finish.

        Whatever ``make`` raises ends the numbers that are open, as does the deadline. Closing the
        iterator stops it.
        """
        threading.Thread(target=self._run, args=(make,), name=THREAD_NAME, daemon=True).start()
        latest = {number: Reply(text="") for number in range(self.size)}
        try:
            while latest:
                told = self._next(latest)
                if isinstance(told, Trouble):
                    for number, reply in latest.items():
                        yield Sample(number=number, reply=broken(reply, told))
                    return
                if told.reply.finish is None:
                    latest[told.number] = told.reply
                else:
                    del latest[told.number]
                yield told
        finally:
            self.stop()

    @property
    def _is_late(self) -> bool:
        return time.monotonic() >= self._ends_at

    def _next(self, latest: Mapping[int, Reply]) -> Sample | Trouble:
        left_s = self._ends_at + _GRACE_S - time.monotonic()
        wait_s = min(left_s, self._beat_s, threading.TIMEOUT_MAX)
        try:
            return self._told.get(timeout=max(0.0, wait_s))
        except queue.Empty:
            if left_s <= self._beat_s:
                return Trouble.DEADLINE
            number = min(latest)
            return Sample(number=number, reply=latest[number])

    def _run(self, make: Callable[[], None]) -> None:
        trouble = Trouble.OTHER
        try:
            make()
            trouble = self.why_over
        except ModelError as error:
            _LOG.warning("%s %s", error, error.hint)
            trouble = Trouble.NOT_LOADED
        except (
            RuntimeError,
            MemoryError,
            ValueError,
            TypeError,
            LookupError,
            ArithmeticError,
            AttributeError,
            OSError,
        ) as error:
            _LOG.warning("generation failed", exc_info=error)
            trouble = Trouble.OUT_OF_MEMORY if is_out_of_memory(error) else Trouble.OTHER
        finally:
            self._told.put(trouble)


class GrowingReply:
    """One continuation of ``prompt`` as it grows, at most ``longest`` tokens.

    It ends complete with one of the tokens ``ends``, or where the prompt's format has the other
    side speak. Blanks in front of it are left out. The token that ends a reply counts, and has its
    probability, as any other.
    """

    def __init__(
        self,
        prompt: ChatPrompt,
        decode: Callable[[Sequence[int]], str],
        *,
        ends: Collection[int],
        longest: int,
    ) -> None:
        self._prompt = prompt
        self._ends = ends
        self._longest = longest
        self._spoken = GrowingText(decode)
        self._logprobs: list[float] = []

    def add(self, token: int, logprob: float) -> Reply:
        """The reply with this token, finished where it is the last."""
        self._logprobs.append(logprob)
        if token in self._ends:
            return self.end(None)
        self._spoken.add(token)
        text, stopped = self._text(self._spoken.text, growing=True)
        if stopped:
            return self.end(None)
        if len(self._logprobs) == self._longest:
            return self.end(Trouble.LENGTH)
        reasoning, answer = split_reasoning(text, growing=True)
        return self._reply(reasoning, answer)

    def end(self, trouble: Trouble | None) -> Reply:
        """The last reply; without ``trouble`` the model has ended it by itself."""
        spoken = self._spoken.text if trouble else self._spoken.whole()
        text, _ = self._text(spoken, growing=False)
        whole = replace(self._reply(*split_reasoning(text)), token_logprobs=tuple(self._logprobs))
        if trouble is None and whole.text.strip():
            return replace(whole, finish=Finish.COMPLETE)
        return broken(whole, trouble or Trouble.EMPTY)

    def _text(self, spoken: str, *, growing: bool) -> tuple[str, bool]:
        text = (self._prompt.opening + spoken).lstrip()
        return until(text, self._prompt.stop, growing=growing)

    def _reply(self, reasoning: str, answer: str) -> Reply:
        return Reply(
            text=answer,
            reasoning=reasoning,
            prompt_tokens=len(self._prompt.ids),
            completion_tokens=len(self._logprobs),
        )


def speak(
    batch: Batch, prompt: ChatPrompt, replies: Sequence[GrowingReply], generation: Generation
) -> None:
    """Have ``batch`` continue the prompt, one reply a row, until all are finished or it is over."""
    if not batch.read(prompt.ids, lambda: generation.is_over):
        return
    open_rows = list(enumerate(replies))
    while open_rows and not generation.is_over:
        going_on = []
        for row, (token, logprob) in enumerate(batch.choose()):
            number, growing = open_rows[row]
            reply = growing.add(token, logprob)
            generation.tell(number, reply)
            if reply.finish is None:
                going_on.append(row)
        open_rows = [open_rows[row] for row in going_on]
        if open_rows:
            batch.go_on(going_on)
    for number, growing in open_rows:
        generation.tell(number, growing.end(generation.why_over))


def broken(reply: Reply, trouble: Trouble) -> Reply:
    """The reply as it ends with ``trouble``: cut where it says something, failed elsewhere."""
    finish = Finish.CUT if reply.text.strip() else Finish.FAILED
    return replace(reply, finish=finish, trouble=trouble)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a device had no memory left: torch says so in words, on a CPU only there."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(words in said for words in _OUT_OF_MEMORY)


def end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """The tokens that end a reply, by all three places where a checkpoint may say so."""
    found: set[int] = set()
    for told in (
        getattr(model.generation_config, "eos_token_id", None),
        getattr(model.config.get_text_config(), "eos_token_id", None),
        tokenizer.eos_token_id,
    ):
        found |= {told} if isinstance(told, int) else set(told or ())
    return frozenset(found)
