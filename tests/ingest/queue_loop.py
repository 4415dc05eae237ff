"""Hands files in and takes them in until it is killed: ``-m tests.ingest.queue_loop DATA``.

Each line of standard input, the number of a round, gets a process of its own, forked from this one
when all is loaded and before anything is open: it says ``pid PID``, ``accepted NAME`` for each file
that is safe, and ``turn N`` before it takes the N-th. ``ended NUMBER`` follows when it was killed.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Final

from ingest.reading import ConfinedReader, _pipes, _started
from ingest.reading_ahead import ReadingAhead
from tests.network_guard import NetworkGuard
from tests.vectorstore.ingest_loop import open_data, text_of

LOADED: Final = (
    "alembic.command",
    "app.prompt_record",
    "chromadb",
    "chromadb_rust_bindings",
    "ingest.worker",
    "llama_index.core.node_parser",
    "sentencex",
    "tantivy",
    "vectorstore.chroma",
)
"""What a worker imports, so that one forked afterwards has it."""

_AHEAD: Final = 1


class PreparedReader(ConfinedReader):
    """One whose process runs already, and ends with the process that asks it last."""

    def __init__(self) -> None:
        super().__init__()
        self._process = _started()

    def leave(self) -> None:
        """Let go of the process here; whoever was forked meanwhile asks it."""
        process, self._process = self._process, None
        assert process is not None
        for pipe in _pipes(process):
            pipe.close()


def serve(folder: Path) -> None:
    """Fork a process for every round."""
    for module in LOADED:
        importlib.import_module(module)
    reader = PreparedReader()
    print("loaded", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(folder, int(line), reader)
        reader.leave()
        os.waitpid(child, 0)
        print("ended", int(line), flush=True)
        reader = PreparedReader()
    reader.close()


def work(folder: Path, round_number: int, reader: ConfinedReader) -> None:
    """One thread hands in, the other is the worker."""
    print("pid", os.getpid(), flush=True)
    services = open_data(folder)
    services.reader = reader
    services.reading_ahead = ReadingAhead(reader, ConfinedReader, at_once=0)
    jobs, turns = services.jobs, count(1)

    def turn() -> bool:
        print("turn", next(turns), flush=True)
        return False

    def hand_in() -> None:
        for number in count():
            name = f"{round_number}-{number}.txt"
            jobs.submit([(name, text_of(name, 0).encode())], "c")
            print("accepted", name, flush=True)
            while jobs.waiting() > _AHEAD:
                threading.Event().wait(0.01)

    threading.Thread(target=hand_in, daemon=True).start()
    services.worker.run(turn)


if __name__ == "__main__":
    with NetworkGuard():
        serve(Path(sys.argv[1]))
