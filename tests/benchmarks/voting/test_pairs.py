"""The labelled pairs, and how they are told."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from benchmarks.voting.pairs import Told, labelled_pairs, told
from rag.voting.likeness import Likeness
from vectorstore.embedding import TransformerEmbedder

NEAR_MISSES = ("number", "date", "time", "unit", "often", "code")


def test_there_are_enough_of_every_sort() -> None:
    pairs = labelled_pairs()
    assert len(pairs) >= 300
    assert len(set(pairs)) == len(pairs)
    counted = Counter((pair.language, pair.part, pair.same) for pair in pairs)
    assert len(counted) == 8
    assert max(counted.values()) - min(counted.values()) <= 1


@pytest.fixture(scope="module")
def counts(embedder: TransformerEmbedder) -> dict[str, Told]:
    rows = told(labelled_pairs(), partial(Likeness, embedder=embedder))
    return {row.group: row for row in rows}


@pytest.mark.parametrize("group", ["all", "en", "zh"])
@pytest.mark.parametrize("part", ["development", "report"])
def test_the_same_is_told_from_the_different(
    counts: dict[str, Told], part: str, group: str
) -> None:
    assert counts[f"{part}, {group}"].f1 >= 0.95


@pytest.mark.parametrize("kind", NEAR_MISSES)
def test_near_misses_never_say_the_same(counts: dict[str, Told], kind: str) -> None:
    assert counts[f"development, {kind}"].mixed == 0
    assert counts[f"report, {kind}"].mixed == 0


def test_f1_worked_by_hand() -> None:
    row = Told(group="", joined=8, parted=2, mixed=1, kept=9)
    assert row.f1 == pytest.approx(16 / 19)
    assert Told(group="", joined=0, parted=0, mixed=0, kept=3).f1 != 0.0
