from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.dataset import FileCorpus, LibraryCorpus
from evaluation.datasets.loading import collections_of, load, sets_in
from evaluation.datasets.sampling import retrievable
from evaluation.errors import DatasetUnreadable
from tests.evaluation.datasets.test_beir import HEADER, write_beir
from tests.evaluation.datasets.written import (
    ROOT,
    SHARED,
    asked,
    write_files,
    write_lines,
    write_set,
)

LIBRARY = LibraryCorpus(collections=("shelf",), documents=2, digest="d")
SQUAD = {
    "data": [
        {"title": "A", "paragraphs": [{"context": "c", "qas": [{"id": "s", "question": "?"}]}]}
    ]
}
CMRC = [{"context_id": "C", "context_text": "文", "qas": [{"query_id": "c", "query_text": "问"}]}]
RGB = {"id": 1, "query": "问", "answer": "答", "positive": ["文"], "negative": []}
REAL = {  # documents, questions, of which retrievable, by page
    "clapnq_dev": (596, 600, 300, False),
    "cmrc2018_dev": (848, 3219, 3219, False),
    "financebench": (41, 93, 93, True),
    "ohr_finance": (6, 470, 470, True),
    "product_docs_claude": (232, 100, 100, False),
    "rgb_zh_refine": (7337, 300, 300, False),
    "squad2_dev": (1204, 11873, 5928, False),
    "train/cmrc2018_trial": (256, 1000, 1000, False),
}


def ids(path: Path, **options: Any) -> list[str]:
    return [one.id for one in load(path, **options).examples]


def write_json(path: Path, value: Any, *, indent: int | None = None) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=indent), encoding="utf-8")
    return path


@pytest.mark.parametrize("indent", [None, 2])
def test_formats_are_told_by_what_is_there(tmp_path: Path, indent: int | None) -> None:
    assert ids(write_set(tmp_path / "own", [asked("j")])) == ["j"]
    assert ids(tmp_path / "own" / "questions.jsonl") == ["j"]
    assert ids(write_beir(tmp_path / "beir", test=f"{HEADER}q1\td1\t1\n")) == ["q1"]
    assert ids(write_json(tmp_path / "squad.json", SQUAD, indent=indent)) == ["s"]
    assert ids(write_json(tmp_path / "cmrc.json", CMRC, indent=indent)) == ["c"]
    assert ids(write_lines(tmp_path / "zh.json", [RGB, RGB | {"id": 2}])) == ["1", "2"]
    assert ids(write_lines(tmp_path / "zh.jsonl.gz", [RGB])) == ["1"]
    write_files(tmp_path / "table" / "documents", "a.txt")
    (tmp_path / "table" / "faq.csv").write_text("id,问题\nt,谁？\n", encoding="utf-8")
    assert ids(tmp_path / "table" / "faq.csv") == ids(tmp_path / "table") == ["t"]


def test_a_folder_with_one_file_is_that_file(tmp_path: Path) -> None:
    write_json(tmp_path / "dev.json", SQUAD)
    write_files(tmp_path, "README.md", ".hidden.json")
    write_json(tmp_path / "meta.json", {"language": "en"})
    assert ids(tmp_path) == ["s"]
    write_json(tmp_path / "train.json", SQUAD)
    with pytest.raises(DatasetUnreadable, match=r"there are 2 \(dev\.json, train\.json\)"):
        load(tmp_path)


def test_a_format_may_be_forced(tmp_path: Path) -> None:
    path = write_json(tmp_path / "dev.json", SQUAD)
    for name in ("squad", "drcd", "CMRC"):
        assert ids(path, format=name) == ["s"]
    with pytest.raises(DatasetUnreadable, match="line 1: 'id' is missing"):
        load(path, format="rgb")
    beir = write_beir(tmp_path / "b", dev=f"{HEADER}q2\td2\t1\n", train=f"{HEADER}q1\td1\t1\n")
    assert ids(beir, format="beir") == ["q2"]
    assert ids(beir, format="beir:train") == ["q1"]
    for name in ("xml", "squad:dev"):
        with pytest.raises(DatasetUnreadable, match=f"there is no format '{name}'") as caught:
            load(path, format=name)
        assert "jsonl, squad, cmrc, drcd, beir, rgb, csv, tsv" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.json", b'{"x": 1}'), ("a.json", b"[1, 2]"), ("a.json", b""), ("a.pdf", b"%PDF-1.7")],
)
def test_what_is_in_no_format_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DatasetUnreadable, match="in none of the known formats") as caught:
        load(tmp_path / name)
    assert "questions.jsonl" in caught.value.hint
    assert "qrels/" in caught.value.hint


def test_broken_json_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"data": [', encoding="utf-8")
    with pytest.raises(DatasetUnreadable, match="it is not JSON"):
        load(tmp_path / "a.json")


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="there is no such file or folder"):
        load(tmp_path / "none")
    with pytest.raises(DatasetUnreadable, match="it holds no questions in a known format"):
        load(tmp_path)


def test_only_sets_that_may_be_without_documents_ask_a_library(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "mine.jsonl", [asked()])
    assert load(path, library=LIBRARY).corpus is LIBRARY
    table = tmp_path / "mine.csv"
    table.write_text("question\nWho?\n", encoding="utf-8")
    assert load(table, library=LIBRARY).corpus is LIBRARY
    with pytest.raises(DatasetUnreadable, match="a squad set brings its own documents"):
        load(write_json(tmp_path / "dev.json", SQUAD), library=LIBRARY)


def test_the_collections_a_set_asks(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "questions.jsonl", [asked()])
    assert collections_of(tmp_path) == ()
    write_json(tmp_path / "meta.json", {"collections": ["手册", "rules"]})
    assert collections_of(tmp_path) == collections_of(path) == ("手册", "rules")


def test_a_folder_of_sets_names_each(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write_set(tmp_path / name, [asked()])
    write_beir(tmp_path / "c")
    write_files(tmp_path / "other", "notes.txt")
    assert sets_in(tmp_path) == [tmp_path / name for name in ("a", "b", "c")]
    assert sets_in(tmp_path / "a") == [tmp_path / "a"]
    assert sets_in(tmp_path / "other") == [tmp_path / "other"]
    assert sets_in(tmp_path / "none") == [tmp_path / "none"]


def test_the_real_sets_that_are_there() -> None:
    for name, (documents, questions, found, by_page) in REAL.items():
        if not (SHARED / name).is_dir():
            continue
        dataset = load(SHARED / name)
        assert len(dataset.corpus) == documents, name
        assert len(dataset.examples) == questions, name
        assert len(retrievable(dataset)) == found, name
        assert dataset.by_page is by_page, name


def test_the_samples() -> None:
    dataset = load(ROOT / "samples")
    assert isinstance(dataset.corpus, FileCorpus)
    assert len(retrievable(dataset)) == 90
    assert dataset.digest == load(ROOT / "samples" / "questions.jsonl").digest
