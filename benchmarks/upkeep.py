"""How long a rebuild and a purge take, and whether a rebuilt library finds the same.

    python -m benchmarks.upkeep --data ../shared/data --work WORK

A library of ``--chunks`` passages is built as ``benchmarks.retrieval speed`` builds it, once. It is
asked, made anew from the record without its indexes, and asked again. Then every tenth document is
taken out, and purged with everything that it left in any file.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.wiring import Services
from benchmarks.retrieval.filling import COLLECTION, Library, build
from benchmarks.retrieval.texts import real_questions
from rag.settings import Settings

BEST: Final = 10
"""Hits of a question that are compared."""

_EVERY: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Seconds to rebuild and to purge ``purged`` documents; ``same`` of ``asked`` found the same.

    The same are the ids of the best ten passages, in their order.
    """

    chunks: int
    rebuild_s: float
    asked: int
    same: int
    purged: int
    purge_s: float

    def lines(self) -> list[str]:
        """A line each."""
        return [
            f"{self.chunks:,} passages",
            f"rebuild {self.rebuild_s:.1f} s; {self.same} of {self.asked} questions find the same "
            f"{BEST}",
            f"purge of {self.purged:,} documents {self.purge_s:.1f} s",
        ]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of question sets")
    parser.add_argument("--work", type=Path, required=True, help="where the library is kept")
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--embed", type=int, default=1000, help="passages with real vectors")
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    library = Library(
        work=given.work,
        data=given.data,
        chunks=given.chunks,
        embed=given.embed,
        seed=given.seed,
    )
    questions = real_questions(given.data, count=given.questions, seed=given.seed)
    print("\n".join(measured(library, questions).lines()))


def measured(library: Library, questions: Sequence[str]) -> Kept:
    """Measure a copy of ``library``, which is built where it is not there."""
    build(library)
    folder = library.work / "upkeep"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(library.folder, folder)
    before = _found(folder, questions)
    for index in ("chroma", "lexical"):
        shutil.rmtree(folder / index)
    rebuild_s = _took(folder, lambda opened: opened.upkeep.rebuild())
    after = _found(folder, questions)
    with closing(Services(Settings(data_dir=folder))) as opened:
        documents = opened.record.documents(opened.record.collection(COLLECTION).id)
        names = [one.name for one in documents][::_EVERY]
        opened.ingestion.remove(COLLECTION, names)
    purge_s = _took(folder, lambda opened: opened.upkeep.purge())
    shutil.rmtree(folder)
    return Kept(
        chunks=library.chunks,
        rebuild_s=rebuild_s,
        asked=len(questions),
        same=sum(one == other for one, other in zip(before, after, strict=True)),
        purged=len(names),
        purge_s=purge_s,
    )


def _found(folder: Path, questions: Sequence[str]) -> list[list[str]]:
    with closing(Services(Settings(data_dir=folder))) as opened:
        search = opened.index.search
        return [
            [hit.passage.chunk_id for hit in search(one, collections=[COLLECTION], top_k=BEST)]
            for one in questions
        ]


def _took(folder: Path, work: Callable[[Services], object]) -> float:
    with closing(Services(Settings(data_dir=folder))) as opened:
        _ = opened.upkeep
        started = time.perf_counter()
        work(opened)
        return time.perf_counter() - started


if __name__ == "__main__":
    main()
