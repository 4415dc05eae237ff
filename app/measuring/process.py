"""The process beside the app that carries out an order, one at a time for a data folder.

It runs at a lower priority, so that asking stays quick, and ends with the app: its standard input
is open for as long as it may run. What it has measured is in the record, so an order that was
stopped goes on when it is given again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from app.measuring.progress import Progress, ProgressFile, State
from evaluation.errors import AlreadyMeasuring

if TYPE_CHECKING:
    from app.measuring.orders import Order

COMMAND: Final = (sys.executable, "-m", "evaluation", "measure")
_LOCK: Final = "measuring.lock"
_END_S: Final = 10.0


def measuring_lock(home: Path) -> FileLock:
    """What the one process that measures for the data folder holds; ``home`` is its folder."""
    home.mkdir(parents=True, exist_ok=True)
    return FileLock(home / _LOCK)


class MeasuringProcess:
    """Starts, watches and ends the measuring of one data folder."""

    def __init__(self, data_dir: Path, command: Sequence[str] = COMMAND) -> None:
        """``command`` gets the order, as JSON, as its last argument."""
        self._data_dir = data_dir
        self._home = data_dir / "evaluation"
        self._file = ProgressFile(self._home)
        self._command = command
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def start(self, order: Order) -> None:
        """Have ``order`` carried out. Raises AlreadyMeasuring while another one is."""
        with self._starting:
            if (now := self.underway()) is not None:
                raise AlreadyMeasuring(question_set=now.question_set)
            self._file.write(Progress(order=order))
            self._stopping = False
            self._process = subprocess.Popen(  # noqa: S603 (our own module, by this interpreter)
                [*self._command, order.to_json()],
                cwd=Path(__file__).parents[2],
                env=os.environ | {"QUORUM_DATA_DIR": str(self._data_dir.absolute())},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )

    def progress(self) -> Progress | None:
        """How far the last order has come, None before the first.

        One whose process died without a word counts as stopped.
        """
        if self._runs_here():
            return self._file.read()
        told = self._file.read()
        if told is None or told.state is not State.RUNNING or self._runs_elsewhere():
            return told
        return replace(told, state=State.STOPPED)

    def underway(self) -> Order | None:
        """The order that is being carried out."""
        told = self.progress()
        return told.order if told is not None and told.state is State.RUNNING else None

    @property
    def is_stopping(self) -> bool:
        """Whether ``stop`` was called and the process has not ended yet."""
        return self._stopping and self._runs_here()

    def put_away(self) -> None:
        """Forget what became of the last order; one that is being carried out stays."""
        told = self.progress()
        if told is not None and told.state is not State.RUNNING:
            self._file.remove()

    def stop(self) -> None:
        """End what is being measured by this process's child; at once for the caller."""
        self._stopping = True
        threading.Thread(target=self._end, name="end-measuring", daemon=True).start()

    def close(self) -> None:
        """End the child, and wait for that."""
        self._end()

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _runs_here(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _runs_elsewhere(self) -> bool:
        try:
            with measuring_lock(self._home).acquire(timeout=0):
                return False
        except Timeout:
            return True
