"""How far a measurement has come: a small file that the measuring process writes and pages read.

It is replaced as a whole, so a reader finds one state or the next, and it stays after the process:
a reload, another session and the next start of the app see the same.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from app.failures import Failure, Unforeseen
from app.measuring.orders import Order
from rag.reading_errors import error_named, stored_error

STARTING: Final = "starting"
"""The stage before the first one that the workbench tells."""

_FILE: Final = "measuring.json"
_WRITE_EVERY_S: Final = 0.2


class State(StrEnum):
    """What became of a measurement; ``STOPPED`` goes on when it is ordered again."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an order has come.

    ``done`` of ``total`` are of the ``stage``, which ``done_before`` of it were when it began at
    ``stage_at``. Times are seconds since 1970. ``run`` is the id of the finished run, ``error`` why
    there is none: class and values (``rag.reading_errors.stored_error``).
    """

    order: Order
    state: State = State.RUNNING
    stage: str = STARTING
    done: int = 0
    total: int = 0
    done_before: int = 0
    stage_at: float = 0.0
    told_at: float = 0.0
    run: str = ""
    error: Mapping[str, Any] | None = None

    def at(self, stage: str, done: int, total: int, now: float) -> Self:
        """The progress after ``done`` of ``total`` of ``stage``."""
        if stage == self.stage:
            return replace(self, done=done, total=total, told_at=now)
        return replace(
            self,
            stage=stage,
            done=done,
            total=total,
            done_before=done,
            stage_at=now,
            told_at=now,
        )

    @property
    def left_s(self) -> float | None:
        """Seconds that the stage still takes at its pace so far, None while there is no pace."""
        made, took_s = self.done - self.done_before, self.told_at - self.stage_at
        if self.state is not State.RUNNING or made <= 0 or took_s <= 0:
            return None
        return (self.total - self.done) * took_s / made


class ProgressFile:
    """The progress of the last order of a data folder; ``home`` is its folder of evaluation."""

    def __init__(self, home: Path) -> None:
        self._path = home / _FILE

    def write(self, progress: Progress) -> None:
        """Put ``progress`` in place of what was told before."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        told = asdict(progress) | {"order": progress.order.to_json()}
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        fresh.replace(self._path)

    def remove(self) -> None:
        """Tell nothing any more."""
        self._path.unlink(missing_ok=True)

    def read(self) -> Progress | None:
        """What was told last; None where nothing was, or nothing that can be read."""
        try:
            told = json.loads(self._path.read_text("utf-8"))
            order, state = Order.from_json(told.pop("order")), State(told.pop("state"))
            return Progress(order=order, state=state, **told)
        except (OSError, ValueError, TypeError, KeyError):
            return None


def stored_failure(failure: Failure) -> dict[str, Any]:
    """A failure as ``Progress.error`` keeps it."""
    if isinstance(failure, Unforeseen):
        return {"error": Unforeseen.__name__, "values": {"id": failure.id}}
    return stored_error(failure)


def failure_of(progress: Progress) -> Failure | None:
    """Why there is no finished run, if the order failed."""
    if progress.error is None:
        return None
    kind, values = str(progress.error["error"]), dict(progress.error["values"])
    return Unforeseen(**values) if kind == Unforeseen.__name__ else error_named(kind, values)


class Teller:
    """Tells a ``ProgressFile`` how an order gets on, not more often than anyone could see."""

    def __init__(self, file: ProgressFile, order: Order) -> None:
        self._file = file
        self._progress = Progress(order=order)
        self._written_at = -_WRITE_EVERY_S
        self._write()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """See ``app.workbench.Tell``."""
        new_stage = stage != self._progress.stage
        self._progress = self._progress.at(stage, done, total, time.time())
        if new_stage or time.monotonic() - self._written_at >= _WRITE_EVERY_S:
            self._write()

    def end(self, state: State, *, run: str = "", error: Mapping[str, Any] | None = None) -> None:
        """Tell what became of it."""
        self._progress = replace(self._progress, state=state, run=run, error=error)
        self._write()

    def _write(self) -> None:
        self._file.write(self._progress)
        self._written_at = time.monotonic()
