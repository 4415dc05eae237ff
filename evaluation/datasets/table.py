"""Questions and answers in a table: CSV with any common separator, or TSV, in any encoding.

The columns are found by their headings, English or Chinese; only the question's must be there.
Several answers, documents, pages or evidence sentences in one cell are separated by `` | ``.
Pages count from 1. The document of an unanswerable question is the one it was written from. Other
columns are tags.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evaluation.dataset import Dataset, Example, LibraryCorpus, Place
from evaluation.datasets.corpus import assembled, corpus_beside
from evaluation.datasets.places import DocumentNames, paired, settle_pages
from evaluation.datasets.reading import Row, read_bytes, refused, unique
from ingest.loaders.encoding import decode

SUFFIXES: Final = (".csv", ".tsv")
COLUMNS: Final = {
    "id": ("id", "qid", "编号", "編號"),
    "question": ("question", "问题", "問題"),
    "answers": ("answers", "answer", "答案"),
    "document": ("document", "文档", "文檔", "文件"),
    "page": ("page", "页码", "頁碼"),
    "evidence": ("evidence", "依据", "依據"),
    "answerable": ("answerable", "可回答"),
}
"""What each column may be headed."""
_TRUE: Final = frozenset({"true", "yes", "y", "1", "是", "可", "对", "對"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "否", "不可", "错", "錯"})
_SEPARATORS: Final = (",", ";", "\t")
_BETWEEN: Final = " | "
_EXPECTED: Final = "Head one column 'question' (or 问题) and another 'answer' (or 答案)."


def read(path: Path, *, library: LibraryCorpus | None = None) -> Dataset:
    """Read the file ``path``; its documents are beside it, or those of ``library``.

    Raises DatasetUnreadable with the line that is at fault. A question without an id gets one made
    from its text.
    """
    beside = corpus_beside(path.parent)
    corpus = library or beside
    if corpus is None:
        raise refused(
            path,
            "its questions have no documents",
            "Put the documents in a folder documents/ or pdfs/, or corpus.jsonl, beside it, or "
            "name the collections of the library that it asks.",
        )
    names = DocumentNames(beside)
    found = [_example(qid, row, names) for qid, row in unique(_rows(path), _id)]
    if not found:
        raise refused(path, "it has no questions", "Write one question a line under the headings.")
    examples, by_page = settle_pages(found, corpus)
    return assembled(
        name=path.name.split(".")[0], examples=examples, corpus=corpus, by_page=by_page
    )


def _rows(path: Path) -> Iterator[Row]:
    """The lines below the headings as strings by column, blank lines left out."""
    decoded = decode(read_bytes(path))
    if decoded.replaced:
        raise refused(
            path,
            f"{decoded.replaced} characters cannot be read as {decoded.encoding}",
            "Save the file as UTF-8.",
        )
    separator = _separator(path, decoded.text)
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=separator)
    columns: list[str] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            where = f"line {reader.line_num}"
            if not any(stripped):
                continue
            if not columns:
                columns = _columns(path, stripped, where)
                continue
            if any(stripped[len(columns) :]):
                raise refused(
                    path,
                    f"it has {len(cells)} cells under {len(columns)} headings",
                    "Put cells that hold the separator in double quotes.",
                    where=where,
                )
            yield Row(path=path, where=where, values=dict(zip(columns, stripped, strict=False)))
    except csv.Error as error:
        raise refused(
            path, f"it is not a table ({error})", _EXPECTED, where=f"line {reader.line_num}"
        ) from error


def _separator(path: Path, text: str) -> str:
    """The separator under which the first line that is not blank has a question's heading."""
    first = re.split(r"[\r\n]", text.lstrip(), maxsplit=1)[0]
    for separator in _SEPARATORS:
        cells = next(csv.reader([first], delimiter=separator), [])
        if any(_column(cell) == "question" for cell in cells):
            return separator
    raise refused(path, f"no column is headed 'question' (the first line is {first[:60]!r})",
                  _EXPECTED)  # fmt: skip


def _columns(path: Path, headings: list[str], where: str) -> list[str]:
    columns = [_column(heading) for heading in headings]
    column, times = Counter(name for name in columns if name).most_common(1)[0]
    if times > 1:
        raise refused(
            path, f"{times} columns are headed {column!r}", "Keep one of them.", where=where
        )
    return columns


def _column(heading: str) -> str:
    known = heading.strip().casefold()
    return next((name for name, forms in COLUMNS.items() if known in forms), heading.strip())


def _id(row: Row) -> str:
    given = str(row.values.get("id", ""))
    return given or hashlib.sha256(row.text("question").encode("utf-8")).hexdigest()[:12]


def _example(qid: str, row: Row, names: DocumentNames) -> Example:
    pages = [_page(cell, row) for cell in _cells(row, "page")]
    documents = [names.resolve(cell, row) for cell in _cells(row, "document")]
    places: tuple[Place, ...] = paired(documents, pages, row)
    answerable = _answerable(row)
    tags = {key: value for key, value in row.values.items() if key not in COLUMNS and key and value}
    if places and not answerable:
        tags["document"] = places[0].document
    return Example(
        id=qid,
        question=row.text("question"),
        answers=_cells(row, "answers") if answerable else (),
        gold=places if answerable else (),
        evidence=_cells(row, "evidence"),
        answerable=answerable,
        tags=tags,
    )


def _cells(row: Row, key: str) -> tuple[str, ...]:
    parts = str(row.values.get(key, "")).split(_BETWEEN)
    return tuple(part.strip() for part in parts if part.strip())


def _page(cell: str, row: Row) -> int:
    if not cell.isdecimal() or int(cell) < 1:
        raise row.refused(f"the page {cell!r} cannot be", "Write a number; pages count from 1.")
    return int(cell)


def _answerable(row: Row) -> bool:
    cell = str(row.values.get("answerable", "")).casefold()
    if cell in _FALSE:
        return False
    if cell and cell not in _TRUE:
        raise row.refused(
            f"'answerable' is {cell!r}", "Write true or false, yes or no, 是 or 否, or nothing."
        )
    return True
