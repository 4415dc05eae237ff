"""A service that failed several times in a row is not asked for a while (Nygard, *Release It!*)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 5
REST_S: Final = 30.0
LONGEST_REST_S: Final = 900.0


class CircuitBreaker:
    """Open after ``failures`` in a row, for ``rest_s`` seconds; then one request tries.

    Who is let in tells what became of it with ``succeeded``, ``failed`` or ``abandoned``. ``clock``
    gives seconds that only grow. Any thread may call.
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        rest_s: float = REST_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures = failures
        self._rest_s = rest_s
        self._clock = clock
        self._guard = threading.Lock()
        self._in_a_row = 0
        self._open_until: float | None = None
        self._trying = False

    def admit(self) -> bool:
        """Whether the service may be asked. While one request tries, no other may."""
        with self._guard:
            if self._open_until is None:
                return True
            if self._trying or self._clock() < self._open_until:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        """The service answered: it is asked again by all."""
        with self._guard:
            self._in_a_row = 0
            self._open_until = None
            self._trying = False

    def failed(self, *, rest_s: float | None = None) -> None:
        """The service failed; with ``rest_s`` it asked to be left alone so long, which is done.

        It is left alone for ``LONGEST_REST_S`` at most.
        """
        with self._guard:
            self._in_a_row += 1
            again = self._trying or self._in_a_row >= self._failures
            self._trying = False
            if rest_s is not None or again:
                rest = self._rest_s if rest_s is None else min(rest_s, LONGEST_REST_S)
                self._open_until = max(self._open_until or 0.0, self._clock() + rest)

    def abandoned(self) -> None:
        """Nobody waited to see what becomes of the request: another may try."""
        with self._guard:
            self._trying = False
