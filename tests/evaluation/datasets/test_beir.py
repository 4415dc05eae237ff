from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.dataset import Place, TextCorpus
from evaluation.datasets.beir import read
from evaluation.errors import DatasetUnreadable
from tests.evaluation.datasets.written import write_lines

HEADER = "query-id\tcorpus-id\tscore\n"


def write_beir(folder: Path, **qrels: str) -> Path:
    documents: list[dict[str, Any]] = [
        {"_id": "d1", "title": "Pump", "text": "It weighs 12 kg.", "metadata": {}},
        {"_id": "d2", "title": "", "text": "报销须在三十天内提交。"},
        {"_id": "d3", "text": "Nothing."},
    ]
    queries = [
        {"_id": "q1", "text": "How heavy?"},
        {"_id": "q2", "text": "几天内报销？"},
        {"_id": "q3", "text": "Why?"},
    ]
    write_lines(folder / "corpus.jsonl", documents)
    write_lines(folder / "queries.jsonl", queries)
    for split, text in qrels.items():
        (folder / "qrels").mkdir(exist_ok=True)
        (folder / "qrels" / f"{split}.tsv").write_bytes(text.encode())
    return folder


def test_judged_queries_are_the_questions(tmp_path: Path) -> None:
    qrels = HEADER + "q2\td2\t2\nq2\td1\t1\nq1\td1\t1\nq1\td3\t0\nq3\td3\t0\n"
    dataset = read(write_beir(tmp_path / "tiny", test=qrels))
    assert dataset.name == "tiny"
    assert isinstance(dataset.corpus, TextCorpus)
    assert dataset.corpus.rows[2] == ("d3", "", "Nothing.")
    assert [one.id for one in dataset.examples] == ["q1", "q2"]
    first, second = dataset.examples
    assert first.gold == (Place(document="d1"),)
    assert second.gold == (Place(document="d2", relevance=2), Place(document="d1"))
    assert second.question == "几天内报销？"
    assert second.answers == ()


def test_splits_are_looked_for_in_order(tmp_path: Path) -> None:
    train, dev, test = (f"{HEADER}{query}\td1\t1\n" for query in ("q1", "q2", "q3"))
    path = write_beir(tmp_path, train=train)
    assert read(path).examples[0].id == "q1"
    write_beir(tmp_path, dev=dev)
    assert read(path).examples[0].id == "q2"
    write_beir(tmp_path, test=test)
    assert read(path).examples[0].id == "q3"
    chosen = read(path, split="train")
    assert chosen.examples[0].id == "q1"
    assert chosen.name == f"{tmp_path.name} (train)"
    with pytest.raises(DatasetUnreadable, match=r"no qrels/other\.tsv"):
        read(path, split="other")


def test_no_header_windows_lines_and_a_mark(tmp_path: Path) -> None:
    path = write_beir(tmp_path, test="\ufeffq1\td1\t1\r\n\r\nq2\td2\t1")
    assert [one.id for one in read(path).examples] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("qrels", "message"),
    [
        (HEADER + "q1 d1 1\n", "line 2: it has 1 columns"),
        (HEADER + "q1\t0\td1\t1\n", "line 2: it has 4 columns"),
        (HEADER + "\td1\t1\n", "line 2: .*a blank one"),
        (HEADER + "q1\td1\thigh\n", "line 2: the grade 'high' cannot be"),
        (HEADER + "q1\td1\t0.5\n", r"line 2: the grade '0\.5' cannot be"),
        (HEADER + "q9\td1\t1\n", "it lacks the query 'q9'"),
        (HEADER + "q1\td1\t0\n", "no query has a relevant document"),
        (HEADER, "no query has a relevant document"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, qrels: str, message: str) -> None:
    with pytest.raises(DatasetUnreadable, match=message):
        read(write_beir(tmp_path, test=qrels))


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    path = write_beir(tmp_path)
    with pytest.raises(DatasetUnreadable, match=r"no qrels/test\.tsv or qrels/dev\.tsv"):
        read(path)
    (path / "queries.jsonl").unlink()
    with pytest.raises(DatasetUnreadable, match=r"lacks corpus\.jsonl or queries\.jsonl"):
        read(path)
