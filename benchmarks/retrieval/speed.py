"""Libraries of several sizes, each built and searched in processes of their own, told as tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from typing import Any, Final, TypeVar

from rich.console import Console
from rich.table import Table

from benchmarks.retrieval.filling import LIKENESS, Built, Library, build
from benchmarks.retrieval.searching import BEST, Searched, SystemTimes, search

Result = TypeVar("Result")

_LIBRARIES: Final = (
    "chromadb",
    "tantivy",
    "numpy",
    "onnxruntime",
    "langchain-chroma",
    "langchain-classic",
    "langchain-community",
    "rank-bm25",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One library; ``failure`` says why it was not measured to its end."""

    chunks: int
    built: Built | None = None
    searched: Searched | None = None
    failure: str = ""


def measured(
    library: Library, *, questions: int, rivals_up_to: int, limit_s: float, reuse: bool
) -> Size:
    """Build, then search, each in a process that has nothing else in it."""
    built = None
    try:
        built = _alone(build, library, reuse=reuse)
        searched = _alone(
            search, library, questions=questions, rivals_up_to=rivals_up_to, limit_s=limit_s
        )
    except BrokenProcessPool:
        stage = "searched" if built else "built"
        failure = f"the process was killed while it {stage}: is there too little memory?"
        return Size(chunks=library.chunks, built=built, failure=failure)
    return Size(chunks=library.chunks, built=built, searched=searched)


def _alone(work: Callable[..., Result], *given: Any, **named: Any) -> Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()


def payload(sizes: Sequence[Size], library: Library) -> dict[str, Any]:
    """All that was measured, with the machine it was measured on."""
    return {
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "libraries": dict(_versions()),
        },
        "seed": library.seed,
        "embed": library.embed,
        "likeness": LIKENESS,
        "best": BEST,
        "sizes": [asdict(size) for size in sizes],
    }


def print_size(console: Console, size: Size) -> None:
    """What one library took to build and to search."""
    console.print(f"\n[bold]{size.chunks:,} chunks[/]")
    if size.built:
        _print_built(console, size.built)
    if size.searched:
        _print_searched(console, size.searched)
    if size.failure:
        console.print(size.failure)


def print_growth(console: Console, sizes: Sequence[Size]) -> None:
    """p50 and p95 by size, a line a system."""
    done = [size for size in sizes if size.searched]
    table = Table("p50 / p95, ms", *(f"{size.chunks:,}" for size in done), box=None)
    for name in dict.fromkeys(name for size in done for name, _ in _by_name(size)):
        cells = (dict(_by_name(size)).get(name) for size in done)
        table.add_row(name, *(_cell(one) if one else "-" for one in cells))
    memory = [size.searched.product.now_mb for size in done if size.searched]
    table.add_row("memory of the product, MB", *(f"{one:,.0f}" for one in memory))
    console.print("\n[bold]growth[/]")
    console.print(table)


def _print_built(console: Console, built: Built) -> None:
    console.print(
        f"{built.real_texts:,} texts are real, the others vary them; "
        f"{built.real_vectors:,} vectors are the model's, "
        f"the others have a cosine of {LIKENESS:g} to one of them"
    )
    table = Table("built", "s", "MB on disk", box=None)
    table.add_row("record", f"{built.record_s:g}", f"{built.record_mb:,.1f}")
    table.add_row("Chroma", f"{built.dense_s:g}", f"{built.dense_mb:,.1f}")
    table.add_row("tantivy", f"{built.lexical_s:g}", f"{built.lexical_mb:,.1f}")
    console.print(table)
    console.print(f"peak memory while building {built.peak_mb:,.0f} MB\n")


def _print_searched(console: Console, searched: Searched) -> None:
    embedding, product = searched.embedding, searched.product
    console.print(
        f"{searched.questions} questions; embedding one takes {embedding.p50_ms:.1f} ms "
        f"(p95 {embedding.p95_ms:.1f}), which no time below includes; load {searched.load:g}"
    )
    table = Table("searched", "p50 ms", "p95 ms", "mean ms", "ready s", "+MB", "", box=None)
    for one in searched.systems:
        times = one.times
        cells = (times.p50_ms, times.p95_ms, times.mean_ms) if times else ()
        told = [f"{cell:.2f}" for cell in cells] or ["-"] * 3
        table.add_row(one.name, *told, f"{one.ready_s:g}", f"{one.memory_mb:,.0f}", one.note)
    console.print(table)
    console.print(
        f"a process with the product alone: {product.now_mb:,.0f} MB resident "
        f"({product.files_mb:,.0f} MB of it mapped files), {product.peak_mb:,.0f} MB at its peak"
    )
    console.print(f"recall@{BEST} of Chroma against exact search: {searched.recall:.4f}\n")
    table = Table("where the product's time goes", "calls", "p50", "p95", "mean ms", box=None)
    for part in searched.parts:
        times = part.times
        cells = (times.p50_ms, times.p95_ms, times.mean_ms)
        table.add_row(part.name, f"{part.calls:g}", *(f"{cell:.2f}" for cell in cells))
    console.print(table)


def _by_name(size: Size) -> Iterator[tuple[str, SystemTimes]]:
    for one in size.searched.systems if size.searched else ():
        yield one.name, one


def _cell(one: SystemTimes) -> str:
    return f"{one.times.p50_ms:.1f} / {one.times.p95_ms:.1f}" if one.times else "not run"


def _versions() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not installed"


def _processor() -> str:
    from pathlib import Path

    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
