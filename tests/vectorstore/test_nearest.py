"""However many are allowed, the nearest of them are found, and only they."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from rag.filter import Filter
from rag.protocols import Vectors
from tests.vectorstore.shelf import Shelf
from vectorstore.exact import ExactIndex
from vectorstore.filtering import Allowed
from vectorstore.nearest import DenseIndex, nearest_where
from vectorstore.record import Collection

WORDS = ["pump", "valve", "motor", "cable", "水泵", "阀门", "电机"]


class Broken:
    """A dense index that has lost everything."""

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        return []


class Counted(ExactIndex):
    """Remembers how long the rankings were that it was asked for."""

    asked: list[int]

    def nearest(
        self, vector: Vectors, collections: Sequence[Collection], top_k: int
    ) -> list[tuple[str, float]]:
        self.asked.append(top_k)
        return super().nearest(vector, collections, top_k)


@pytest.fixture
def stocked(shelf: Shelf) -> Shelf:
    versions = [
        shelf.file(
            "cd"[n % 2],
            f"{n}.txt",
            f"{WORDS[n % 7]} {WORDS[n % 5]} {n}",
            f"{WORDS[n % 3]} again {n}",
            headings=["Care"] if n % 3 else [],
            day=f"2026-01-{1 + n % 9:02}",
        )
        for n in range(90)
    ]
    shelf.versions.publish(versions)
    return shelf


def search(
    shelf: Shelf, dense: DenseIndex, where: Filter, top_k: int = 5
) -> list[tuple[str, float]]:
    chosen = shelf.record.chosen(["c", "d"])
    allowed: Allowed | None = shelf.record.narrowing.allowed(where, chosen)
    vector = shelf.embedder.embed_query("pump 阀门 again")
    return nearest_where(shelf.record, dense, vector, chosen, top_k=top_k, allowed=allowed)


FILTERS = [
    Filter(added_from=date(2026, 1, 2)),
    Filter(heading="care"),
    Filter(heading="care", added_until=date(2026, 1, 4)),
    Filter(documents=("3.txt", "4.txt", "88.txt")),
    Filter(documents=("3.txt",), added_from=date(2026, 1, 9)),
]


@pytest.mark.parametrize("where", FILTERS, ids=str)
@pytest.mark.parametrize("scanned_at_most", [0, 20_000])
@pytest.mark.parametrize("dense", ["exact", "broken"])
def test_every_way_leads_to_the_same_passages(
    stocked: Shelf,
    monkeypatch: pytest.MonkeyPatch,
    where: Filter,
    scanned_at_most: int,
    dense: str,
) -> None:
    exact = ExactIndex(stocked.record, stocked.embedder)
    allowed = stocked.record.narrowing.allowed(where, stocked.record.chosen(["c", "d"]))
    assert allowed is not None
    every = dict(search(stocked, exact, Filter(), 1000))
    of_allowed = stocked.ids(*allowed.version_ids)
    inside = [(i, every[i]) for i in of_allowed if i in (allowed.chunk_ids or of_allowed)]
    right = sorted(inside, key=lambda one: (-one[1], one[0]))
    monkeypatch.setattr("vectorstore.nearest.SCANNED_AT_MOST", scanned_at_most)
    monkeypatch.setattr("vectorstore.nearest._BLOCK_ROWS", 7)
    index = exact if dense == "exact" else Broken()
    for top_k in (1, 5, 1000):
        found = search(stocked, index, where, top_k)
        assert len(found) == min(top_k, len(right))
        assert {one for one, _ in found} <= dict(right).keys()
        assert [score for _, score in found] == pytest.approx(
            [score for _, score in right[:top_k]], abs=1e-6
        )


def test_a_ranking_grows_until_enough_of_it_is_allowed(
    stocked: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.nearest.SCANNED_AT_MOST", 0)
    index = Counted(stocked.record, stocked.embedder)
    index.asked = []
    rare = Filter(documents=("3.txt", "4.txt"))
    assert len(search(stocked, index, rare, top_k=4)) == 4
    assert index.asked == [16, 64, 256]
    index.asked = []
    assert len(search(stocked, index, Filter(added_from=date(2026, 1, 1)), top_k=4)) == 4
    assert index.asked == [16]


def test_a_ranking_is_not_asked_for_without_end(
    stocked: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.nearest.SCANNED_AT_MOST", 0)
    monkeypatch.setattr("vectorstore.nearest._RANKED_AT_MOST", 70)
    index = Counted(stocked.record, stocked.embedder)
    index.asked = []
    found = search(stocked, index, Filter(documents=("3.txt", "4.txt")), top_k=4)
    assert index.asked == [16, 64]
    assert len(found) == 4


def test_the_vectors_of_the_last_filter_are_not_read_again(stocked: Shelf) -> None:
    exact = ExactIndex(stocked.record, stocked.embedder)
    where = Filter(heading="care")
    first = search(stocked, exact, where)
    kept = stocked.record.allowed_vectors._matrix
    assert search(stocked, exact, where) == first
    assert stocked.record.allowed_vectors._matrix is kept
    search(stocked, exact, Filter(documents=("3.txt",)))
    assert stocked.record.allowed_vectors._matrix is not kept
    assert search(stocked, exact, where) == first


def test_the_vectors_of_a_filter_follow_the_record(stocked: Shelf) -> None:
    exact = ExactIndex(stocked.record, stocked.embedder)
    where = Filter(heading="care")
    before = search(stocked, exact, where, 1000)
    stocked.versions.begin_delete(stocked.collection("d"), "1.txt")
    stocked.versions.publish([stocked.file("c", "x.txt", "pump 阀门 again", headings=["CARE"])])
    after = search(stocked, exact, where, 1000)
    assert len(after) == len(before) - 2 + 1
    assert after[0][1] == pytest.approx(1.0, abs=1e-3)


def test_nothing_allowed_is_nothing_found(stocked: Shelf) -> None:
    exact = ExactIndex(stocked.record, stocked.embedder)
    assert search(stocked, exact, Filter(heading="nowhere")) == []
    assert stocked.record.allowed_vectors._matrix is not None
    assert np.size(stocked.record.allowed_vectors._matrix[2]) == 0
