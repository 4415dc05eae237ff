"""Runs that are killed or interrupted, in processes of their own: they go on where they stopped."""

from __future__ import annotations

import json
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from evaluation.runs import Runs
from tests.app.cli.conftest import Command
from tests.app.cli.evaluation.made import without_timings, write_set
from tests.conftest import ROOT
from vectorstore.database import open_database
from vectorstore.record import Record

QUESTIONS = 160
DOCUMENTS = 100
RESULTS = QUESTIONS * 4
"""Of a whole run: one of each of the four systems."""
_PATIENCE_S = 120.0


class Workplace:
    """``python -m evaluation retrieval`` over a set, in a process, and what the record says."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.command = (*("retrieval", "-d", str(folder / "many")), "--json", "-")
        self._engine = open_database(self.data / "record.sqlite3")
        self._corpus: Engine | None = None
        self._processes: list[subprocess.Popen[str]] = []

    def begin(self, **streams: Any) -> subprocess.Popen[str]:
        """Start the command in a session of its own."""
        environment = {
            **os.environ,
            "QUORUM_DATA_DIR": str(self.data),
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "100",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "evaluation", *self.command],
            cwd=self.data.parent,
            env=environment,
            text=True,
            start_new_session=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
        )
        self._processes.append(process)
        return process

    def kept(self) -> int:
        """Results in the record."""
        return sum(one.done for one in Runs(self._engine).entries())

    def has_kept(self, results: int) -> bool:
        """Whether so many results are in the record."""
        return self.kept() >= results

    def documents(self) -> int:
        """Documents of the corpus that are in, or on their way."""
        if self._corpus is None:
            files = list(self.data.glob("evaluation/corpora/*/record.sqlite3"))
            if not files:
                return 0
            self._corpus = open_database(files[0])
        record = Record(self._corpus)
        return sum(len(record.documents(one.id)) for one in record.collections())

    def corpus_is_whole(self) -> bool:
        """Whether bringing the documents in was finished."""
        return any(self.data.glob("evaluation/corpora/*/corpus.json"))

    def close(self) -> None:
        """End what still runs, and let go of the records."""
        for process in self._processes:
            process.kill()
            process.communicate()
        for engine in (self._engine, self._corpus):
            if engine is not None:
                engine.dispose()


@pytest.fixture
def workplace(bench: Command, tmp_path: Path) -> Iterator[Workplace]:
    """A set of many questions that nothing has asked yet.

    A question's name stands in its document alone, for which of equal scores comes first is not the
    same in two libraries.
    """
    names = [
        "".join(name)
        for name in product("BDFGK", "aeiou", ("lmar", "rnes", "vtok", "ndil", "spur"))
    ]
    rows = [
        (name, f"{name} 由铜制成，存放在三号仓库。" if at % 2 else f"{name} is made of copper.")
        for at, name in enumerate(names[:DOCUMENTS])
    ]
    asked = [
        {
            "qid": f"q{number}",
            "question": f"{name} 有多重？（{number}）"
            if at % 2
            else f"How heavy is {name}? ({number})",
            "gold": name,
        }
        for number in range(QUESTIONS)
        for at, (name, _) in [(number % DOCUMENTS, rows[number % DOCUMENTS])]
    ]
    write_set(tmp_path / "many", rows, asked)
    shutil.rmtree(tmp_path / "data" / "evaluation")
    bench("remove", *(one["run"] for one in bench.json("list")))
    opened = Workplace(tmp_path)
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a background job
    yield opened
    signal.signal(signal.SIGINT, ignored)
    opened.close()


def wait_until(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Look again and again until it is so; the process must not end before."""
    deadline = time.monotonic() + _PATIENCE_S
    while not reached():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_stopped_at_random_moments_ends_as_one_that_never_was(
    bench: Command, workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20)
    documents = chance.randrange(5, DOCUMENTS // 2)
    _kill(workplace.begin(), when=lambda: workplace.documents() >= documents)
    assert not workplace.corpus_is_whole(), "killed while the documents were brought in"
    assert workplace.kept() == 0
    _kill(workplace.begin(), when=partial(workplace.has_kept, chance.randrange(1, RESULTS // 4)))
    assert [one["finished"] for one in bench.json("list")] == [False]
    assert f"stopped at {workplace.kept()} of {RESULTS}" in bench("list").stdout
    refused = bench("report", "latest")
    assert (refused.exit_code, "was not finished" in refused.stderr) == (1, True)
    before = workplace.kept()
    _interrupt(workplace)
    assert 0 < before <= workplace.kept() < RESULTS
    resumed = bench(*workplace.command)
    assert resumed.exit_code == 0, resumed.output
    assert [one["finished"] for one in bench.json("list")] == [True], "one run, now finished"
    assert workplace.kept() == RESULTS

    shutil.copytree(tmp_path / "data" / "models", tmp_path / "other" / "models")
    monkeypatch.setenv("QUORUM_DATA_DIR", str(tmp_path / "other"))
    whole = bench(*workplace.command)
    payload, expected = json.loads(resumed.stdout), json.loads(whole.stdout)
    assert json.dumps(without_timings(payload)) == json.dumps(without_timings(expected))
    assert payload["run"] == expected["run"]


def _kill(process: subprocess.Popen[str], *, when: Callable[[], bool]) -> None:
    wait_until(when, process)
    process.kill()
    process.communicate()


def _interrupt(workplace: Workplace) -> None:
    """As Ctrl+C does, on a terminal, once a bar shows that questions are asked."""
    ours, theirs = pty.openpty()
    process = workplace.begin(stderr=theirs)
    os.close(theirs)
    shown: list[bytes] = []
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(_read_into, shown, ours)
        try:
            wait_until(lambda: b"many: questions" in b"".join(shown), process)
        finally:
            process.send_signal(signal.SIGINT)
        read.result(_PATIENCE_S)
    stdout, _ = process.communicate(timeout=_PATIENCE_S)
    assert (process.returncode, stdout) == (130, "")
    assert "stopped; the same command goes on from here" in b"".join(shown).decode()
    assert "Traceback" not in b"".join(shown).decode()


def _read_into(shown: list[bytes], terminal: int) -> None:
    """Keep what is written to the terminal until its last writer leaves."""
    try:
        while piece := os.read(terminal, 65536):
            shown.append(piece)
    except OSError:  # Linux's way of saying so
        pass
    finally:
        os.close(terminal)
