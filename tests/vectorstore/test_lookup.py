"""What indexes propose is read by its ids, and only what may be found."""

from __future__ import annotations

import pytest

from rag.filter import EVERYTHING, Filter
from tests.vectorstore.shelf import Shelf
from vectorstore.database import reading
from vectorstore.lookup import Lookup


@pytest.fixture
def lookup(shelf: Shelf) -> Lookup:
    return Lookup(reading(shelf.engine))


def test_what_may_not_be_found_is_not_read(shelf: Shelf, lookup: Lookup) -> None:
    here, there = shelf.add("c", "a.txt", "alpha"), shelf.add("d", "b.txt", "beta")
    hidden = shelf.put("c", "unfinished.txt", "gamma")
    gone = shelf.add("c", "old.txt", "delta")
    shelf.versions.begin_delete(shelf.collection("c"), "old.txt")
    every = [*shelf.ids(here, there, hidden, gone), "unheard"]
    only = {shelf.collection("c").id}
    assert list(lookup.passages(every, only, EVERYTHING)) == shelf.ids(here)
    assert lookup.passages(every, only, Filter(documents=("b.txt",))) == {}
    assert lookup.passages(every, set(), EVERYTHING) == {}
    assert lookup.passages([], only, EVERYTHING) == {}


def test_a_passage_that_was_kept_is_checked_again(shelf: Shelf, lookup: Lookup) -> None:
    (only,) = shelf.ids(shelf.add("c", "a.txt", "alpha"))
    here = {shelf.collection("c").id}
    assert list(lookup.passages([only], here, EVERYTHING)) == [only]
    shelf.versions.begin_delete(shelf.collection("c"), "a.txt")
    assert lookup.passages([only], here, EVERYTHING) == {}


def test_only_so_many_passages_are_kept(
    shelf: Shelf, lookup: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.lookup._KEPT", 3)
    version = shelf.add("c", "a.txt", *(f"text {number}" for number in range(8)))
    ids, here = shelf.ids(version), {shelf.collection("c").id}
    for _ in range(2):
        assert len(lookup.passages(ids, here, EVERYTHING)) == 8
        assert len(lookup.passages(ids[:2], here, EVERYTHING)) == 2
    assert len(lookup._kept) == 3
