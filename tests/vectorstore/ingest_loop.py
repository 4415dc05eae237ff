"""Adds and replaces documents until it is killed: ``-m tests.vectorstore.ingest_loop DATA ROUND``.

Prints ``ready NAME REVISION`` after each document that was reported ready. ``text_of`` tells what a
document's revision says, so that another process can look for it.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from app.wiring import Services
from ingest.file_reports import Status
from ingest.sources import Source
from rag.settings import Settings
from tests.fakes import WordEmbedder
from tests.network_guard import NetworkGuard

PAGES = 3
_OLDER = 3


def canary(name: str, revision: int) -> str:
    """A word that stands in every passage of this revision and nowhere else."""
    return f"canary{name.removesuffix('.txt').replace('-', 'x')}r{revision}"


def text_of(name: str, revision: int) -> str:
    """Some paragraphs, each long enough to be a passage of its own."""
    word = canary(name, revision)
    filler = " ".join(f"word{n}" for n in range(25))
    return "\n\n".join(f"Part {part} of {word} says {filler}." for part in range(PAGES))


def open_data(folder: Path) -> Services:
    """Services on ``folder`` whose passages hold one paragraph each."""
    services = Services(Settings(data_dir=folder / "data", chunk_tokens=32), chroma_wait_s=10.0)
    services.embedder = WordEmbedder()
    return services


def main(folder: Path, round_number: int) -> None:
    """Each document is added, and a little later replaced."""
    services = open_data(folder)
    for number in count():
        for name, revision in (
            (f"{round_number}-{number}.txt", 0),
            (f"{round_number}-{number - _OLDER}.txt", 1),
        ):
            if revision and number < _OLDER:
                continue
            path = folder / name
            path.write_text(text_of(name, revision), encoding="utf-8")
            report = services.ingestion.add(Source(path=path, name=name), "c")
            assert report.status in (Status.ADDED, Status.REPLACED), report
            print("ready", name, revision, flush=True)


if __name__ == "__main__":
    with NetworkGuard():
        main(Path(sys.argv[1]), int(sys.argv[2]))
