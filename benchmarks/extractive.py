"""How often the first sentence of the extractive answer, and one of the first three, is right.

    python -m benchmarks.extractive --data ../shared/data [--limit 1000 --seed 0] [--json FILE]

Every set is asked its answerable questions over its whole corpus, with the product's search and as
many passages as an answer draws on. A sentence is right when it holds a gold answer, as the
workbench's metrics compare; where a set has evidence sentences instead, when it stands in a gold
place and is a piece of the evidence. *plain* ranks by the cosine plus the share of the question's
words that a sentence has; *ceiling* is how often any sentence of the passages is right. ``shown``
is the mean number of sentences in an answer, ``ms`` the median time to rank and choose them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from app.cli.console import services
from app.cli.evaluation.options import question_sets, show_progress
from app.cli.evaluation.showing import table_console, write_json
from app.wiring import Services
from app.workbench import Request, Workbench
from evaluation.calibrating import is_right
from evaluation.dataset import Dataset, Example
from evaluation.gold import GoldText
from evaluation.metric import mean
from evaluation.statistics.intervals import interval
from rag.claims import Citation
from rag.filter import EVERYTHING, Filter
from rag.models.extractive import chosen, rank_sentences
from rag.protocols import Index
from rag.types import Hit, Span
from rag.words import content_words

SETS: Final = ("squad2_dev", "cmrc2018_dev", "clapnq_dev")
"""What is measured where the folder holds many sets: those with short answers or evidence."""

_FIRST: Final = 3
_NAME: Final = "sentences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of the questions with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one set came to."""

    dataset: str
    questions: int
    shares: dict[str, Share]
    shown: float
    milliseconds: float


@dataclass(slots=True)
class KeepingIndex:
    """An index that keeps what it found for each question, ``top_k`` passages always."""

    index: Index
    top_k: int
    found: dict[str, list[Hit]] = field(default_factory=dict)

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``; the smaller of both ``top_k`` counts."""
        most = min(top_k, self.top_k)
        hits = self.index.search(question, collections=collections, top_k=most, where=where)
        self.found[question] = hits
        return hits


def plain_ranking(question: str, hits: Sequence[Hit]) -> list[tuple[Hit, Span]]:
    """Every sentence by cosine (where vectors have a vote) plus the question's words in it."""
    asked = frozenset(content_words(question))
    scored = []
    for hit in hits:
        sentences = hit.passage.chunk.sentences
        cosines = hit.sentence_scores if hit.dense_vote > 0 else ()
        for at, span in enumerate(sentences):
            shared = asked.intersection(content_words(hit.passage.chunk.quote(span)))
            score = len(shared) / max(1, len(asked)) + (max(0.0, cosines[at]) if cosines else 0.0)
            scored.append((score, hit, span))
    return [(hit, span) for _, hit, span in sorted(scored, key=lambda one: -one[0])]


def measure(bench: Workbench, dataset: Dataset, *, limit: int, seed: int, top_k: int) -> Measured:
    """Ask one set and judge the sentences."""
    kept: list[KeepingIndex] = []

    def keeping(opened: Services, _collections: Sequence[str]) -> Index:
        kept.append(KeepingIndex(opened.index, top_k))
        return kept[-1]

    request = Request(dataset=dataset, limit=limit, seed=seed, again=True)
    with show_progress(dataset.name) as tell:
        run = bench.retrieval(
            request, systems=(_NAME,), extra={_NAME: keeping}, settings={}, tell=tell
        )
    found = kept[0].found
    return judged(dataset.name, [(one, found[one.question]) for one in run.examples], seed=seed)


def judged(name: str, asked: Sequence[tuple[Example, Sequence[Hit]]], *, seed: int) -> Measured:
    """The shares of ``asked``, each question with what was found for it."""
    values: dict[str, list[bool]] = {
        one: [] for one in ("plain first", "plain three", "first", "three", "ceiling")
    }
    shown, took = [], []
    for example, hits in asked:
        started = time.perf_counter()
        ranked = rank_sentences(example.question, hits)
        shown.append(len(chosen(example.question, ranked)))
        took.append((time.perf_counter() - started) * 1000)
        gold = GoldText.of(example)
        plain = plain_ranking(example.question, hits)
        ours = [
            is_right(example, gold, Citation.of(one.hit.passage, one.span))
            for one in ranked[:_FIRST]
        ]
        theirs = [is_right(example, gold, Citation.of(hit.passage, span)) for hit, span in plain]
        values["plain first"].append(any(theirs[:1]))
        values["plain three"].append(any(theirs[:_FIRST]))
        values["first"].append(any(ours[:1]))
        values["three"].append(any(ours))
        values["ceiling"].append(any(theirs))
    clusters = [example.cluster for example, _ in asked]
    shares = {}
    for column, right in values.items():
        one = interval(mean(column, np.array(right, dtype=np.float64)), clusters, seed=seed)
        shares[column] = Share(value=one.value, low=one.low, high=one.high)
    return Measured(
        dataset=name,
        questions=len(asked),
        shares=shares,
        shown=float(np.mean(shown)),
        milliseconds=median(took),
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--set", action="append", help=f"default: {', '.join(SETS)}")
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    console, all_measured = table_console(given.json), []
    with services() as opened:
        for dataset in question_sets(opened, [given.data / s for s in given.set or SETS], "", ()):
            told = measure(
                Workbench(opened),
                dataset,
                limit=given.limit,
                seed=given.seed,
                top_k=opened.settings.top_k,
            )
            all_measured.append(asdict(told))
            console.print(
                f"{told.dataset}: {told.questions} questions, {told.shown:.2f} sentences shown, "
                f"{told.milliseconds:.1f} ms"
            )
            for column, one in told.shares.items():
                console.print(f"  {column:12} {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]")
    write_json(given.json, all_measured)


if __name__ == "__main__":
    main()
