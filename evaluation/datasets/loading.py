"""The one door to question sets: tells the formats apart by what is there.

Knows which formats there are and what shows them, not how any is read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from evaluation.dataset import Dataset, LibraryCorpus
from evaluation.datasets import beir, jsonl, rgb, squad, table
from evaluation.datasets.corpus import CORPUS
from evaluation.datasets.reading import json_value, read_bytes, refused, stored

FORMATS: Final = {
    "jsonl": "jsonl",
    "squad": "squad",
    "cmrc": "squad",
    "drcd": "squad",
    "beir": "beir",
    "rgb": "rgb",
    "csv": "csv",
    "tsv": "csv",
}
"""Every name a format goes by, with the one it is read as."""
_LOOKED_FOR: Final = (
    "Give a folder with questions.jsonl; a BEIR folder with corpus.jsonl, queries.jsonl and "
    "qrels/; a file of SQuAD, CMRC, DRCD or RGB (.json); a table of questions and answers (.csv, "
    ".tsv); or a folder with one such file."
)
_SINGLE_FILES: Final = (".json", ".jsonl", ".json.gz", ".jsonl.gz", *table.SUFFIXES)
_NOT_QUESTIONS: Final = (jsonl.META, CORPUS, f"{CORPUS}.gz")


def load(path: Path, *, format: str | None = None, library: LibraryCorpus | None = None) -> Dataset:
    """Read the question set at ``path``, a folder or a file.

    ``format`` is one of ``FORMATS``, None to tell it by what is there; ``beir:dev`` chooses a split
    of a BEIR folder. ``library`` is asked instead of documents that lie beside the questions; only
    questions.jsonl and tables can be without documents of their own. Raises DatasetUnreadable.
    """
    if not path.exists():
        raise refused(path, "there is no such file or folder", _LOOKED_FOR)
    name, _, split = format.partition(":") if format else (_told(path), "", "")
    kind = FORMATS.get(name.lower())
    if kind is None or (split and kind != "beir"):
        raise refused(
            path,
            f"there is no format {format!r}",
            f"Choose one of {', '.join(FORMATS)}, or beir:SPLIT.",
        )
    if kind == "jsonl":
        return jsonl.read(path, library=library)
    if kind == "csv":
        return table.read(_only_file(path, table.SUFFIXES), library=library)
    if library is not None:
        raise refused(
            path,
            f"a {name} set brings its own documents",
            "Leave the collections out, or write the questions as questions.jsonl.",
        )
    if kind == "beir":
        return beir.read(path, split=split or None)
    file = _only_file(path, (".json", ".jsonl", ".json.gz", ".jsonl.gz"))
    return squad.read(file) if kind == "squad" else rgb.read(file)


def collections_of(path: Path) -> tuple[str, ...]:
    """The library's collections that the set at ``path`` asks, empty where it has documents."""
    return jsonl.read_meta(path if path.is_dir() else path.parent).collections


def sets_in(path: Path) -> list[Path]:
    """The sets that ``path`` names: itself, or where it only holds folders with sets, each of them.

    Folders are told by questions.jsonl or queries.jsonl in them; they come sorted by name.
    """
    if not path.is_dir() or _holds_set(path):
        return [path]
    return sorted(one for one in path.iterdir() if one.is_dir() and _holds_set(one)) or [path]


def _holds_set(folder: Path) -> bool:
    return any(stored(folder, name) for name in (jsonl.QUESTIONS, beir.QUERIES))


def _told(path: Path) -> str:
    """The format by what is in the folder or file."""
    if path.is_dir():
        if stored(path, jsonl.QUESTIONS):
            return "jsonl"
        if stored(path, beir.QUERIES):
            return "beir"
        path = _only_file(path, _SINGLE_FILES)
    if path.name.lower().endswith(table.SUFFIXES):
        return "csv"
    first = next((line for line in read_bytes(path).split(b"\n") if line.strip()), b"")
    try:
        row = json.loads(first.decode("utf-8"))
    except (ValueError, RecursionError):
        row = None
    if isinstance(row, dict) and {"query", "positive"} <= row.keys():
        return "rgb"
    if isinstance(row, dict) and "question" in row:
        return "jsonl"
    if first.lstrip()[:1] in (b"{", b"[") and squad.is_squad(json_value(path)):
        return "squad"
    raise refused(path, "it is in none of the known formats", _LOOKED_FOR)


def _only_file(path: Path, endings: tuple[str, ...]) -> Path:
    """``path`` itself, or the one file with such an ending in the folder ``path``."""
    if not path.is_dir():
        return path
    found = [
        file
        for file in sorted(path.iterdir())
        if file.is_file()
        and file.name.lower().endswith(endings)
        and not file.name.startswith(".")
        and file.name not in _NOT_QUESTIONS
    ]
    if len(found) == 1:
        return found[0]
    there = ", ".join(file.name for file in found[:5]) if found else "none"
    raise refused(
        path,
        f"it must hold one file ending in {', '.join(endings)}; there are {len(found)} ({there})"
        if found
        else "it holds no questions in a known format",
        _LOOKED_FOR,
    )
