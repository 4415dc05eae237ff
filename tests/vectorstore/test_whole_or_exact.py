"""What Chroma does not hold yet is compared exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.protocols import Vectors
from tests.vectorstore.shelf import Shelf
from vectorstore.exact import ExactIndex
from vectorstore.record import Collection
from vectorstore.whole_or_exact import WholeOrExact


class Half:
    """A dense index of its own hits, which notes what it was asked."""

    def __init__(self, *hits: tuple[str, float]) -> None:
        self.hits = list(hits)
        self.asked: list[list[str]] = []

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        self.asked.append([one.name for one in collections])
        return self.hits[:top_k]


def test_each_collection_is_asked_where_it_is_whole(shelf: Shelf) -> None:
    here, there = shelf.collection("here"), shelf.collection("制度")
    approximate, exact = Half(("a", 0.9), ("c", 0.2)), Half(("b", 0.9), ("d", 0.4))
    whole = {"here"}
    made: list[Half] = []

    def make_exact() -> Half:
        made.append(exact)
        return exact

    index = WholeOrExact(approximate, make_exact, lambda one: one.name in whole)
    vector = np.ones(4, np.float32)
    found = index.nearest(vector, [here, there], 3)
    assert found == [("a", 0.9), ("b", 0.9), ("d", 0.4)]
    assert (approximate.asked, exact.asked) == ([["here"]], [["制度"]])
    index.nearest(vector, [there], 1)
    assert len(made) == 1
    whole.add("制度")
    assert index.nearest(vector, [here, there], 1) == [("a", 0.9)]
    assert len(exact.asked) == 2


def test_the_exact_half_finds_what_the_record_holds(shelf: Shelf) -> None:
    shelf.add("c", "a.md", "The pump is blue.")
    nothing = Half()
    exact = ExactIndex(shelf.record, shelf.embedder)
    index = WholeOrExact(nothing, lambda: exact, lambda _: False)
    vector = shelf.embedder.embed_query("blue pump")
    collection = shelf.record.collection("c")
    assert index.nearest(vector, [collection], 5) == exact.nearest(vector, [collection], 5)
    assert nothing.asked == []
