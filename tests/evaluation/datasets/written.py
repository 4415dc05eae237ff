"""Small question sets written to disk for the tests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "data"
HERE = Path("here")
MANUAL = {"doc_id": "manual", "title": "Pump", "text": "The pump weighs 12 kg."}
RULES = {"doc_id": "规定", "title": "规定", "text": "报销须在三十天内提交。"}


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """The rows as JSON Lines; gzipped where the name says so."""
    data = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_set(
    folder: Path,
    questions: Iterable[dict[str, Any]],
    *,
    corpus: Iterable[dict[str, Any]] = (MANUAL, RULES),
    meta: dict[str, Any] | None = None,
) -> Path:
    """A folder in the workbench's own format, with a corpus of texts."""
    write_lines(folder / "questions.jsonl", questions)
    write_lines(folder / "corpus.jsonl", corpus)
    if meta is not None:
        (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return folder


def write_files(folder: Path, *names: str) -> Path:
    """Files by name with their name as content; their bytes matter to digests alone."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}", encoding="utf-8")
    return folder


def write_file_set(
    folder: Path,
    questions: Iterable[dict[str, Any]],
    *names: str,
    meta: dict[str, Any] | None = None,
) -> Path:
    """A folder in the workbench's own format, with files as documents."""
    write_lines(folder / "questions.jsonl", questions)
    write_files(folder / "documents", *names)
    if meta is not None:
        (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return folder


def asked(qid: str = "1", **more: Any) -> dict[str, Any]:
    """A line of questions.jsonl."""
    return {"qid": qid, "question": f"What is asked in {qid}?", **more}
