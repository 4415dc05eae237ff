"""RGB (Chen et al. 2024, "Benchmarking Large Language Models in Retrieval-Augmented Generation").

One JSON object a line, ``{"id", "query", "answer", "positive", "negative", "positive_wrong"}``.
The documents are all snippets of the file, each text once, the misleading ones among them.

RGB's accuracy wants every part of an answer, in one of the part's forms. Where there are several
parts they are ``Example.required``, and ``Example.answers`` holds their first forms as one answer.
Where there is one part, its forms are ``Example.answers``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any, Final

from evaluation.dataset import Dataset, Example, Place
from evaluation.datasets.corpus import assembled, text_corpus
from evaluation.datasets.parts import whole_answer
from evaluation.datasets.reading import Row, json_rows, refused

_SNIPPETS: Final = ("positive", "negative", "positive_wrong")
_ANSWER_EXPECTED: Final = "Write 'answer' as a string, or as a list of strings and of such lists."


def read(path: Path) -> Dataset:
    """Read the JSON Lines file ``path``; raises DatasetUnreadable with the line at fault.

    Where the file gives an id again, the later question gets ``#2`` after it, and so on.
    """
    texts: dict[str, str] = {}
    times: Counter[str] = Counter()
    examples = []
    for row in json_rows(path):
        given = row.identifier("id")
        times[given] += 1
        qid = given if times[given] == 1 else f"{given}#{times[given]}"
        found = {key: _snippets(row, key) for key in _SNIPPETS}
        for snippets in found.values():
            texts.update((_name(text), text) for text in snippets)
        examples.append(_example(qid, row, found["positive"]))
    if not examples:
        raise refused(path, "it has no questions", "Write one JSON object a line.")
    corpus = text_corpus(path, ((name, "", text) for name, text in texts.items()))
    return assembled(name=path.name.split(".")[0], examples=examples, corpus=corpus)


def _name(text: str) -> str:
    return f"rgb-{hashlib.sha256(text.encode('utf-8')).hexdigest()[:12]}"


def _snippets(row: Row, key: str) -> tuple[str, ...]:
    """Under ``positive``, some files list the snippets of each part of the answer apart."""
    value = row.values.get(key) or []
    nested = value if isinstance(value, list) else [value]
    flat = [one for part in nested for one in (part if isinstance(part, list) else [part])]
    return Row(path=row.path, where=row.where, values={key: flat}).texts(key)


def _example(qid: str, row: Row, positive: tuple[str, ...]) -> Example:
    parts = _parts(row)
    several = len(parts) > 1
    return Example(
        id=qid,
        question=row.text("query"),
        answers=(whole_answer(parts),) if several else parts[0],
        required=parts if several else (),
        gold=tuple(Place(document=name) for name in dict.fromkeys(map(_name, positive))),
    )


def _parts(row: Row) -> tuple[tuple[str, ...], ...]:
    answer: Any = row.values.get("answer")
    parts = answer if isinstance(answer, list) else [answer]
    groups = [part if isinstance(part, list) else [part] for part in parts]
    if not groups or not all(group and all(map(_is_text, group)) for group in groups):
        raise row.refused(f"'answer' is {str(answer)[:60]}", _ANSWER_EXPECTED)
    return tuple(tuple(group) for group in groups)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
