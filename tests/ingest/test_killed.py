"""Killed at random points again and again, ingestion loses, doubles and halves nothing.

The control looks at the same folders without the reconciliation, and must find something.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.wiring import Services
from ingest.job_tables import FileState
from tests.conftest import SharedReader
from tests.vectorstore.ingest_loop import PAGES, canary, open_data
from vectorstore.schema import State

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
SEED = 20260109
TURNS = 3
LATEST_S = 0.4


def violations(opened: Services, accepted: set[str]) -> list[str]:
    """What a person would miss, find twice or find in part."""
    files = [file for job in opened.jobs.jobs(10_000) for file in job.files]
    counted = Counter(file.name for file in files)
    found = [f"{name} is not in the queue" for name in accepted - counted.keys()]
    found += [f"{file.name} is {file.state}" for file in files if file.state != FileState.READY]
    if not opened.record.collections():
        return [*found, "nothing is there"]
    (collection,) = opened.record.collections()
    entries = opened.record.documents(collection.id)
    listed = Counter(entry.name for entry in entries)
    found += [f"{name} is lost" for name in accepted - listed.keys()]
    found += [f"{name} is there {times} times" for name, times in listed.items() if times > 1]
    found += [f"{entry.name} is {entry.state}" for entry in entries if entry.state != State.READY]
    found += [f"{entry.name} is halved" for entry in entries if entry.chunks != PAGES]
    assert opened.chroma is not None
    held = (
        len(opened.record.vectors(collection)[0]),
        opened.lexical.count(collection.id),
        opened.chroma.count(collection.id),
    )
    if held != (PAGES * len(entries),) * 3:
        found.append(f"record, words and vectors hold {held}")
    return found


@contextmanager
def forking(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """What forks the processes that are killed (``tests/ingest/queue_loop.py``)."""
    command = [sys.executable, "-m", "tests.ingest.queue_loop", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loaded\n"
        yield process
        process.communicate()


def a_killed_round(
    forker: subprocess.Popen[str], number: int, *, turn: int, after_s: float
) -> set[str]:
    """The files that were accepted before the kill, ``after_s`` after the worker's ``turn``."""
    assert forker.stdin is not None
    assert forker.stdout is not None
    print(number, file=forker.stdin, flush=True)
    accepted, pid = set[str](), 0
    for line in forker.stdout:
        word, told = line.split()
        if word == "pid":
            pid = int(told)
        elif word == "accepted":
            accepted.add(told)
        elif word == "turn" and int(told) == turn:
            time.sleep(after_s)
            os.kill(pid, signal.SIGKILL)
        elif word == "ended":
            break
    return accepted


def test_twenty_kills_lose_double_and_halve_nothing(tmp_path: Path, reader: SharedReader) -> None:
    chance, accepted, unreconciled = random.Random(SEED), set[str](), list[str]()
    with forking(tmp_path) as forker:
        for number in range(KILLS):
            turn, after_s = chance.randint(1, TURNS), chance.uniform(0.0, LATEST_S)
            where = f"seed {SEED}, round {number}, killed {after_s:.3f} s after turn {turn}"
            safe = a_killed_round(forker, number, turn=turn, after_s=after_s)
            accepted |= safe
            bare = open_data(tmp_path)
            unreconciled += violations(bare, accepted)
            bare.close()
            opened = open_data(tmp_path)
            opened.reader = reader
            jobs = opened.jobs
            assert opened.worker.run(lambda jobs=jobs: not jobs.waiting()), where  # type: ignore[misc]
            assert violations(opened, accepted) == [], where
            for name in sorted(safe)[:1]:  # none where the kill came before the first was safe
                hits = opened.index.search(canary(name, 0), collections=["c"], top_k=9)
                texts = {hit.passage.chunk.text for hit in hits if hit.passage.document == name}
                assert len(texts) == PAGES, where
            opened.close()
    assert len(accepted) >= KILLS
    assert unreconciled, "the control must be caught"
