"""Pages a second into a searchable library: ours, LangChain's and LlamaIndex's usual paths.

All three run in one process, one after the other, over the same PDFs with the same embedding
model, and each keeps its vectors in a Chroma folder of its own. Each is warmed up with one page
first. The encoder's own limit is measured over our passages, tokenised before the clock starts.

``llama-index-readers-file``, ``-embeddings-huggingface`` and ``-vector-stores-chroma`` are not
installed; ``benchmarks/ingest_rivals.py`` has what they do, in their default sizes.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.wiring import Services, load_settings
from ingest.file_reports import Progress, Stage, Status
from ingest.loaders import read_document
from ingest.passage_vectors import CONTEXT_TOKENS, embedding_input
from ingest.sources import Expected, Source
from ingest.splitting import SentenceChunker
from rag.errors import LoadError
from rag.protocols import Embedder
from rag.settings import Settings
from rag.types import Span

BATCHES: Final = (2048, 4096, 8192, 16384)
"""Most padded tokens of a batch, tried for the encoder's limit."""


@dataclass(slots=True, kw_only=True)
class Brought:
    """What one way brought in: pages, chunks, seconds, and seconds by stage where it tells."""

    name: str
    pages: int = 0
    chunks: int = 0
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def row(self) -> str:
        """One line of the table."""
        rates = f"{self.pages / self.seconds:9.2f}{self.chunks / self.seconds:10.2f}"
        return f"{self.name:18}{self.pages:7}{self.chunks:8}{self.seconds:9.1f}{rates}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderLimit:
    """Texts a second: our embedding stage, and the encoder alone by most tokens of a batch."""

    ours: float
    alone: dict[int, float]

    @property
    def share(self) -> float:
        """Our stage as a share of the encoder's best."""
        return self.ours / max(self.alone.values())


def chosen(folder: Path, *, reports: int, pages: int, seed: int, target: Path) -> list[Path]:
    """``reports`` PDFs of ``folder`` by ``seed``, each cut to its first ``pages`` (0: all)."""
    from pypdf import PdfReader, PdfWriter

    found = sorted(folder.glob("*.pdf"))
    some = sorted(random.Random(seed).sample(found, min(reports or len(found), len(found))))
    if not pages:
        return some
    cut = []
    for file in some:
        writer = PdfWriter()
        for page in PdfReader(file).pages[:pages]:
            writer.add_page(page)
        cut.append(target / file.name)
        writer.write(cut[-1])
    return cut


def ours(files: Sequence[Path], data: Path) -> Brought:
    """Our way end to end, its seconds by stage as it tells its progress."""
    services = Services(load_settings({"QUORUM_DATA_DIR": str(data)}, env_file=data / ".env"))
    try:
        services.embedder.embed_query("warm")
        told = Brought(name="Quorum", stages={"read, split": 0.0, "embed": 0.0, "write": 0.0})
        begun = time.perf_counter()
        coming = [
            Expected(source=Source(path=file, name=file.name), collection="reports")
            for file in files
        ]
        for at, file in enumerate(files):
            clock = _StageClock(told.stages, partial(services.ingestion.expect, coming[at + 1 :]))
            report = services.ingestion.add(
                Source(path=file, name=file.name), "reports", clock.follow
            )
            told.pages += report.pages
            told.chunks += report.chunks
            if report.status is Status.REFUSED:
                told.refused.append(f"{file.name}: {report.error}")
        told.seconds = time.perf_counter() - begun
        return told
    finally:
        services.close()


class _StageClock:
    """Adds the seconds of a file's stages up, by its progress.

    ``read_ahead`` is called when the file is read, as the worker does it.
    """

    def __init__(self, seconds: dict[str, float], read_ahead: Callable[[], None]) -> None:
        self._seconds = seconds
        self._read_ahead = read_ahead
        self._stage = "read, split"
        self._since = time.perf_counter()

    def follow(self, progress: Progress) -> None:
        """Take the time since the last word for the stage that ends with this one."""
        at = time.perf_counter()
        self._seconds[self._stage] += at - self._since
        self._since = at
        if progress.stage in (Stage.INDEXING, Stage.DONE):
            self._stage = "write"
        elif progress.stage is Stage.EMBEDDING:
            if progress.chunks_done == 0:
                self._read_ahead()
            ended = progress.chunks_done == progress.chunks
            self._stage = "write" if ended else "embed"


def encoder_limit(files: Sequence[Path], data: Path, *, most: int, rounds: int) -> EncoderLimit:
    """The best of ``rounds``, over at most ``most`` passages; every way in each round.

    Ours tokenises, batches, encodes and pools texts and sentences; the encoder alone is given
    padded batches of the same texts, sorted by length.
    """
    from vectorstore.embedding import TransformerEmbedder
    from vectorstore.encoders import make_encoder
    from vectorstore.model_folder import ModelFolder

    folder = ModelFolder.find("")
    encoder = make_encoder(folder, backend="auto", cache=data / "models")
    embedder = TransformerEmbedder(folder, lambda: encoder)
    inputs = _inputs(files, embedder)[:most]
    texts = [text for text, _ in inputs]
    sentences = [spans for _, spans in inputs]
    lengths = sorted(min(embedder.count_tokens(t), embedder.max_tokens) + 2 for t in texts)
    batches = {budget: _padded(lengths, budget) for budget in BATCHES}
    fastest: dict[int, float] = {}
    for _ in range(rounds):
        took = _seconds(lambda: embedder.embed_passages(texts, sentences))
        fastest[0] = min(took, fastest.get(0, took))
        for budget, made in batches.items():
            took = _seconds(lambda made=made: [encoder.encode(i, m) for i, m in made])  # type: ignore[misc]
            fastest[budget] = min(took, fastest.get(budget, took))
    rates = {budget: len(texts) / seconds for budget, seconds in fastest.items()}
    return EncoderLimit(ours=rates.pop(0), alone=rates)


def _inputs(files: Sequence[Path], embedder: Embedder) -> list[tuple[str, list[Span]]]:
    most = min(Settings().chunk_tokens, embedder.max_tokens - CONTEXT_TOKENS)
    splitter = SentenceChunker(embedder.count_tokens, max_tokens=most)
    inputs = []
    for file in files:
        try:
            document = read_document(file, name=file.name, max_bytes=1 << 30)
        except LoadError:
            continue
        chunks = splitter.split(document)
        inputs += [embedding_input(document.title, chunk, embedder) for chunk in chunks]
    return inputs


def _padded(
    lengths: Sequence[int], budget: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Batches of word tokens with these lengths (ascending), none over ``budget`` when padded."""
    random_ids = np.random.default_rng(0)
    batches, first = [], 0
    while first < len(lengths):
        end = first + 1
        while end < len(lengths) and lengths[end] * (end + 1 - first) <= budget:
            end += 1
        shape = (end - first, lengths[end - 1])
        mask = (np.arange(shape[1]) < np.asarray(lengths[first:end])[:, None]).astype(np.int64)
        batches.append((random_ids.integers(1000, 20000, shape) * mask, mask))
        first = end
    return batches


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def report(ways: Sequence[Brought], limit: EncoderLimit) -> str:
    """The tables: ways with their rates, our stages with their shares, the encoder's limit."""
    lines = [f"{'':18}{'pages':>7}{'chunks':>8}{'seconds':>9}{'pages/s':>9}{'chunks/s':>10}"]
    lines += [way.row() for way in ways]
    first = ways[0]
    lines += [
        f"{first.name} / {way.name}: {first.pages / first.seconds * way.seconds / way.pages:.2f}x"
        for way in ways[1:]
    ]
    for way in ways:
        whole = sum(way.stages.values())
        shares = [f"{name} {s / whole:.0%}" for name, s in way.stages.items()]
        lines += [f"{way.name}: {', '.join(shares)}"] if shares else []
        lines += [f"{way.name} refused {why}" for why in way.refused]
    alone = ", ".join(f"{budget}: {rate:.1f}" for budget, rate in limit.alone.items())
    lines.append(f"embedding stage {limit.ours:.1f} texts/s; encoder alone by tokens {alone}")
    lines.append(f"share of the encoder's limit: {limit.share:.0%}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    from benchmarks.ingest_rivals import lang_chain, llama_index, llama_index_whole

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pdfs", type=Path, required=True, help="a folder of PDFs")
    parser.add_argument("--reports", type=int, default=0, help="how many of them; 0: all")
    parser.add_argument("--pages", type=int, default=0, help="only their first pages; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--passages", type=int, default=400, help="for the encoder's limit")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / "cut").mkdir()
        files = chosen(
            given.pdfs,
            reports=given.reports,
            pages=given.pages,
            seed=given.seed,
            target=root / "cut",
        )
        one = chosen(given.pdfs, reports=1, pages=1, seed=given.seed, target=root)
        ways = []
        for way in (ours, lang_chain, llama_index, llama_index_whole):
            for part, some in (("warm", one), ("measured", files)):
                (root / way.__name__ / part).mkdir(parents=True)
                brought = way(some, root / way.__name__ / part)
            ways.append(brought)
            print(brought.row(), f"load {os.getloadavg()[0]:.1f}", flush=True)
        limit = encoder_limit(files[:3], root, most=given.passages, rounds=3)
        print(report(ways, limit))


if __name__ == "__main__":
    main()
