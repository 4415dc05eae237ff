from __future__ import annotations

import os
from pathlib import Path

import pytest

from evaluation.dataset import Example, FileCorpus, LibraryCorpus, Place, TextCorpus
from evaluation.datasets.corpus import (
    assembled,
    corpus_beside,
    file_corpus,
    is_paginated,
    names_of,
    read_text_corpus,
    text_corpus,
)
from evaluation.errors import DatasetUnreadable
from tests.evaluation.datasets.written import MANUAL, RULES, write_files, write_lines

HERE = Path("here")


def test_texts_are_documents(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "corpus.jsonl", [MANUAL, RULES | {"title": None}])
    corpus = read_text_corpus(path, key="doc_id")
    assert corpus.rows == (
        ("manual", "Pump", "The pump weighs 12 kg."),
        ("规定", "", "报销须在三十天内提交。"),
    )
    assert len(corpus) == 2
    assert [one.name for one in corpus.documents()] == ["manual", "规定"]
    assert names_of(corpus) == frozenset({"manual", "规定"})


def test_names_are_folded_as_the_product_folds_them(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "corpus.jsonl", [MANUAL | {"doc_id": "cafe\u0301\n"}])
    assert read_text_corpus(path, key="doc_id").rows[0][0] == "café"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([MANUAL, MANUAL], "line 2: 'manual' was already given in line 1"),
        ([{"text": "no name"}], "line 1: 'doc_id' is missing"),
        ([MANUAL, {"doc_id": "b", "text": 5}], "line 2: 'text' is 5"),
        ([], "it has no documents"),
    ],
)
def test_bad_texts_are_refused(tmp_path: Path, rows: list[dict[str, object]], message: str) -> None:
    path = write_lines(tmp_path / "corpus.jsonl", rows)
    with pytest.raises(DatasetUnreadable, match=message):
        read_text_corpus(path, key="doc_id")


def test_digest_of_texts_is_of_content_not_of_order() -> None:
    one, two = ("a", "", "x"), ("b", "", "y")
    same = text_corpus(HERE, [one, two]).digest
    assert text_corpus(HERE, [two, one]).digest == same
    assert text_corpus(HERE, [one]).digest != same
    assert text_corpus(HERE, [one, ("b", "", "z")]).digest != same
    assert text_corpus(HERE, [("ab", "", "")]).digest != text_corpus(HERE, [("a", "b", "")]).digest


def test_files_are_named_as_the_product_names_them(tmp_path: Path) -> None:
    write_files(tmp_path, "手册.pdf", "parts/pump.docx", ".hidden", "parts/.also/hidden.txt")
    corpus = file_corpus(tmp_path)
    assert [name for name, _ in corpus.files] == ["parts/pump.docx", "手册.pdf"]
    assert names_of(corpus) == frozenset({"parts/pump.docx", "手册.pdf"})


def test_digest_of_files_is_of_names_and_bytes(tmp_path: Path) -> None:
    first = file_corpus(write_files(tmp_path / "a", "x.pdf", "y.txt"))
    second = file_corpus(write_files(tmp_path / "b", "y.txt", "x.pdf"))
    os.utime(tmp_path / "b" / "x.pdf", (0, 0))
    assert first.digest == second.digest == file_corpus(tmp_path / "b").digest
    (tmp_path / "b" / "x.pdf").write_text("other", encoding="utf-8")
    assert file_corpus(tmp_path / "b").digest != first.digest


def test_files_of_one_name_are_refused(tmp_path: Path) -> None:
    write_files(tmp_path, "caf\u00e9.txt", "cafe\u0301.txt")
    with pytest.raises(DatasetUnreadable, match="2 files are named 'café"):
        file_corpus(tmp_path)


def test_the_corpus_beside(tmp_path: Path) -> None:
    assert corpus_beside(tmp_path) is None
    write_files(tmp_path / "pdfs", "a.pdf")
    assert isinstance(corpus_beside(tmp_path), FileCorpus)
    write_lines(tmp_path / "corpus.jsonl.gz", [MANUAL])
    with pytest.raises(DatasetUnreadable, match=r"several corpora: corpus\.jsonl\.gz, pdfs"):
        corpus_beside(tmp_path)
    (tmp_path / "pdfs" / "a.pdf").unlink()
    (tmp_path / "pdfs").rmdir()
    packed = corpus_beside(tmp_path)
    write_lines(tmp_path / "corpus.jsonl", [MANUAL])
    plain = corpus_beside(tmp_path)
    assert isinstance(packed, TextCorpus)
    assert isinstance(plain, TextCorpus)
    assert packed.digest == plain.digest


def test_an_empty_folder_is_no_corpus(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    with pytest.raises(DatasetUnreadable, match="it has no files"):
        corpus_beside(tmp_path)


def test_only_pdf_has_pages() -> None:
    assert is_paginated("a.pdf")
    assert is_paginated("报告.PDF")
    assert not is_paginated("a.pdf.docx")
    assert not is_paginated("pdf")


def test_the_digest_of_a_set_tells_every_difference() -> None:
    corpus = LibraryCorpus(collections=("a",), documents=1, digest="d")
    base = Example(id="1", question="问题？")
    others = [
        Example(id="2", question="问题？"),
        Example(id="1", question="问题?"),
        Example(id="1", question="问题？", answers=("a",)),
        Example(id="1", question="问题？", required=(("a",),)),
        Example(id="1", question="问题？", required=(("a", "b"),)),
        Example(id="1", question="问题？", required=(("a",), ("b",))),
        Example(id="1", question="问题？", gold=(Place(document="a"),)),
        Example(id="1", question="问题？", gold=(Place(document="a", page=1),)),
        Example(id="1", question="问题？", gold=(Place(document="a", relevance=2),)),
        Example(id="1", question="问题？", evidence=("a",)),
        Example(id="1", question="问题？", answerable=False),
        Example(id="1", question="问题？", tags={"kind": "a"}),
    ]
    digests = {assembled(name="x", examples=[one], corpus=corpus).digest for one in [base, *others]}
    assert len(digests) == len(others) + 1
    again = assembled(name="another name", examples=[base], corpus=corpus)
    assert again.digest in digests
    moved = LibraryCorpus(collections=("a",), documents=1, digest="e")
    assert assembled(name="x", examples=[base], corpus=moved).digest not in digests


def test_the_order_of_questions_counts_that_of_tags_does_not() -> None:
    corpus = LibraryCorpus(collections=(), documents=0, digest="d")
    one = Example(id="1", question="a", tags={"x": "1", "y": "2"})
    same = Example(id="1", question="a", tags={"y": "2", "x": "1"})
    two = Example(id="2", question="b")

    def digest(*examples: Example) -> str:
        return assembled(name="x", examples=examples, corpus=corpus).digest

    assert digest(one, two) == digest(same, two)
    assert digest(one, two) != digest(two, one)
