"""People who ask at once, over the WebSocket of the real app: how soon each sees something.

    python -m benchmarks.asking_load --minutes 15

The app runs in a process of its own over the sample corpus, with a model on loopback that speaks at
a fixed pace, so that what a model takes can be subtracted. First 10, then 20 people press Enter at
the same instant, round after round. Then 10 people ask and read for ``--minutes`` while the memory
of the app is watched; each leaves after five questions and another one comes.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import psutil

from benchmarks.answers.server import REPLY, SEVERAL, Pace, PacedServer
from benchmarks.app_visitor import Asked, Visitor
from benchmarks.retrieval.stopwatch import Times

ROOT: Final = Path(__file__).resolve().parents[1]
QUESTIONS: Final = (
    "How often is the diaphragm of an X-200 pump replaced?",
    "上海出差的住宿标准是多少？",
    "How long is the warranty of an X-200B?",
    "信息安全事件多久之内要上报？",
    "What may be claimed for meals on a trip in Europe?",
    "X-350 的基本保修期有多长？",
)
SAYS: Final = REPLY.split(" ")[0]
PACE: Final = Pace(first_token_s=0.5, piece_s=0.02, pieces=40)
BUDGETS_S: Final = {10: 0.5, 20: 1.0}
MOST_GROWTH: Final = 0.2
QUESTIONS_A_VISIT: Final = 5
START_S: Final = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """So many people at once: milliseconds to the question on the page, and beyond the model.

    ``seen`` is until a reader's own question stands there; ``begun`` until the answer's first
    words, ``ended`` until its citations, each less what the model takes.
    """

    people: int
    seen: Times
    begun: Times
    ended: Times
    problems: tuple[str, ...]


def main() -> None:
    """Run from the command line; ends with 1 where a budget is not met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=list(BUDGETS_S))
    parser.add_argument("--rounds", type=int, default=10, help="how often all ask at once")
    parser.add_argument("--minutes", type=float, default=0.0, help="how long memory is watched")
    parser.add_argument("--reads-s", type=float, default=4.0, help="mean time between questions")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    met = True
    print(f"load average before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="quorum-load-") as folder, PacedServer(PACE) as model:
        bring_in_samples(Path(folder))
        with served(Path(folder), model.url(SEVERAL)) as (address, process):
            for people in given.people:
                measured = all_at_once(address, people=people, rounds=given.rounds)
                _tell(measured)
                budget_ms = 1000 * BUDGETS_S.get(people, float("inf"))
                met &= (
                    not measured.problems
                    and max(measured.seen.p95_ms, measured.begun.p95_ms) <= budget_ms
                )
            if given.minutes:
                met &= _watch_memory(address, process, given.minutes, given.reads_s, given.seed)
    print(f"load average after: {os.getloadavg()[0]:.1f}")
    sys.exit(0 if met else 1)


def bring_in_samples(folder: Path) -> None:
    """Read the sample corpus into the data folder ``folder``."""
    command = (
        sys.executable,
        "-m",
        "ingest",
        "add",
        "samples/documents",
        "--collection",
        "samples",
    )
    environment = {**os.environ, "QUORUM_DATA_DIR": str(folder)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served(folder: Path, model: str) -> Iterator[tuple[str, psutil.Process]]:
    """The app over ``folder`` with the chat model at ``model``: its address, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "QUORUM_DATA_DIR": str(folder),
        "OPENAI_BASE_URL": model,
        "QUORUM_STRATEGY": "direct",
    }
    command = (sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", str(port))
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"ws://127.0.0.1:{port}/_stcore/stream", psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=60)


def all_at_once(address: str, *, people: int, rounds: int) -> Round:
    """``people`` who all ask at the same instant, ``rounds`` times; the first time is not counted.

    Each round is a visit of its own: an answer to a first question.
    """
    told: list[Asked] = []
    for number in range(rounds + 1):
        together = threading.Barrier(people)
        questions = list(islice(cycle(QUESTIONS), number, number + people))
        with ThreadPoolExecutor(people) as pool:
            asking = [pool.submit(_ask_with_all, address, one, together) for one in questions]
            answers = [one.result() for one in asking]
        if number:
            told += answers
    return summed_up(told, people=people)


def summed_up(asked: Sequence[Asked], *, people: int) -> Round:
    """The times of the answers that came, and why others did not."""
    told = [one for one in asked if one.problem is None]
    first, last = PACE.first_token_s, PACE.first_token_s + (PACE.pieces - 1) * PACE.piece_s
    return Round(
        people=people,
        seen=Times.of([1000 * one.seen_s for one in told]),
        begun=Times.of([1000 * (one.begun_s - first) for one in told]),
        ended=Times.of([1000 * (one.ended_s - last) for one in told]),
        problems=tuple(one.problem for one in asked if one.problem),
    )


def asked_and_read(
    address: str, over: Callable[[], bool], *, people: int, reads_s: float, seed: int
) -> tuple[int, list[str]]:
    """People who ask and read until it is ``over``: how many answers came, and what went wrong."""

    def one(number: int) -> tuple[int, list[str]]:
        chance, answers, problems = random.Random(seed + number), 0, []
        while not over():
            with Visitor(address) as visitor:
                for _ in range(QUESTIONS_A_VISIT):
                    time.sleep(chance.expovariate(1 / reads_s) if reads_s else 0.0)
                    if over():
                        break
                    asked = visitor.ask(chance.choice(QUESTIONS), says=SAYS)
                    answers += asked.problem is None
                    problems += [asked.problem] if asked.problem else []
        return answers, problems

    with ThreadPoolExecutor(people) as pool:
        done = list(pool.map(one, range(people)))
    return sum(answers for answers, _ in done), [one for _, found in done for one in found]


def _ask_with_all(address: str, question: str, together: threading.Barrier) -> Asked:
    with Visitor(address) as visitor:
        together.wait(timeout=START_S)
        return visitor.ask(question, says=SAYS)


def _watch_memory(
    address: str, process: psutil.Process, minutes: float, reads_s: float, seed: int
) -> bool:
    """Tell how the app's memory grows while people come and go; whether it stays in its budget.

    What is loaded with the first questions is no growth: the first tenth of the time is the base.
    """
    begins, resident = time.monotonic(), list[float]()
    ends = begins + 60 * minutes
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(
            asked_and_read,
            address,
            lambda: time.monotonic() > ends,
            people=10,
            reads_s=reads_s,
            seed=seed,
        )
        while not asking.done():
            resident.append(process.memory_info().rss / 2**20)
            time.sleep(1.0)
        answers, problems = asking.result()
    tenth = max(1, len(resident) // 10)
    base, last = max(resident[:tenth]), max(resident[-tenth:])
    growth = last / base - 1
    print(
        f"{minutes:g} minutes, {answers} answers, {len(problems)} failed: memory {base:.0f} MB at "
        f"first, {last:.0f} MB at last ({growth:+.1%})"
    )
    for problem in sorted(set(problems)):
        print(f"  {problem}")
    return growth < MOST_GROWTH and not problems


def _wait_until_up(health: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(health, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("error: the app did not start")


def _tell(measured: Round) -> None:
    print(f"{measured.people} people at once, {len(measured.problems)} failed")
    for problem in sorted(set(measured.problems)):
        print(f"  {problem}")
    for name in ("seen", "begun", "ended"):
        times: Times = getattr(measured, name)
        print(f"  {name:6}{times.asked:6}  p50 {times.p50_ms:6.0f} ms  p95 {times.p95_ms:6.0f} ms")


if __name__ == "__main__":
    main()
