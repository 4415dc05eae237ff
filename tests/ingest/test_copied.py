"""A copy of the data folder as it is at any instant, as after a power cut, opens and is whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

from tests.conftest import SharedReader
from tests.ingest.test_killed import forking, violations
from tests.vectorstore.ingest_loop import open_data

INSTANTS = 10
SEED = 20261128
LATEST_S = 0.4


def _stopped(pid: int) -> None:
    """Stop a process, and wait until every thread of it stands."""
    os.kill(pid, signal.SIGSTOP)
    stats = [task / "stat" for task in Path(f"/proc/{pid}/task").iterdir()]
    while any(stat.read_text().rsplit(")", 1)[1].split()[0] != "T" for stat in stats):
        time.sleep(0.001)


def copies(folder: Path, into: Path, chance: random.Random) -> list[tuple[Path, set[str]]]:
    """Copies made while files come in, each with the files that were accepted before it."""
    made: list[tuple[Path, set[str]]] = []
    accepted, pid = set[str](), 0
    with forking(folder) as forker:
        assert forker.stdin is not None
        assert forker.stdout is not None
        print(0, file=forker.stdin, flush=True)
        for line in forker.stdout:
            word, told = line.split()
            if word == "pid":
                pid = int(told)
            elif word == "accepted":
                accepted.add(told)
            elif word == "turn" and len(made) < INSTANTS:
                time.sleep(chance.uniform(0.0, LATEST_S))
                _stopped(pid)
                copy = into / str(len(made))
                shutil.copytree(folder, copy)
                made.append((copy, set(accepted)))
                os.kill(pid, signal.SIGCONT)
                if len(made) == INSTANTS:
                    os.kill(pid, signal.SIGKILL)
            elif word == "ended":
                break
    return made


def test_a_copy_made_at_any_instant_is_whole(tmp_path: Path, reader: SharedReader) -> None:
    chance = random.Random(SEED)
    made, unreconciled = copies(tmp_path / "data", tmp_path / "copies", chance), list[str]()
    assert len(made) == INSTANTS
    assert made[-1][1]
    for number, (copy, accepted) in enumerate(made):
        where = f"seed {SEED}, copy {number}"
        if not unreconciled:
            bare = open_data(copy)
            unreconciled = violations(bare, accepted)
            bare.close()
        opened = open_data(copy)
        opened.reader = reader
        jobs = opened.jobs
        assert opened.worker.run(lambda jobs=jobs: not jobs.waiting()), where  # type: ignore[misc]
        if accepted:
            assert violations(opened, accepted) == [], where
        assert opened.upkeep.examine() == [], where
        opened.close()
    assert unreconciled, "the control: without reconciliation something is amiss"
