"""A set written in the workbench's own format, as ``load`` reads it back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evaluation.dataset import Dataset, Example, FileCorpus, LibraryCorpus, TextCorpus
from evaluation.datasets.corpus import CORPUS, FOLDERS
from evaluation.datasets.jsonl import FIELDS, META, QUESTIONS
from evaluation.errors import DatasetExists


def save(dataset: Dataset, folder: Path) -> None:
    """Write ``dataset`` into ``folder``, made where it is missing.

    Documents are written or copied beside the questions; of a library only the names of the
    collections are kept, and ``load`` needs ``library``. Raises DatasetExists where a set is in the
    folder already, ValueError where a tag has the name of a field. The questions are written last:
    a folder that was not finished is no question set.
    """
    names = (QUESTIONS, META, CORPUS, f"{QUESTIONS}.gz", f"{CORPUS}.gz", *FOLDERS)
    taken = [name for name in names if (folder / name).exists()]
    if taken:
        raise DatasetExists(path=str(folder), found=", ".join(taken))
    lines = [_line(example) for example in dataset.examples]
    folder.mkdir(parents=True, exist_ok=True)
    meta: dict[str, Any] = {
        "name": dataset.name,
        "page_base": 1,
        "synthetic": dataset.synthetic,
        "counts": {"docs": len(dataset.corpus), "questions": len(lines)},
    }
    if isinstance(dataset.corpus, LibraryCorpus):
        meta["collections"] = list(dataset.corpus.collections)
    elif isinstance(dataset.corpus, TextCorpus):
        rows = dataset.corpus.rows
        told = ({"doc_id": name, "title": title, "text": text} for name, title, text in rows)
        _write_lines(folder / CORPUS, told)
    else:
        _copy(dataset.corpus, folder / FOLDERS[0])
    shown = json.dumps(meta, ensure_ascii=False, indent=1)
    (folder / META).write_text(f"{shown}\n", encoding="utf-8")
    _write_lines(folder / QUESTIONS, lines)


def _line(example: Example) -> dict[str, Any]:
    clash = FIELDS & example.tags.keys()
    if clash:
        raise ValueError(f"the tags {sorted(clash)} of example {example.id!r} are names of fields")
    references = [
        {"doc_id": place.document}
        | ({} if place.page is None else {"page": place.page})
        | ({} if place.relevance == 1 else {"relevance": place.relevance})
        for place in example.gold
    ]
    line: dict[str, Any] = {
        "qid": example.id,
        "question": example.question,
        "answers": example.answers,
    }
    if example.required:
        line["required"] = example.required
    line |= {
        "gold_refs": references,
        "evidence": example.evidence,
        "answerable": example.answerable,
    }
    return line | example.tags


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def _copy(corpus: FileCorpus, folder: Path) -> None:
    for name, path in corpus.files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
