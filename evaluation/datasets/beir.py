"""BEIR folders (Thakur et al. 2021): corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv.

The questions are the queries that the split judges, with at least one document above 0. BEIR has
no answers.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

from evaluation.dataset import Dataset, Example, Place
from evaluation.datasets.corpus import CORPUS, assembled, read_text_corpus
from evaluation.datasets.places import settle_pages
from evaluation.datasets.reading import Row, json_rows, read_bytes, refused, stored, unique
from ingest.sources import document_name

QUERIES: Final = "queries.jsonl"
QRELS: Final = "qrels"
SPLITS: Final = ("test", "dev", "train")
"""Looked for in this order."""
_LINE_EXPECTED: Final = "Write a query id, a document id and a whole number, separated by tabs."


def read(path: Path, *, split: str | None = None) -> Dataset:
    """Read the folder ``path``; raises DatasetUnreadable with the line that is at fault.

    Without ``split`` the first of ``SPLITS`` that is there.
    """
    corpus_file, queries = stored(path, CORPUS), stored(path, QUERIES)
    if corpus_file is None or queries is None:
        raise refused(
            path, f"it lacks {CORPUS} or {QUERIES}", f"Give a folder with both and {QRELS}/."
        )
    judged = _judgements(_qrels(path, split))
    examples, seen = [], set()
    for qid, row in unique(json_rows(queries), lambda row: row.identifier("_id")):
        seen.add(qid)
        places = tuple(place for place in judged.get(qid, ()) if place.relevance > 0)
        if places:
            examples.append(Example(id=qid, question=row.text("text"), gold=places))
    unknown = next((qid for qid in judged if qid not in seen), None)
    if unknown is not None:
        raise refused(
            queries, f"it lacks the query {unknown!r} of {QRELS}/", "Add it, or do not judge it."
        )
    if not examples:
        raise refused(path, "no query has a relevant document", "Judge some document above 0.")
    corpus = read_text_corpus(corpus_file, key="_id")
    settled, by_page = settle_pages(examples, corpus)
    name = path.resolve().name
    return assembled(
        name=f"{name} ({split})" if split else name,
        examples=settled,
        corpus=corpus,
        by_page=by_page,
    )


def _qrels(path: Path, split: str | None) -> Path:
    wanted = (split,) if split else SPLITS
    found = next((file for one in wanted if (file := stored(path / QRELS, f"{one}.tsv"))), None)
    if found is None:
        raise refused(
            path,
            f"it has no {' or '.join(f'{QRELS}/{one}.tsv' for one in wanted)}",
            "Add the judgements, or choose a split that is there with the format beir:SPLIT.",
        )
    return found


def _judgements(path: Path) -> dict[str, list[Place]]:
    """Query id to judged documents with their grades, 0 and less among them."""
    judged: dict[str, list[Place]] = defaultdict(list)
    for number, line in enumerate(read_bytes(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        row = Row(path=path, where=f"line {number}", values={})
        try:
            cells = line.decode("utf-8").rstrip("\r").split("\t")
        except UnicodeDecodeError as error:
            raise row.refused("it is not UTF-8", "Save the file as UTF-8.") from error
        if len(cells) != 3 or not cells[0] or not cells[1]:
            raise row.refused(f"it has {len(cells)} columns, or a blank one", _LINE_EXPECTED)
        if number == 1 and not _is_number(cells[2]):
            continue
        if not _is_number(cells[2]):
            raise row.refused(f"the grade {cells[2]!r} cannot be", _LINE_EXPECTED)
        place = Place(document=document_name(cells[1]), relevance=int(cells[2]))
        judged[cells[0]].append(place)
    return judged


def _is_number(cell: str) -> bool:
    return cell.strip().removeprefix("-").isdecimal()
