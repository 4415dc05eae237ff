"""The worker beside the app: a process that is started when files wait, and again when it dies.

Meanwhile the app, which owns Chroma, lets it follow what the worker writes, little by little, so
that no question has to wait for that.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.failures import caught

if TYPE_CHECKING:
    from app.wiring import Services

_LOOK_AGAIN_S: Final = 1.0
_DRAIN_S: Final = 10.0
_LONGEST_PAUSE_S: Final = 60.0
WORKER: Final = (sys.executable, "-m", "ingest", "work")


class IngestionProcess:
    """Looks after the queue of a data folder for as long as the app runs.

    A worker that ended badly is followed by the next one at once, and by later ones after pauses
    that double, until one lives for a while.
    """

    def __init__(self, services: Callable[[], Services], command: Sequence[str] = WORKER) -> None:
        """``command`` is the worker, whose standard input is open for as long as it may run."""
        self._services = services
        self._command = command
        self._pause_s = 0.0
        self._started_at = -math.inf
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._look_after, name="queue", daemon=True)

    def start(self) -> None:
        """Begin to look after it, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """End the worker: what it is at goes back into the queue."""
        self._closing.set()
        self._thread.join(_DRAIN_S)
        process = self._process
        if process is None:
            return
        _let_go(process)
        try:
            process.wait(_DRAIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _look_after(self) -> None:
        while not self._closing.wait(_LOOK_AGAIN_S):
            with caught(lambda _failure: None):
                self._look()

    def _look(self) -> None:
        services = self._services()
        running = self._process is not None and self._process.poll() is None
        if running or "synchroniser" in vars(services):  # a command may have been the worker
            services.synchroniser.look_after(services.record.collections())
        waiting = not running and _is_work_left(services)
        if waiting and not services.worker.is_running() and self._may_start():
            self._process = subprocess.Popen(  # noqa: S603 (our own module, by this interpreter)
                self._command,
                cwd=Path(__file__).parent.parent,
                env=os.environ | {"QUORUM_DATA_DIR": str(services.settings.data_dir.absolute())},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )

    def _may_start(self) -> bool:
        """Whether the pause after a worker that has ended is over; the next one may be longer."""
        lived_s = time.monotonic() - self._started_at
        if lived_s < self._pause_s:
            return False
        if (ended := self._process) is not None:
            _let_go(ended)
            badly = ended.returncode != 0 and lived_s < _LONGEST_PAUSE_S
            self._pause_s = min(max(2 * self._pause_s, 2.0), _LONGEST_PAUSE_S) if badly else 0.0
        self._started_at = time.monotonic()
        return True


def _is_work_left(services: Services) -> bool:
    return bool(services.jobs.waiting() or services.reindexings.underway())


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """End the input of the process, which ends it."""
    if process.stdin is not None:
        process.stdin.close()
