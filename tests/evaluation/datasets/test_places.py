from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.dataset import Example, FileCorpus, LibraryCorpus, Place
from evaluation.datasets.corpus import Corpus, text_corpus
from evaluation.datasets.places import DocumentNames, paired, settle_pages
from evaluation.datasets.reading import Row
from evaluation.errors import DatasetUnreadable

ROW = Row(path=Path("questions.jsonl"), where="line 3", values={})
TEXTS = text_corpus(Path("x"), [("a.pdf", "", ""), ("b", "", "")])
LIBRARY = LibraryCorpus(collections=("shelf",), documents=1, digest="d")


def files(*names: str) -> FileCorpus:
    return FileCorpus(files=tuple((name, Path(name)) for name in names), digest="d")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("a.pdf", "a.pdf"),
        ("a", "a.pdf"),
        ("差旅-2024", "差旅-2024.docx"),
        ("report.v2", "report.v2.html"),
        ("deep/inner", "deep/inner.md"),
        ("inner", "deep/inner.md"),
        ("inner.md", "deep/inner.md"),
        ("unknown", "unknown"),
        ("A", "A"),
    ],
)
def test_what_a_file_may_be_called(given: str, meant: str) -> None:
    names = files("a.pdf", "差旅-2024.docx", "report.v2.html", "deep/inner.md", "report.txt")
    assert DocumentNames(names).resolve(given, ROW) == meant


def test_a_decomposed_name_means_the_composed_one() -> None:
    assert DocumentNames(files("café.pdf")).resolve("cafe\u0301", ROW) == "café.pdf"


def test_a_name_of_two_files_is_refused() -> None:
    names = DocumentNames(files("a.docx", "a.pdf", "x/b.txt", "y/b.txt"))
    assert names.resolve("a.pdf", ROW) == "a.pdf"
    with pytest.raises(DatasetUnreadable, match=r"line 3: .*'a' may be 'a.docx' or 'a.pdf'"):
        names.resolve("a", ROW)
    with pytest.raises(DatasetUnreadable, match=r"'b.txt' may be 'x/b.txt' or 'y/b.txt'"):
        names.resolve("b.txt", ROW)


def test_the_whole_path_comes_before_the_file_name() -> None:
    assert DocumentNames(files("b.txt", "x/b.md")).resolve("b", ROW) == "b.txt"


@pytest.mark.parametrize("corpus", [TEXTS, LIBRARY, None])
def test_other_names_stand_as_they_are(corpus: Corpus | None) -> None:
    assert DocumentNames(corpus).resolve("a", ROW) == "a"


def test_pairs() -> None:
    a, b = Place(document="a", page=1), Place(document="b", page=2)
    assert paired(["a", "b"], [1, 2], ROW) == (a, b)
    assert paired(["a"], [1, 5], ROW) == (a, Place(document="a", page=5))
    assert paired(["a", "b"], [], ROW) == (Place(document="a"), Place(document="b"))
    assert paired([], [], ROW) == ()
    for documents, pages in ((["a", "b"], [1]), (["a", "b"], [1, 2, 3]), ([], [1])):
        with pytest.raises(DatasetUnreadable, match=r"line 3: .* cannot be paired"):
            paired(documents, pages, ROW)


def example(*gold: Place) -> Example:
    return Example(id="1", question="?", gold=gold)


def gold_of(examples: tuple[Example, ...]) -> list[list[str]]:
    return [[place.unit for place in one.gold] for one in examples]


@pytest.mark.parametrize("corpus", [files("a.pdf", "b.docx"), LIBRARY])
def test_pages_are_ranked_where_every_pdf_has_one(corpus: Corpus) -> None:
    given = [example(Place(document="a.pdf", page=3)), example(Place(document="b.docx", page=1))]
    settled, by_page = settle_pages(given, corpus)
    assert by_page
    assert gold_of(settled) == [["a.pdf#3"], ["b.docx"]]


def test_one_pdf_without_a_page_makes_all_places_documents() -> None:
    given = [example(Place(document="a.pdf", page=3)), example(Place(document="b.pdf"))]
    settled, by_page = settle_pages(given, files("a.pdf", "b.pdf"))
    assert not by_page
    assert gold_of(settled) == [["a.pdf"], ["b.pdf"]]


def test_texts_have_no_pages() -> None:
    settled, by_page = settle_pages([example(Place(document="a.pdf", page=3))], TEXTS)
    assert not by_page
    assert gold_of(settled) == [["a.pdf"]]


def test_no_pages_where_there_is_no_gold() -> None:
    assert settle_pages([example()], files("a.pdf")) == ((example(),), False)
    assert settle_pages([], files("a.pdf")) == ((), False)


def test_a_place_stands_once_with_its_best_grade() -> None:
    given = example(
        Place(document="b.docx", page=1, relevance=1),
        Place(document="a.docx"),
        Place(document="b.docx", page=2, relevance=3),
        Place(document="b.docx", relevance=2),
    )
    (settled,), _ = settle_pages([given], files("a.docx", "b.docx"))
    assert settled.gold == (Place(document="b.docx", relevance=3), Place(document="a.docx"))
