"""An answer grows on while pages come and go; stopped it is kept, left it is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace

import pytest

from app.answering import LEFT_S, Answering
from rag.answer import Answer, Notice, Outcome
from rag.errors import EmptyQuestion
from rag.replies import Trouble

SILENT = Answer(question="q", model="m")
SPEAKING = replace(SILENT, text="It weighs")
WHOLE = replace(SILENT, text="It weighs 4 kg.", outcome=Outcome.ANSWERED)
CUT = replace(SPEAKING, outcome=Outcome.ANSWERED, notice=Notice.REPLY_CUT, trouble=Trouble.STOPPED)
INSTEAD = replace(WHOLE, notice=Notice.MODEL_FAILED, trouble=Trouble.STOPPED)


class Model:
    """Gives ``first`` again and again until it may go on or is stopped, then ``last``."""

    def __init__(self, first: Answer | None, *, whole: Answer = WHOLE, cut: Answer = CUT) -> None:
        self.go_on = threading.Event()
        self.closed = threading.Event()
        self.kept: list[Answer] = []
        self._first, self._whole, self._cut = first, whole, cut

    def grow(self, stopped: Callable[[], bool]) -> Generator[Answer]:
        try:
            while not stopped() and not self.go_on.wait(0.02):
                if self._first is not None:
                    yield self._first
            yield self._cut if stopped() else self._whole
        finally:
            self.closed.set()

    def answering(self) -> Answering:
        return Answering(self.grow, self.kept.append)


def last(answering: Answering) -> Answer | None:
    return list(answering.follow())[-1]


def test_whoever_comes_back_finds_it_grown_and_it_is_asked_once() -> None:
    model = Model(SPEAKING)
    answering = model.answering()
    first = answering.follow()
    assert next(one for one in first if one is not None) == SPEAKING
    first.close()
    model.go_on.set()
    assert last(answering) == WHOLE
    assert last(answering) == WHOLE, "also for who comes late"
    assert model.kept == [WHOLE]


def test_what_had_been_said_is_kept_when_it_is_stopped() -> None:
    model = Model(SPEAKING)
    answering = model.answering()
    next(one for one in answering.follow() if one is not None)
    started = time.monotonic()
    answering.stop()
    assert answering.is_stopped
    assert not answering.is_over
    assert last(answering) == CUT
    assert time.monotonic() - started < 0.5
    assert model.kept == [CUT]


@pytest.mark.parametrize("first", [None, SILENT], ids=["searching", "reading"])
def test_nobody_waits_for_what_was_stopped_before_it_spoke(first: Answer | None) -> None:
    model = Model(first, cut=INSTEAD)
    answering = model.answering()
    next(answering.follow())
    answering.stop()
    assert answering.is_over
    assert len(list(answering.follow())) == 1
    assert model.closed.wait(5)
    assert model.kept == []


def test_what_is_left_is_closed_and_not_kept() -> None:
    model = Model(SPEAKING)
    answering = model.answering()
    next(one for one in answering.follow() if one is not None)
    answering.leave()
    assert model.closed.wait(5)
    assert model.kept == []


def test_what_nobody_looks_at_is_left() -> None:
    model = Model(SPEAKING)
    model.answering()
    assert not model.closed.wait(LEFT_S / 2)
    assert model.closed.wait(LEFT_S)
    assert model.kept == []


def test_what_asking_raised_is_raised_where_it_is_looked_on() -> None:
    def grow(_stopped: Callable[[], bool]) -> Generator[Answer]:
        yield SILENT
        raise EmptyQuestion

    answering = Answering(grow, lambda _answer: None)
    with pytest.raises(EmptyQuestion):
        list(answering.follow())
