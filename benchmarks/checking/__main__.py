"""How often a false claim is seen and a true one doubted.

    python -m benchmarks.checking --data ../shared/data [--each 60 --seed 0] [--json FILE]

Sentences that answer questions of clapnq_dev, squad2_dev and cmrc2018_dev, and those of the sample
corpus, are changed by rule (``edits.py``); ``--train`` takes the training sets in their place.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.cli.console import services
from benchmarks.checking.pairs import Pair, make_pairs, sentences_of
from evaluation.dataset import Dataset, TextCorpus
from evaluation.datasets.loading import load
from evaluation.metrics.answers import holds
from evaluation.metrics.confidence import wilson
from rag.checking import ClaimChecker
from rag.claims import Citation, Claim, Verdict
from rag.language import sentence_pieces

DEV: Final = ("clapnq_dev", "squad2_dev", "cmrc2018_dev")
TRAIN: Final = (
    "train/squadshifts_reddit",
    "train/squadshifts_amazon_reviews",
    "train/cmrc2018_trial",
)
_SAMPLES: Final = Path(__file__).parents[2] / "samples" / "documents"


def main() -> None:
    """Make the pairs, check them, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets")
    parser.add_argument("--each", type=int, default=60, help="pairs of a kind from a set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--train", action="store_true", help="the training sets in their place")
    parser.add_argument("--missed", type=int, default=0, help="show so many wrong verdicts a kind")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found: list[Pair] = []
    for name in TRAIN if given.train else DEV:
        found += make_pairs(_answering(load(given.data / name)), each=given.each, seed=given.seed)
    if not given.train:
        found += make_pairs(_samples(), each=given.each, seed=given.seed)
    with services() as opened:
        report(ClaimChecker(opened.embedder), found, missed=given.missed, to=given.json)


def report(checker: ClaimChecker, pairs: Sequence[Pair], *, missed: int, to: Path | None) -> None:
    """Check ``pairs`` and print, for each kind and language, the share doubted."""
    doubted: dict[tuple[str, str, bool], list[bool]] = defaultdict(list)
    wrong: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        (checked,) = checker.check([_claim(pair)])
        assert checked.check is not None
        doubt = checked.check.verdict is not Verdict.SUPPORTED
        for language in (pair.language, "both"):
            doubted[pair.kind, language, pair.holds].append(doubt)
            doubted["all true" if pair.holds else "all false", language, pair.holds].append(doubt)
        if doubt == pair.holds:
            told = ", ".join(f"{one.doubt}:{one.said}" for one in checked.check.findings)
            wrong[pair.kind].append(f"  {pair.claim}\n   < {pair.quote}\n   {told}")
    rows = list(_rows(doubted))
    for row in rows:
        true = "true" if row["true"] else "false"
        print(
            f"{true:6}{row['kind']:14}{row['language']:6}{row['pairs']:6}"
            f"  {row['doubted']:.3f} [{row['low']:.3f}-{row['high']:.3f}]"
        )
    for kind, shown in wrong.items():
        print(*([f"\n{kind}:", *shown[:missed]] if missed else []), sep="\n", end="")
    if to:
        to.write_text(json.dumps({"pairs": len(pairs), "rows": rows}, indent=1), "utf-8")


def _rows(doubted: Mapping[tuple[str, str, bool], Sequence[bool]]) -> Iterator[dict[str, Any]]:
    """For each kind and language the share doubted, with its 95 % interval (Wilson 1927)."""
    for kind, language, true in sorted(doubted, key=lambda key: (key[2], key[0], key[1])):
        seen = doubted[kind, language, true]
        share = sum(seen) / len(seen)
        low, high = wilson(share, len(seen))
        yield {
            "kind": kind,
            "language": language,
            "true": true,
            "pairs": len(seen),
            "doubted": share,
            "low": low,
            "high": high,
        }


def _claim(pair: Pair) -> Claim:
    place = Citation(
        chunk_id="",
        document_id="",
        collection="",
        document="",
        version="",
        page=1,
        page_label=None,
        paginated=False,
        start=0,
        end=len(pair.quote),
        quote=pair.quote,
    )
    return Claim(text=pair.claim, citations=(place,))


def _answering(dataset: Dataset) -> list[str]:
    """The sentences of gold documents that hold an answer or evidence."""
    assert isinstance(dataset.corpus, TextCorpus)
    texts = {name: text for name, _, text in dataset.corpus.rows}
    found: list[str] = []
    for example in dataset.examples:
        wanted = [*example.answers, *example.evidence]
        for place in example.gold[:1]:
            found += (
                piece
                for piece in sentence_pieces(texts.get(place.document, ""))
                if any(holds(piece, one) for one in wanted if one)
            )
    return sentences_of(found)


def _samples() -> list[str]:
    from ingest.loaders import read_document

    pages: Iterable[str] = (
        page.text
        for path in sorted(_SAMPLES.iterdir())
        for page in read_document(path, name=path.name, max_bytes=10**8).pages
    )
    return sentences_of(list(pages))


if __name__ == "__main__":
    main()
