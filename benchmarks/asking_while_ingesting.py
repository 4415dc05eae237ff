"""How much longer answers take while files are taken in: 10 people ask, 200 PDFs come.

    python -m benchmarks.asking_while_ingesting --pdfs ../shared/data/financebench/pdfs

Everything is as in the product: one process searches and answers (extractively, so that no model's
speed counts), its queue is looked after by ``app/ingestion_process.py``, and the worker that this
starts reads and embeds. Each PDF is cut from the given ones. Every person asks, reads for a while,
and asks again, first for ``--idle-s`` seconds while nothing else happens, then until all files are
in, of the collection that they come into.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from app.ingestion_process import IngestionProcess
from app.models import EXTRACTIVE
from app.wiring import Services, open_services
from benchmarks.retrieval.stopwatch import Times

COLLECTION: Final = "reports"
QUESTIONS: Final = (
    "What was the total revenue of the year?",
    "How many shares were repurchased?",
    "Which risks does the company name first?",
    "Who audits the financial statements?",
    "How did operating income change?",
    "What does the company say about competition?",
    "When is the annual meeting of shareholders?",
    "How large is the long-term debt?",
    "公司的主要风险是什么？",
    "全年的营业收入是多少？",
)
_LOOK_AGAIN_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Times to answer, idle and while files came in; ``took_s`` seconds for so many files."""

    idle: Times
    during: Times
    files: int
    refused: int
    chunks: int
    took_s: float

    @property
    def ratio(self) -> float:
        """How many times as long the 95th per cent takes while files come in."""
        return self.during.p95_ms / self.idle.p95_ms


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pdfs", type=Path, required=True, help="a folder of long PDFs")
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--pages", type=int, default=2, help="of each file")
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--reads-s", type=float, default=4.0, help="mean time between questions")
    parser.add_argument("--idle-s", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quorum-asking-") as folder:
        os.environ["QUORUM_DATA_DIR"] = folder
        cuttings = cut(given.pdfs, pages=given.pages)
        opened = open_services()
        try:
            print(f"load average before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
            measured = measure(
                opened,
                [next(cuttings) for _ in range(given.files)],
                library=[next(cuttings) for _ in range(40)],
                people=given.people,
                reads_s=given.reads_s,
                idle_s=given.idle_s,
                seed=given.seed,
            )
        finally:
            opened.close()
    for name, times in (("idle", measured.idle), ("during", measured.during)):
        print(f"{name:8}{times.asked:6} asked  p50 {times.p50_ms:7.0f} ms  p95 {times.p95_ms:7.0f}")
    print(f"p95 during / idle: {measured.ratio:.2f}")
    rate = measured.chunks / measured.took_s
    print(
        f"{measured.files} files ({measured.refused} refused), {measured.chunks} passages in "
        f"{measured.took_s:.0f} s: {rate:.1f} passages/s"
    )
    print(f"load average after: {os.getloadavg()[0]:.1f}")


def cut(folder: Path, *, pages: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of PDFs of so many pages, one from each PDF of the folder in turn."""
    from io import BytesIO

    from pypdf import PdfReader, PdfWriter

    sources = [PdfReader(path) for path in sorted(folder.glob("*.pdf"))]
    for first in count(10, pages):
        fitting = [source for source in sources if first + pages <= len(source.pages)]
        if not fitting:
            return
        for source in fitting:
            writer, target = PdfWriter(), BytesIO()
            for page in range(first, first + pages):
                writer.add_page(source.pages[page])
            writer.write(target)
            yield f"{sources.index(source)}-{first}.pdf", target.getvalue()


def measure(
    opened: Services,
    files: list[tuple[str, bytes]],
    *,
    library: list[tuple[str, bytes]],
    people: int,
    reads_s: float,
    idle_s: float,
    seed: int,
) -> Measured:
    """Fill the library, ask while nothing happens, then while ``files`` come in."""
    jobs = opened.jobs
    jobs.submit(library, COLLECTION)
    opened.worker.run(lambda: not jobs.waiting())
    opened.warm_up()
    beside = IngestionProcess(lambda: opened)
    beside.start()
    try:
        ends = time.monotonic() + idle_s
        idle = asked(opened, lambda: time.monotonic() > ends, people, reads_s, seed)
        started = time.monotonic()
        job = jobs.submit(files, COLLECTION)
        during = asked(opened, lambda: not jobs.left(job), people, reads_s, seed)
        took_s = time.monotonic() - started
    finally:
        beside.close()
    ended = jobs.job(job).files
    return Measured(
        idle=idle,
        during=during,
        files=len(ended),
        refused=sum(file.refusal is not None for file in ended),
        chunks=sum(file.chunks for file in ended),
        took_s=took_s,
    )


def asked(
    opened: Services, until: Callable[[], bool], people: int, reads_s: float, seed: int
) -> Times:
    """Times to answer ``people`` who ask at once, each its own questions, until it is time."""
    took_ms: list[float] = []
    over = threading.Event()

    def ask(person: int) -> None:
        chance = random.Random(seed * 1000 + person)
        while not over.wait(chance.uniform(0.0, 2 * reads_s)):
            question = chance.choice(QUESTIONS)
            began = time.perf_counter()
            opened.ask(question, (COLLECTION,), EXTRACTIVE)
            took_ms.append((time.perf_counter() - began) * 1000)

    with ThreadPoolExecutor(people) as pool:
        asking = [pool.submit(ask, person) for person in range(people)]
        while not until():
            time.sleep(_LOOK_AGAIN_S)
        over.set()
        for one in asking:
            one.result()
    return Times.of(took_ms)


if __name__ == "__main__":
    main()
