"""Examples and corpora: places as rankings name them, clusters, texts as documents."""

from __future__ import annotations

import hashlib

from evaluation.dataset import FileCorpus, LibraryCorpus, Place, TextCorpus, unit_of
from tests.evaluation.made import an_example, in_


def test_a_place_is_a_document_or_a_page() -> None:
    assert Place(document="a.pdf", page=3).unit == unit_of("a.pdf", 3) == "a.pdf#3"
    assert Place(document="a.md").unit == "a.md"


def test_questions_about_one_document_are_a_cluster() -> None:
    assert (
        an_example(1, gold=in_("a.pdf", 1)).cluster == an_example(2, gold=in_("a.pdf", 2)).cluster
    )
    nothing = {"gold": (), "answerable": False}
    written_for = an_example(3, tags={"document": "a.pdf"}, **nothing)
    assert written_for.cluster == "a.pdf"
    assert an_example(4, **nothing).cluster != an_example(5, **nothing).cluster
    assert an_example(4, **nothing).cluster != "q4", "no document can have that name"


def test_texts_become_documents_of_one_page() -> None:
    corpus = TextCorpus(rows=(("水泵", "标题", "重四公斤。"),), digest="d")
    (document,) = corpus.documents()
    assert (document.name, document.title, document.paginated) == ("水泵", "标题", False)
    assert [(page.number, page.text) for page in document.pages] == [(1, "重四公斤。")]
    assert document.version == hashlib.sha256("重四公斤。".encode()).hexdigest()


def test_a_corpus_knows_its_size() -> None:
    assert len(TextCorpus(rows=(("a", "", "x"),) * 3, digest="d")) == 3
    assert len(FileCorpus(files=(), digest="d")) == 0
    assert len(LibraryCorpus(collections=("k",), documents=7, digest="d")) == 7
