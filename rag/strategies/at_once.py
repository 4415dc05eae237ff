"""Several prompts asked of one model at the same time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.answer_prompt import Prompt
from rag.protocols import ChatModel
from rag.replies import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A prompt, and the numbers of the samples that are asked with it."""

    prompt: Prompt
    numbers: tuple[int, ...]


def asked_at_once(
    model: ChatModel, shares: Sequence[Share], *, temperature: float
) -> Generator[Sample]:
    """The samples of all ``shares`` as they grow, by their own numbers.

    One share is one call of ``ChatModel.sample``; several are asked in threads. Closing the
    iterator ends them all.
    """
    if len(shares) == 1:
        with closing(_samples(model, shares[0], temperature)) as samples:
            yield from samples
        return
    told: queue.SimpleQueue[Sample | BaseException | None] = queue.SimpleQueue()
    left = threading.Event()
    threads = [
        threading.Thread(
            target=_tell, args=(_samples(model, one, temperature), told, left), daemon=True
        )
        for one in shares
    ]
    for thread in threads:
        thread.start()
    try:
        yield from _heard(told, len(threads))
    finally:
        left.set()
        for thread in threads:
            thread.join()


def _samples(model: ChatModel, share: Share, temperature: float) -> Generator[Sample]:
    numbers = share.numbers
    asked = model.sample(
        share.prompt.messages, n=len(numbers), temperature=temperature, seed=numbers[0]
    )
    try:
        for one in asked:
            yield Sample(number=numbers[one.number], reply=one.reply)
    finally:
        if isinstance(asked, Generator):
            asked.close()


def _tell(
    samples: Generator[Sample],
    told: queue.SimpleQueue[Sample | BaseException | None],
    left: threading.Event,
) -> None:
    """Pass samples on until they end or nobody reads them any more."""
    try:
        with closing(samples):
            for sample in samples:
                told.put(sample)
                if left.is_set():
                    return
        told.put(None)
    except BaseException as error:  # noqa: BLE001 (raised where the samples are read)
        told.put(error)


def _heard(
    told: queue.SimpleQueue[Sample | BaseException | None], speaking: int
) -> Iterator[Sample]:
    while speaking:
        match told.get():
            case None:
                speaking -= 1
            case BaseException() as error:
                raise error
            case sample:
                yield sample
