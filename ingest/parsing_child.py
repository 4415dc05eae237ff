"""The process that reads files for another one: ``python -m ingest.parsing_child``.

It loads the parsers once and then forks for every file, so that a file gets a process of its own,
with its own limits, in a few milliseconds, and what it breaks is gone with it. Orders come as lines
of JSON on standard input, and one line of JSON answers each on standard output. The end of the
input ends the process, and whatever it is reading.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from ingest.limits import Limits, confine
from ingest.loaders import read_document
from ingest.loaders.pdf_pictures import draw_page
from rag.errors import QuorumError
from rag.types import Span

RESULT: Final = "result.json"
"""The file, in the order's folder, that a reader leaves."""

_PARSERS: Final = (
    "PIL.Image",
    "bs4",
    "charset_normalizer",
    "defusedxml.ElementTree",
    "docx",
    "markdown_it",
    "openpyxl",
    "pptx",
    "pypdf",
    "pypdfium2",
)
_LOOK_FIRST_S: Final = 0.001
_LOOK_AT_MOST_S: Final = 0.05
_TICK_S: Final = 1.0
_NEAR: Final = 0.8


def main() -> None:
    """Read what is ordered until the input ends."""
    for parser in _PARSERS:
        importlib.import_module(parser)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin.buffer:
        print(json.dumps(_serve(json.loads(line))), flush=True)


def _serve(order: dict[str, Any]) -> dict[str, Any]:
    """How the reading of one file ended."""
    limits = Limits(**order["limits"])
    parent, child = os.getpid(), os.fork()
    if child == 0:
        _read_and_exit(order, limits, parent)
    return _wait(child, limits)


def _read_and_exit(order: dict[str, Any], limits: Limits, parent: int) -> None:
    """Read the file in this process, which ``parent`` has forked for it, and end it."""
    folder = Path(order["folder"])
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        tempfile.tempdir = order["folder"]
        confine(limits, parent=parent)
        found = _result(order)
        with (folder / RESULT).open("w", encoding="ascii") as opened:
            json.dump(found, opened)
    except BaseException:  # noqa: BLE001 (whatever it is, this process ends here)
        os._exit(1)
    os._exit(1 if "broke" in found else 0)


def _result(order: dict[str, Any]) -> dict[str, Any]:
    """What was made of the order's file, or why nothing was."""
    try:
        return _drawn(order) if "draw" in order else _read(order)
    except QuorumError as error:
        values = {
            name: value if isinstance(value, int | float) else str(value)
            for name, value in error.values.items()
        }
        return {"refused": type(error).__name__, "values": values}
    except MemoryError:
        return {"over": "memory"}
    except Exception as error:  # noqa: BLE001 (a parser may raise anything: it becomes a reason)
        return {"broke": type(error).__name__}


def _read(order: dict[str, Any]) -> dict[str, Any]:
    path = Path(order["path"])
    document = read_document(
        path,
        name=order["name"],
        max_bytes=order["max_bytes"],
        recognise=order["recognise"],
    )
    return {"document": asdict(document)}


def _drawn(order: dict[str, Any]) -> dict[str, Any]:
    """The page's picture, its bytes as base64."""
    wanted = order["draw"]
    span = None if wanted["span"] is None else Span(**wanted["span"])
    picture = draw_page(
        Path(order["path"]),
        name=order["name"],
        page=wanted["page"],
        text=wanted["text"],
        span=span,
        width_px=wanted["width_px"],
    )
    return {"picture": asdict(picture) | {"image": base64.b64encode(picture.image).decode()}}


def _wait(child: int, limits: Limits) -> dict[str, Any]:
    """Wait for ``child`` within the limits; end with it when the input ends."""
    started = changed = looked = time.monotonic()
    worked, over, pause = -1.0, None, _LOOK_FIRST_S
    while True:
        ended, status, used = os.wait4(child, os.WNOHANG)
        if ended:
            return _told(status, used, limits, over)
        moment = time.monotonic()
        if moment - looked >= _TICK_S:
            looked = moment
            if (now := cpu_seconds(child)) != worked:
                worked, changed = now, moment
        if over is None and moment - started > limits.wall_s:
            over = "wall"
        if over is None and moment - changed > limits.stall_s:
            over = "stall"
        if over is not None:
            _kill(child)
        if select.select([sys.stdin], [], [], pause)[0]:
            _kill(child)
            os.waitpid(child, 0)
            os._exit(0)
        pause = min(2 * pause, _LOOK_AT_MOST_S)


def _told(
    status: int, used: resource.struct_rusage, limits: Limits, over: str | None
) -> dict[str, Any]:
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    held_bytes = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    worked_s = used.ru_utime + used.ru_stime
    killed_at_work = signalled == signal.SIGKILL and worked_s >= limits.most_cpu_s
    if over is None and (signalled == signal.SIGXCPU or killed_at_work):
        over = "time"
    if over is None and status != 0 and held_bytes >= _NEAR * limits.memory_bytes:
        over = "memory"
    return {
        "status": os.waitstatus_to_exitcode(status),
        "over": over,
        "held_bytes": held_bytes,
        "worked_s": worked_s,
    }


def cpu_seconds(process: int) -> float:
    """Processor time of ``process``; where the system does not tell, the time by the clock."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    except (FileNotFoundError, NotADirectoryError):
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kill(child: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
