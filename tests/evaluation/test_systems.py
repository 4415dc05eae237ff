"""Rank fusion by hand, and halves that search once a question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evaluation.systems import RRF_K, SYSTEMS, RankFusion, Remembering, retrieval_systems
from rag.filter import EVERYTHING, Filter
from rag.types import Hit
from tests.fakes import a_hit


class Listed:
    """Finds what it is told, and counts how often it was asked."""

    def __init__(self, *documents: str) -> None:
        self._hits = [a_hit("text", document=name) for name in documents]
        self.asked = 0
        self.filters: list[Filter] = []

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        self.asked += 1
        self.filters.append(where)
        return self._hits[:top_k]


def names(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.document for hit in hits]


def test_rank_fusion_sums_reciprocal_ranks() -> None:
    fused = RankFusion(Listed("a", "b", "c"), Listed("c", "d"))
    hits = fused.search("q", collections=["k"], top_k=4)
    # c: 1/63 + 1/61 = .03227; a: 1/61 = .01639; b and d: 1/62 = .01613, by id
    assert names(hits) == ["c", "a", "b", "d"]
    assert hits[0].score == pytest.approx(1 / (RRF_K + 3) + 1 / (RRF_K + 1))
    assert names(fused.search("q", collections=["k"], top_k=1)) == ["a"], "each list is cut first"


def test_a_half_is_asked_once_a_question() -> None:
    dense, bm25, fused = Listed("a"), Listed("b"), Listed("c")
    systems = retrieval_systems(dense, bm25, fused)
    assert tuple(systems) == SYSTEMS
    for question in ("one", "two"):
        for index in systems.values():
            index.search(question, collections=["k"], top_k=5)
    assert (dense.asked, bm25.asked, fused.asked) == (2, 2, 2)


@pytest.mark.parametrize(
    ("question", "collections", "top_k"), [("other", ["k"], 5), ("q", ["l"], 5), ("q", ["k"], 6)]
)
def test_another_search_is_not_answered_from_memory(
    question: str, collections: list[str], top_k: int
) -> None:
    index = Listed("a")
    remembering = Remembering(index)
    remembering.search("q", collections=["k"], top_k=5)
    remembering.search(question, collections=collections, top_k=top_k)
    assert index.asked == 2


def test_another_filter_is_another_search() -> None:
    index = Listed("a")
    fusion = RankFusion(Remembering(index))
    for where in (EVERYTHING, Filter(types=("pdf",)), Filter(types=("pdf",)), EVERYTHING):
        fusion.search("q", collections=["k"], top_k=5, where=where)
    assert index.filters == [EVERYTHING, Filter(types=("pdf",)), EVERYTHING]
