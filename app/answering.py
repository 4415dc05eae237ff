"""An answer in the making, in a thread of its own: whoever looks on may come and go.

A page is drawn anew at every click; the answer grows on meanwhile, is not asked for twice, and is
kept when it is whole. It ends when it is stopped, and when nobody has looked on for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Final

from rag.answer import Answer, Notice
from rag.replies import Trouble

LEFT_S: Final = 2.0
"""How long nobody looks on before an answer counts as left."""

_LOOK_S: Final = 0.25
_BETWEEN_S: Final = 0.06

Grow = Callable[[Callable[[], bool]], Generator[Answer]]
"""Makes the growing answer; it gets what says whether the reader has stopped it."""


class Answering:
    """Lets an answer grow, and gives the whole one to ``keep``, both in another thread."""

    def __init__(self, grow: Grow, keep: Callable[[Answer], None]) -> None:
        self._grow = grow
        self._keep = keep
        self._changed = threading.Condition()
        self._latest: Answer | None = None
        self._failure: Exception | None = None
        self._ended = False
        self._stopped = threading.Event()
        self._left = False
        self._seen_at = time.monotonic()
        threading.Thread(target=self._run, name="answering", daemon=True).start()

    def follow(self) -> Generator[Answer | None]:
        """What there is so far, again and again until the last; None while there is nothing.

        Raises what asking raised. The last has no outcome where it was stopped with nothing said.
        """
        while True:
            self._seen_at = time.monotonic()
            with self._changed:
                ended, latest = self._ended, self._latest
                if not ended:
                    self._changed.wait(_LOOK_S)
                    ended, latest = self._ended, self._latest
            if self._failure is not None:
                raise self._failure
            yield latest
            if ended or self.is_over:
                return
            self._stopped.wait(_BETWEEN_S)  # words come faster than a page is worth drawing anew

    def stop(self) -> None:
        """Have the model stop; what it has said becomes the answer."""
        self._stopped.set()

    def leave(self) -> None:
        """Have the model stop, and keep nothing."""
        self._left = True
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped."""
        return self._stopped.is_set()

    @property
    def is_over(self) -> bool:
        """Whether it was stopped before anything was said: nothing is waited for any more."""
        latest = self._latest
        return self.is_stopped and (latest is None or not (latest.text or latest.tally))

    def _run(self) -> None:
        try:
            with closing(self._grow(self._stopped.is_set)) as growing:
                for answer in growing:
                    if self._is_left() or _says_nothing(answer):
                        return
                    if answer.outcome is not None and not self.is_over:
                        self._keep(answer)
                    self._tell(answer)
        except Exception as error:  # noqa: BLE001 (raised where it is looked on)
            self._failure = error
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _is_left(self) -> bool:
        return self._left or time.monotonic() - self._seen_at > LEFT_S

    def _tell(self, answer: Answer) -> None:
        with self._changed:
            self._latest = answer
            self._changed.notify_all()


def _says_nothing(answer: Answer) -> bool:
    """Whether another answered in place of a model that was stopped before it spoke."""
    return answer.notice is Notice.MODEL_FAILED and answer.trouble is Trouble.STOPPED
