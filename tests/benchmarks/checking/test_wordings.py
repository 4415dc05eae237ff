"""Pairs of words: none empty, none of a word with itself."""

from __future__ import annotations

from benchmarks.checking import wordings


def test_every_pair_has_two_different_sides() -> None:
    tables = [value for name, value in vars(wordings).items() if name.isupper()]
    assert len(tables) == 6
    for table in tables:
        assert len(table) >= 8
        assert all(one and other and one != other for one, other in table)
