from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from evaluation.dataset import FileCorpus, LibraryCorpus, Place
from evaluation.datasets.table import read
from evaluation.errors import DatasetUnreadable
from tests.evaluation.datasets.written import write_files

LIBRARY = LibraryCorpus(collections=("shelf",), documents=2, digest="d")


def written(tmp_path: Path, text: str, name: str = "faq.csv", encoding: str = "utf-8") -> Path:
    write_files(tmp_path / "documents", "handbook.pdf", "差旅制度.docx")
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def test_english_headings(tmp_path: Path) -> None:
    text = (
        "id,Question,Answers,Document,Page,Evidence,Answerable,team\n"
        'a,"How long, in days?",30 | thirty,handbook,3,"It says\n""30 days"".",yes,HR\n'
        "\n"
        "b,Who founded it?,not there,handbook,,,no,\n"
    )
    dataset = read(written(tmp_path, text))
    assert dataset.name == "faq"
    assert isinstance(dataset.corpus, FileCorpus)
    assert dataset.by_page
    first, second = dataset.examples
    assert first.id == "a"
    assert first.question == "How long, in days?"
    assert first.answers == ("30", "thirty")
    assert first.gold == (Place(document="handbook.pdf", page=3),)
    assert first.evidence == ('It says\n"30 days".',)
    assert first.tags == {"team": "HR"}
    assert not second.answerable
    assert not second.answers
    assert not second.gold
    assert second.cluster == "handbook.pdf"


CHINESE = (
    "编号,问题,答案,文档,页码,依据,可回答\n1,几天内报销？,三十天,差旅制度,,须在三十天内提交。,是\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_headings_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (example,) = read(written(tmp_path, CHINESE, encoding=encoding)).examples
    assert example.id == "1"
    assert example.question == "几天内报销？"
    assert example.answers == ("三十天",)
    assert example.gold == (Place(document="差旅制度.docx"),)
    assert example.evidence == ("须在三十天内提交。",)


@pytest.mark.parametrize(("separator", "name"), [(";", "a.csv"), ("\t", "a.csv"), ("\t", "a.tsv")])
def test_other_separators(tmp_path: Path, separator: str, name: str) -> None:
    text = f"question{separator}answer\nWhich, if any?{separator}both\n"
    (example,) = read(written(tmp_path, text, name)).examples
    assert example.question == "Which, if any?"
    assert example.answers == ("both",)


def test_several_documents_with_their_pages(tmp_path: Path) -> None:
    text = "question,answer,document,page\nBoth?,x,handbook | 差旅制度,2 | 1\nOne?,y,handbook,4 | 6"
    first, second = read(written(tmp_path, text)).examples
    assert [place.unit for place in first.gold] == ["handbook.pdf#2", "差旅制度.docx"]
    assert [place.unit for place in second.gold] == ["handbook.pdf#4", "handbook.pdf#6"]


def test_an_id_is_made_from_the_question(tmp_path: Path) -> None:
    (example,) = read(written(tmp_path, "问题,答案\n谁？,甲\n")).examples
    assert example.id == hashlib.sha256("谁？".encode()).hexdigest()[:12]
    with pytest.raises(DatasetUnreadable, match=r"line 3: .* was already given in line 2"):
        read(written(tmp_path, "问题,答案\n谁？,甲\n谁？,乙\n"))


def test_windows_and_old_mac_lines(tmp_path: Path) -> None:
    for ending in ("\r\n", "\r"):
        text = ending.join(["question,answer", "a?,b", "c?,d", ""])
        assert [one.question for one in read(written(tmp_path, text)).examples] == ["a?", "c?"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column is headed 'question'"),
        ("q,a\n1,2\n", "no column is headed 'question'"),
        ("question,问题\na,b\n", "line 1: 2 columns are headed 'question'"),
        ("question,answer\n", "it has no questions"),
        ("question,answer\n,b\n", "line 2: 'question' is blank"),
        ("question,answer\na,b,c\n", "line 2: it has 3 cells under 2 headings"),
        ("question,answer,page\na,b,0\n", "line 2: the page '0' cannot be"),
        ("question,document,page\na,handbook,iv\n", "line 2: the page 'iv' cannot be"),
        ("question,page\na,3\n", "line 2: 0 gold documents and 1 gold pages"),
        ("question,answerable\n\na,maybe\n", "line 3: 'answerable' is 'maybe'"),
        ('question,answer\na,"' + "x" * 140_000, "line 2: it is not a table"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DatasetUnreadable, match=message):
        read(written(tmp_path, text))


def test_broken_bytes_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, CHINESE)
    path.write_bytes(path.read_bytes() + b"2,\xff?,x\n")
    with pytest.raises(DatasetUnreadable, match="1 characters cannot be read as utf-8"):
        read(path)


def test_a_table_alone_needs_a_library(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text("question,answer,document,page\na?,b,手册.pdf,2\n", encoding="utf-8")
    with pytest.raises(DatasetUnreadable, match="its questions have no documents") as caught:
        read(path)
    assert "documents/ or pdfs/" in caught.value.hint
    assert "collections of the library" in caught.value.hint
    dataset = read(path, library=LIBRARY)
    assert dataset.corpus is LIBRARY
    assert dataset.examples[0].gold == (Place(document="手册.pdf", page=2),)
