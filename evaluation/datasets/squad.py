"""SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018), and the sets written in the same way.

CMRC 2018 (Cui et al. 2019) comes in this form and in one of its own, DRCD (Shao et al. 2018) in
this one. Paragraphs are the documents, named by their article's title and their number in it.
Questions without text, which CMRC's trial set has, are left out; plausible answers are not used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from evaluation.dataset import Dataset, Example, Place
from evaluation.datasets.corpus import assembled, text_corpus
from evaluation.datasets.reading import Row, json_value, refused, unique
from ingest.sources import document_name

_EXPECTED: Final = (
    'Give a JSON file {"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", '
    '"answers"}]}]}]}, or CMRC\'s list of {"context_id", "context_text", "qas", "title"}.'
)


@dataclass(slots=True)
class _Paragraphs:
    """The documents met so far, each text once an article."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def name_of(self, title: str, text: str) -> str:
        """The name of the paragraph ``text`` of the article ``title``."""
        article = document_name(title)
        name = self.names.get((article, text))
        if name is None:
            name = f"{article}-{self.counts[article]:04d}"
            self.counts[article] += 1
            self.names[article, text] = name
            self.rows.append((name, title, text))
        return name


def read(path: Path) -> Dataset:
    """Read the JSON file ``path``; raises DatasetUnreadable, naming the place in the file."""
    paragraphs = _Paragraphs()
    name_of_question: dict[str, str] = {}

    def questions() -> Iterator[Row]:
        for title, text, asked in _paragraphs(path, json_value(path)):
            document = paragraphs.name_of(title, text)
            for row in asked:
                if str(row.values.get("question", "")).strip():
                    name_of_question[row.where] = document
                    yield row

    found = [
        _example(qid, row, name_of_question[row.where])
        for qid, row in unique(questions(), lambda row: row.identifier("id"))
    ]
    if not found:
        raise refused(path, "it has no questions", _EXPECTED)
    corpus = text_corpus(path, paragraphs.rows)
    return assembled(name=path.name.split(".")[0], examples=found, corpus=corpus)


def is_squad(value: Any) -> bool:
    """Whether a JSON value is in one of the two forms, by its outermost keys."""
    if isinstance(value, dict):
        return isinstance(value.get("data"), list)
    return isinstance(value, list) and bool(value) and _is_cmrc(value[0])


def _is_cmrc(value: Any) -> bool:
    return isinstance(value, dict) and "context_text" in value


def _paragraphs(path: Path, value: Any) -> Iterator[tuple[str, str, tuple[Row, ...]]]:
    """(title, text, questions) of every paragraph, in CMRC's own form or in SQuAD's."""
    if not is_squad(value):
        raise refused(path, "it is not in SQuAD's form", _EXPECTED)
    if isinstance(value, list):
        for row in Row(path=path, where="", values={"list": value}).objects("list"):
            title = row.text("title", optional=True) or row.identifier("context_id")
            yield title, row.text("context_text"), tuple(map(_renamed, row.objects("qas")))
        return
    for article in Row(path=path, where="", values=value).objects("data"):
        title = article.text("title", optional=True).replace("_", " ").strip() or "untitled"
        for row in article.objects("paragraphs"):
            yield title, row.text("context"), row.objects("qas")


def _renamed(row: Row) -> Row:
    """A question in CMRC's own form as one in SQuAD's."""
    answers = [{"text": answer} for answer in row.texts("answers")]
    values = {
        "id": row.values.get("query_id"),
        "question": row.values.get("query_text"),
        "answers": answers,
    }
    return Row(path=row.path, where=row.where, values=values)


def _example(qid: str, row: Row, document: str) -> Example:
    answerable = not row.flag("is_impossible", default=False)
    given = [one.text("text", optional=True) for one in row.objects("answers")]
    answers = tuple(dict.fromkeys(answer for answer in given if answer.strip()))
    return Example(
        id=qid,
        question=row.text("question"),
        answers=answers if answerable else (),
        gold=(Place(document=document),) if answerable else (),
        answerable=answerable,
        tags={} if answerable else {"document": document},
    )
