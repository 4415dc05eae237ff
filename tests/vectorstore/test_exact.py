"""The yardstick itself equals a plain computation, and follows every change."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import WordEmbedder
from tests.vectorstore.shelf import Shelf, names
from vectorstore.exact import ExactIndex

WORD_LIST = "pump valve motor housing cable 水 泵 保 修 期 price weight colour order spare"
WORDS = WORD_LIST.split()


@pytest.fixture
def texts() -> list[str]:
    random = np.random.default_rng(7)
    return [" ".join(random.choice(WORDS, size=8)) + f" n{n}" for n in range(120)]


def test_it_equals_brute_force(shelf: Shelf, texts: list[str]) -> None:
    for first in range(0, len(texts), 10):
        shelf.add("c", f"{first:03d}.txt", *texts[first : first + 10])
    index, embedder = ExactIndex(shelf.record, shelf.embedder), WordEmbedder()
    rows = embedder.embed_documents(texts)
    for question in ("pump weight", "保 修 期", "spare order price"):
        cosines = rows @ embedder.embed_query(question)
        hits = index.search(question, collections=["c"], top_k=15)
        expected = np.sort(cosines)[::-1][:15]
        assert [hit.score for hit in hits] == pytest.approx(expected, abs=2e-3)
        for hit in hits:
            assert hit.score == pytest.approx(
                cosines[texts.index(hit.passage.chunk.text)], abs=2e-3
            )
            assert hit.parts == {"dense": hit.score}


def test_the_kept_matrix_follows_every_change(shelf: Shelf) -> None:
    index = ExactIndex(shelf.record, shelf.embedder)
    shelf.add("c", "a.txt", "pump one")

    def found() -> list[str]:
        return names(index.search("pump", collections=["c"], top_k=9))

    assert found() == ["a.txt"]
    shelf.add("c", "b.txt", "pump two")
    assert sorted(found()) == ["a.txt", "b.txt"]
    shelf.versions.begin_delete(shelf.collection("c"), "a.txt")
    assert found() == ["b.txt"]
    shelf.add("c", "b.txt", "pump three")
    (hit,) = index.search("pump", collections=["c"], top_k=9)
    assert hit.passage.chunk.text == "pump three"


def test_the_matrix_is_read_once_while_nothing_changes(shelf: Shelf) -> None:
    index = ExactIndex(shelf.record, shelf.embedder)
    shelf.add("c", "a.txt", "pump one")
    collection = shelf.record.collection("c")
    assert index._matrix(collection)[1] is index._matrix(collection)[1]


def test_several_collections_are_ranked_together(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "pump")
    shelf.add("d", "b.txt", "pump valve")
    shelf.add("e", "c.txt", "pump")
    index = ExactIndex(shelf.record, shelf.embedder)
    assert sorted(names(index.search("pump", collections=["d", "c"], top_k=9))) == [
        "a.txt",
        "b.txt",
    ]
    assert names(index.search("pump", collections=["d", "c"], top_k=1)) == ["a.txt"]
