"""The workbench's own format: questions.jsonl, its corpus beside it, and meta.json about both.

A line is ``{"qid", "question", "answers", "required", "gold_doc_ids", "gold_pages",
"gold_refs": [{"doc_id", "page", "relevance"}], "evidence", "answerable",
"written_against_doc_ids", "negative_doc_ids"}``, of which only the first two must be there.
``negative_doc_ids`` and the answers of an unanswerable question are not used; any other key with a
string, number, true or false is a tag. ``required`` are groups of which an answer must hold one
member each; without ``answers``, the first of each group make one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from evaluation.dataset import Dataset, Example, LibraryCorpus, Place
from evaluation.datasets.corpus import assembled, corpus_beside
from evaluation.datasets.parts import whole_answer
from evaluation.datasets.places import DocumentNames, paired, settle_pages
from evaluation.datasets.reading import Row, json_rows, json_value, refused, stored, unique

QUESTIONS: Final = "questions.jsonl"
META: Final = "meta.json"
FIELDS: Final = frozenset(
    {
        "qid", "question", "answers", "required", "gold_doc_ids", "gold_pages", "gold_refs",
        "evidence", "answerable", "written_against_doc_ids", "negative_doc_ids",
    }
)  # fmt: skip
"""Keys of a line that are not tags."""
_CORPUS_EXPECTED: Final = (
    "Put corpus.jsonl, or the documents in a folder documents/ or pdfs/, beside it, or name the "
    "collections of the library that it asks."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What meta.json says of a set.

    ``page_base`` is the number of the first page in ``gold_pages`` and ``gold_refs``, 0 or 1.
    ``collections`` are those of the library that a set without a corpus of its own asks.
    ``answers_add_up`` tells that where a question has several gold documents, its answers are
    parts that are all needed, not alternatives.
    """

    name: str = ""
    page_base: int = 0
    synthetic: bool = False
    collections: tuple[str, ...] = ()
    answers_add_up: bool = False


def read(path: Path, *, library: LibraryCorpus | None = None) -> Dataset:
    """Read a folder with questions.jsonl (or gzipped), or one such file by its own name.

    ``library`` is what is asked instead of the corpus beside the questions. Raises
    DatasetUnreadable with the line where a line is at fault.
    """
    questions = stored(path, QUESTIONS) if path.is_dir() else path
    if questions is None:
        raise refused(path, f"it has no {QUESTIONS}", f"Give a folder with {QUESTIONS} in it.")
    folder = questions.parent
    meta = read_meta(folder)
    beside = corpus_beside(folder)
    corpus = library or beside
    if corpus is None:
        asked = f" (it asks the collections {', '.join(meta.collections)})"
        detail = f"its questions have no documents{asked if meta.collections else ''}"
        raise refused(path, detail, _CORPUS_EXPECTED)
    names = DocumentNames(beside)
    rows = unique(json_rows(questions), lambda row: row.identifier("qid"))
    found = [_example(qid, row, names, meta) for qid, row in rows]
    if not found:
        raise refused(questions, "it has no questions", "Write one JSON object a line.")
    examples, by_page = settle_pages(found, corpus)
    is_set = questions.name.removesuffix(".gz") == QUESTIONS
    return assembled(
        name=(meta.name or folder.resolve().name) if is_set else questions.name.split(".")[0],
        examples=examples,
        corpus=corpus,
        by_page=by_page,
        synthetic=meta.synthetic,
    )


def read_meta(folder: Path) -> Meta:
    """What meta.json in ``folder`` says, the defaults without one; raises DatasetUnreadable."""
    path = folder / META
    if not path.is_file():
        return Meta()
    values = json_value(path)
    if not isinstance(values, dict):
        raise refused(path, "it is not a JSON object", 'Write an object, such as {"page_base": 1}.')
    row = Row(path=path, where="", values=values)
    page_base = values.get("page_base", 0)
    if type(page_base) is not int or page_base not in (0, 1):
        raise row.refused(
            f"'page_base' is {page_base!r}", "Write 0 or 1: the number of a document's first page."
        )
    return Meta(
        name=row.text("name", optional=True).strip(),
        page_base=page_base,
        synthetic=row.flag("synthetic", default=False),
        collections=row.texts("collections"),
        answers_add_up=row.flag("answers_add_up", default=False),
    )


def _example(qid: str, row: Row, names: DocumentNames, meta: Meta) -> Example:
    gold = _gold(row, names, meta.page_base)
    answerable = row.flag("answerable", default=True)
    if gold and not answerable:
        raise row.refused(
            "'answerable' is false, but gold documents are named",
            "Name what such a question was written from in 'written_against_doc_ids'.",
        )
    answers, required = _answers(row, meta, gold) if answerable else ((), ())
    return Example(
        id=qid,
        question=row.text("question"),
        answers=answers,
        required=required,
        gold=gold,
        evidence=row.texts("evidence"),
        answerable=answerable,
        tags=_tags(row, names),
    )


def _answers(
    row: Row, meta: Meta, gold: tuple[Place, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """``Example.answers`` and ``Example.required``."""
    answers, required = row.texts("answers"), _required(row)
    several = len({place.document for place in gold}) > 1
    if meta.answers_add_up and several and len(answers) > 1 and not required:
        required = tuple((answer,) for answer in answers)
        answers = ()
    return answers or ((whole_answer(required),) if required else ()), required


def _required(row: Row) -> tuple[tuple[str, ...], ...]:
    groups = row.values.get("required")
    if groups is None:
        return ()
    expected = "Write 'required' as a list of groups, each a string or a list of strings."
    if not isinstance(groups, list):
        raise row.refused("'required' is not a list", expected)
    found = [replace(row, values={"required": one}) for one in groups]
    required = tuple(one.texts("required") for one in found)
    if not all(required):
        raise row.refused("a group of 'required' is empty", expected)
    return required


def _gold(row: Row, names: DocumentNames, page_base: int) -> tuple[Place, ...]:
    """From ``gold_refs``, else from ``gold_doc_ids`` with ``gold_pages``; pages from 1."""
    references = row.objects("gold_refs")
    if references:
        return tuple(
            Place(
                document=names.resolve(one.identifier("doc_id"), row),
                page=_page(one.values.get("page"), one, page_base),
                relevance=_relevance(one),
            )
            for one in references
        )
    documents = [names.resolve(given, row) for given in row.texts("gold_doc_ids")]
    pages = row.values.get("gold_pages") or []
    if not isinstance(pages, list):
        raise row.refused("'gold_pages' is not a list", "Write 'gold_pages' as a list of numbers.")
    return paired(documents, [_page(page, row, page_base) for page in pages], row)


def _page(page: Any, row: Row, page_base: int) -> int | None:
    if page is None:
        return None
    if type(page) is not int or page < page_base:
        raise row.refused(
            f"the page {page!r} cannot be", f"Write a number; pages count from {page_base} here."
        )
    return page - page_base + 1


def _relevance(row: Row) -> int:
    relevance = row.values.get("relevance", 1)
    if type(relevance) is not int or relevance < 1:
        raise row.refused(f"the relevance {relevance!r} cannot be", "Write a number from 1.")
    return relevance


def _tags(row: Row, names: DocumentNames) -> dict[str, str]:
    tags = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in row.values.items()
        if key not in FIELDS and isinstance(value, str | int | float)
    }
    against = row.texts("written_against_doc_ids")
    return tags | {"document": names.resolve(against[0], row)} if against else tags
