"""Is fused retrieval ever worse than its better half? Side by side, over one corpus, in one run.

    python -m benchmarks.fusion --data FOLDER --sets squad2_dev,cmrc2018_dev --questions 1000

FOLDER holds one folder a set, with corpus.jsonl and questions.jsonl (or the same, gzipped). Every
corpus goes through the product's own splitter, embedder, record and indexes; a document's rank is
that of its best passage. ``--sweep`` prints the fusion's weights one by one instead: choose them on
training sets only. Intervals are 95 % percentile bootstraps over questions.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.wiring import Services
from rag.language import content_words
from rag.protocols import Index
from rag.settings import Settings
from rag.types import Document, Page
from vectorstore import fused

_RANKS: Final = (1, 5, 10)
_DEPTH: Final = 30
_RRF_K: Final = 60
_BOOTSTRAPS: Final = 1000


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets' folders")
    parser.add_argument("--sets", required=True, help="names of sets, separated by commas")
    parser.add_argument("--questions", type=int, default=1000, help="answerable questions a set")
    parser.add_argument("--documents", type=int, default=0, help="use only the first N documents")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, help="keep the ingested corpora here")
    parser.add_argument("--sweep", action="store_true", help="compare the fusion's weights")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        services = Services(Settings(data_dir=arguments.work or Path(scratch)))
        for name in arguments.sets.split(","):
            folder = arguments.data / name
            corpus = list(_rows(folder, "corpus"))[: arguments.documents or None]
            started = time.perf_counter()
            added = services.ingestion.add_documents(map(_document, corpus), name)
            took = time.perf_counter() - started
            held = {str(row["doc_id"]) for row in corpus}
            asked = _sample(_rows(folder, "questions"), held, arguments.questions, arguments.seed)
            print(f"\n{name}: {len(corpus)} documents ({added} ingested in {took:.0f} s), "
                  f"{len(asked)} questions, seed {arguments.seed}")  # fmt: skip
            if arguments.sweep:
                _sweep(services, name, asked)
            else:
                _compare(services, name, asked)
        services.close()


def _compare(services: Services, collection: str, asked: Sequence[dict[str, Any]]) -> None:
    if services.chroma is None:
        raise SystemExit("another process owns the index of this folder")
    systems: dict[str, Index] = {
        "dense": services.chroma,
        "bm25": services.lexical,
        "fused": services.index,
    }
    ranks: dict[str, list[int]] = {name: [] for name in (*systems, "rrf")}
    seconds = dict.fromkeys(systems, 0.0)
    for row in asked:
        gold = set(row["gold_doc_ids"])
        lists = {}
        for name, index in systems.items():
            started = time.perf_counter()
            hits = index.search(row["question"], collections=[collection], top_k=_DEPTH)
            seconds[name] += time.perf_counter() - started
            lists[name] = list(dict.fromkeys(hit.passage.document for hit in hits))
        lists["rrf"] = _rrf([lists["dense"], lists["bm25"]])
        for name, found in lists.items():
            ranks[name].append(_rank(found, gold))
    print(f"{'':8}" + "".join(f"{f'hit@{k}':>18}" for k in _RANKS) + f"{'mrr@10':>18}{'ms':>8}")
    for name, own in ranks.items():
        cells = [np.array([rank <= k for rank in own], float) for k in _RANKS]
        cells.append(np.array([1 / rank if rank <= 10 else 0 for rank in own]))
        took = f"{1000 * seconds[name] / len(asked):8.1f}" if name in seconds else ""
        print(f"{name:8}" + "".join(f"{_interval(cell):>18}" for cell in cells) + took)


def _sweep(services: Services, collection: str, asked: Sequence[dict[str, Any]]) -> None:
    """Hit@1 and MRR@10 for lexical weights (rows), by what the embedder can read."""
    weights = [round(0.1 * step, 1) for step in range(11)]
    first: dict[float, list[float]] = {weight: [] for weight in weights}
    reciprocal: dict[float, list[float]] = {weight: [] for weight in weights}
    coverages = []
    for row in asked:
        question, gold = row["question"], set(row["gold_doc_ids"])
        coverages.append(services.embedder.coverage(question))
        hits = _candidates(services, question, collection)
        parts = {name: np.array([hit.parts[name] for hit in hits]) for name in hits[0].parts}
        for weight in weights:
            scores = fused.fuse(parts["sentence"], parts["lexical"], vote=1 - weight)
            order = np.argsort(-scores, kind="stable")
            rank = _rank(list(dict.fromkeys(hits[i].passage.document for i in order)), gold)
            first[weight].append(float(rank == 1))
            reciprocal[weight].append(1 / rank if rank <= 10 else 0.0)
    spread = np.quantile(coverages, [0.05, 0.5, 0.95])
    print("coverage of the questions: 5 % {:.2f}, median {:.2f}, 95 % {:.2f}".format(*spread))
    for weight in weights:
        print(f"lexical weight {weight:.1f}: hit@1 {_interval(np.array(first[weight]))}  "
              f"mrr@10 {_interval(np.array(reciprocal[weight]))}")  # fmt: skip


def _candidates(services: Services, question: str, collection: str) -> list[Any]:
    hits = services.index.search(question, collections=[collection], top_k=100)
    if not hits:
        raise SystemExit(f"nothing found for {question!r} ({content_words(question)})")
    return hits


def _rrf(lists: Sequence[Sequence[str]]) -> list[str]:
    """Reciprocal rank fusion with equal weights (Cormack et al. 2009)."""
    scores: dict[str, float] = {}
    for found in lists:
        for rank, document in enumerate(found, start=1):
            scores[document] = scores.get(document, 0.0) + 1 / (_RRF_K + rank)
    return sorted(scores, key=lambda document: (-scores[document], document))


def _rank(found: Sequence[str], gold: set[str]) -> int:
    return next((i for i, document in enumerate(found, start=1) if document in gold), 1_000_000)


def _interval(values: NDArray[np.float64]) -> str:
    draws = np.random.default_rng(0).integers(0, len(values), (_BOOTSTRAPS, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
    return f"{values.mean():.3f} [{low:.2f}-{high:.2f}]"


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    plain, packed = folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"
    data = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    yield from map(json.loads, data.decode("utf-8").strip().split("\n"))


def _document(row: dict[str, Any]) -> Document:
    text = str(row["text"])
    return Document(
        name=str(row["doc_id"]),
        version=hashlib.sha256(text.encode()).hexdigest(),
        media_type="text/plain",
        title=str(row.get("title") or ""),
        pages=(Page(number=1, text=text),),
        paginated=False,
    )


def _sample(
    rows: Iterable[dict[str, Any]], held: set[str], count: int, seed: int
) -> list[dict[str, Any]]:
    usable = [
        row
        for row in rows
        if row.get("answerable", True) and row["gold_doc_ids"] and held >= set(row["gold_doc_ids"])
    ]
    return random.Random(seed).sample(usable, min(count, len(usable)))


if __name__ == "__main__":
    main()
