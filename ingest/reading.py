"""Files read in a confined process, so that no file can harm the one that asks.

Knows the process and its limits, not the formats: those are in ``ingest/loaders``.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Protocol, Self

from ingest.limits import Limits
from ingest.loaders.pdf_boxes import Box
from ingest.loaders.pdf_pictures import PagePicture
from ingest.parsing_child import RESULT
from rag.errors import LoadError
from rag.reading_errors import (
    ReaderCrashed,
    ReadingStalled,
    ReadingTooLarge,
    ReadingTooLong,
    error_named,
)
from rag.types import Document, Span

_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")
_END_S: Final = 5.0


class ReadingLeft(Exception):
    """The reading was left off: nothing is known of the file."""


class Reader(Protocol):
    """Files in, documents out."""

    def read(self, path: Path, *, name: str, max_bytes: int, recognise: bool = True) -> Document:
        """See ``ingest.loaders.read_document``: a LoadError for every file it refuses."""

    def leave_off(self) -> None:
        """End what is being read, from another thread: ``read`` raises ReadingLeft."""

    def close(self) -> None:
        """Give its processes back."""


class PageDrawer(Protocol):
    """PDFs in, pictures of their pages out."""

    def draw(
        self, path: Path, *, name: str, page: int, text: str, span: Span | None, width_px: int
    ) -> PagePicture:
        """See ``ingest.loaders.pdf_pictures.draw_page``: a LoadError for what cannot be drawn."""


class ConfinedReader:
    """Reads one file at a time in a process of its own; any thread may ask.

    The process is started with the first file. It sees no key, no network and no other folder for
    temporary files than one that is removed afterwards.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._left = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, path: Path, *, name: str, max_bytes: int, recognise: bool = True) -> Document:
        """See ``Reader.read``; raises a ReadingError where the reading had to be stopped."""
        from pydantic import TypeAdapter

        found = self._made(
            {
                "path": str(path.absolute()),
                "name": name,
                "max_bytes": max_bytes,
                "recognise": recognise,
            }
        )
        document: Document = TypeAdapter(Document).validate_python(found["document"])
        return document

    def draw(
        self, path: Path, *, name: str, page: int, text: str, span: Span | None, width_px: int
    ) -> PagePicture:
        """See ``ingest.loaders.pdf_pictures.draw_page``; raises the LoadErrors of ``read``."""
        wanted = {
            "page": page,
            "text": text,
            "span": None if span is None else asdict(span),
            "width_px": width_px,
        }
        found = self._made({"path": str(path.absolute()), "name": name, "draw": wanted})
        told = found["picture"]
        boxes = tuple(Box(**box) for box in told["boxes"])
        return PagePicture(**told | {"image": base64.b64decode(told["image"]), "boxes": boxes})

    def _made(self, order: dict[str, Any]) -> dict[str, Any]:
        """What the process made of an order, or the reason why it did not, as a LoadError."""
        with tempfile.TemporaryDirectory(prefix="quorum-read-") as folder:
            told = order | {"folder": folder, "limits": asdict(self._limits)}
            with self._guard:
                self._left.clear()
                ended = self._ask(told)
            return _result(order["name"], ended, Path(folder) / RESULT, self._limits)

    def leave_off(self) -> None:
        """See ``Reader.leave_off``; while nothing is read, only the process is ended."""
        self._left.set()
        if (process := self._process) is not None:
            with suppress(BrokenPipeError):
                _pipes(process)[0].close()

    def close(self) -> None:
        """End the process; the next file starts another."""
        with self._guard:
            self._end()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """What became of the order; a process that has died meanwhile is started once more."""
        line = json.dumps(order).encode() + b"\n"
        for _ in range(2):
            if self._process is None:
                self._process = _started()
            orders, answers = _pipes(self._process)
            try:
                orders.write(line)
                orders.flush()
                answer = answers.readline()
            except (BrokenPipeError, ConnectionResetError, ValueError):  # closed by leave_off
                answer = b""
            except BaseException:  # an answer may still come, and would be taken for the next one's
                self._end()
                raise
            if answer:
                told: dict[str, Any] = json.loads(answer)
                return told
            self._end()
            if self._left.is_set():
                raise ReadingLeft
        return {"status": "the reading process ended", "over": None}

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        orders, answers = _pipes(process)
        with suppress(BrokenPipeError):
            orders.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        answers.close()


def _started() -> subprocess.Popen[bytes]:
    """The process, when it has loaded its parsers."""
    environ = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest.parsing_child"],
        cwd=Path(__file__).parent.parent,
        env=environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    _pipes(process)[1].readline()
    return process


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """What orders are written to, and what answers are read from."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process was started without pipes")
    return process.stdin, process.stdout


def _result(name: str, ended: dict[str, Any], result: Path, limits: Limits) -> dict[str, Any]:
    """What was left in ``result``, or the reason why there is nothing as a LoadError."""
    over = ended["over"]
    try:
        found: dict[str, Any] = json.loads(result.read_bytes())
    except (FileNotFoundError, ValueError):
        found = {}
    if found.keys() & {"document", "picture"} and ended["status"] == 0:
        return found
    if over == "time":
        raise ReadingTooLong(file=name, limit_s=ended["worked_s"])
    if over == "wall":
        raise ReadingTooLong(file=name, limit_s=limits.wall_s)
    if over == "stall":
        raise ReadingStalled(file=name, waited_s=limits.stall_s)
    if over == "memory" or found.get("over") == "memory":
        recognising = ended.get("held_bytes", 0) > limits.memory_bytes
        limit = limits.most_memory_bytes if recognising else limits.memory_bytes
        raise ReadingTooLarge(file=name, limit_mb=limit / 1_000_000)
    if "refused" in found:
        error = error_named(str(found["refused"]), found["values"])
        if isinstance(error, LoadError):
            raise error
    raise ReaderCrashed(file=name, detail=str(found.get("broke") or _ending(ended["status"])))


def _ending(status: object) -> str:
    if isinstance(status, int):
        return f"signal {-status}" if status < 0 else f"exit code {status}"
    return str(status)
