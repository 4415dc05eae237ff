"""Collections of the library as a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.datasets.library import library_corpus, library_passages
from rag.errors import CollectionNotFound
from tests.vectorstore.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf.at(tmp_path)
    yield made
    made.engine.dispose()


def test_the_passages_are_those_that_can_be_found(shelf: Shelf) -> None:
    shelf.add("manuals", "pump.txt", "The pump weighs 4 kg.", "It runs at 50 Hz.")
    shelf.add("制度", "差旅.txt", "住宿标准为每晚 550 元。")
    shelf.add("other", "secret.txt", "Not asked for.")
    shelf.begin("manuals", "half.txt", "Still being read.")
    found = library_passages(shelf.record, ["制度", "MANUALS"])
    assert [(one.collection, one.document, one.chunk.page) for one in found] == [
        ("制度", "差旅.txt", 1),
        ("manuals", "pump.txt", 1),
        ("manuals", "pump.txt", 2),
    ]


def test_an_unknown_collection_is_refused(shelf: Shelf) -> None:
    with pytest.raises(CollectionNotFound):
        library_passages(shelf.record, ["nowhere"])


def test_the_digest_is_of_names_and_versions(shelf: Shelf) -> None:
    def digest() -> str:
        return library_corpus(["c"], library_passages(shelf.record, ["c"])).digest

    shelf.add("c", "a.txt", "One.")
    first = digest()
    assert digest() == first
    shelf.add("c", "b.txt", "Two.")
    second = digest()
    assert second != first
    shelf.add("c", "a.txt", "One, changed.")
    corpus = library_corpus(["c"], library_passages(shelf.record, ["c"]))
    assert corpus.digest not in (first, second)
    assert len(corpus) == 2
    assert corpus.collections == ("c",)
