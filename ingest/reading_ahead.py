"""Files read before their turn: the processors parse what comes next while one is embedded.

What was read ahead is kept in memory until its turn. Nobody but the reading process sees it: in the
record the file still waits, and after a crash it is read again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from ingest.reading import Reader, ReadingLeft
from rag.types import Document

_MEMORY_A_READER: Final = 4 << 30
_MOST_READERS: Final = 8
_ASK_AGAIN_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A file as it stood when it was looked at; one that was changed meanwhile is another."""

    path: Path
    name: str
    recognise: bool
    size: int
    changed_ns: int

    @classmethod
    def at(cls, path: Path, name: str, *, recognise: bool = True) -> Coming | None:
        """The file as it stands, None where it cannot be looked at: reading it says why."""
        try:
            stat = path.stat()
        except OSError:
            return None
        return cls(
            path=path,
            name=name,
            recognise=recognise,
            size=stat.st_size,
            changed_ns=stat.st_mtime_ns,
        )


@dataclass(slots=True)
class _Ahead:
    """The readers of ``ReadingAhead``, and what they have begun."""

    threads: ThreadPoolExecutor
    readers: list[Reader] = field(default_factory=list)
    free: SimpleQueue[Reader] = field(default_factory=SimpleQueue)
    begun: dict[Coming, Future[Document]] = field(default_factory=dict)
    underway: set[Future[Document]] = field(default_factory=set)


class ReadingAhead:
    """See ``ingest.reading.Reader``; ``expect`` has others read at the same time.

    ``make`` makes a reader for each of the ``at_once`` files (0: none) that are read ahead, when it
    is first needed; ``reader`` reads what nobody expected. One thread asks, for a file at a time,
    and says what it expects when it has got one.
    """

    def __init__(self, reader: Reader, make: Callable[[], Reader], *, at_once: int) -> None:
        self._reader = reader
        self._make = make
        self._at_once = at_once
        self._guard = threading.Lock()
        self._ahead: _Ahead | None = None

    def expect(self, files: Sequence[Coming], *, max_bytes: int) -> None:
        """Begin to read the first of ``files``.

        What was begun and is not among them is forgotten; with none the readers are given back.
        """
        coming = files[: self._at_once]
        if not coming:
            self.close()
            return
        with self._guard:
            ahead = self._ahead = self._ahead or _Ahead(
                ThreadPoolExecutor(self._at_once, "reading-ahead")
            )
            for one in ahead.begun.keys() - set(coming):
                ahead.begun.pop(one).cancel()
            for one in coming:
                if one not in ahead.begun:
                    begun = ahead.threads.submit(self._read, ahead, one, max_bytes)
                    ahead.begun[one] = begun
                    ahead.underway.add(begun)
                    begun.add_done_callback(ahead.underway.discard)

    def read(self, path: Path, *, name: str, max_bytes: int, recognise: bool = True) -> Document:
        """See ``Reader.read``; what was read ahead is there at once."""
        begun = self._taken(Coming.at(path, name, recognise=recognise))
        if begun is None or (begun.done() and isinstance(begun.exception(), ReadingLeft)):
            return self._reader.read(path, name=name, max_bytes=max_bytes, recognise=recognise)
        return begun.result()

    def leave_off(self) -> None:
        """See ``Reader.leave_off``; what was read ahead is forgotten."""
        with self._guard:
            readers = [self._reader]
            if (ahead := self._ahead) is not None:
                for begun in ahead.begun.values():
                    begun.cancel()
                ahead.begun.clear()
                readers += ahead.readers
        for reader in readers:
            reader.leave_off()

    def close(self) -> None:
        """See ``Reader.close``; the reader that was given is left to its owner."""
        with self._guard:
            ahead, self._ahead = self._ahead, None
        if ahead is None:
            return
        ahead.threads.shutdown(wait=False, cancel_futures=True)
        while underway := tuple(ahead.underway):
            for reader in ahead.readers:
                reader.leave_off()
            wait(underway, timeout=_ASK_AGAIN_S)
        for reader in ahead.readers:
            reader.close()

    def _taken(self, file: Coming | None) -> Future[Document] | None:
        """What was begun of this file as it stands."""
        with self._guard:
            if self._ahead is None or file is None:
                return None
            return self._ahead.begun.pop(file, None)

    def _read(self, ahead: _Ahead, one: Coming, max_bytes: int) -> Document:
        with self._guard:
            if self._ahead is not ahead:
                raise ReadingLeft
            if ahead.free.empty():
                made = self._make()
                ahead.readers.append(made)
                ahead.free.put(made)
            reader = ahead.free.get()
        try:
            return reader.read(
                one.path, name=one.name, max_bytes=max_bytes, recognise=one.recognise
            )
        finally:
            ahead.free.put(reader)


def readers_ahead(*, cores: int, memory_bytes: int) -> int:
    """How many files to read ahead: one a core but two, as far as the memory allows, 8 at most.

    None on two cores: there the readers only take from the encoder (``docs/experiments.md``).
    """
    return max(0, min(cores - 2, memory_bytes // _MEMORY_A_READER, _MOST_READERS))


def readers_here() -> int:
    """``readers_ahead`` of this machine."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return readers_ahead(cores=len(os.sched_getaffinity(0)), memory_bytes=memory)
