"""A byte a number is enough to tell which sentence is nearest."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.vectorstore.shelf import random_units
from vectorstore.sentences import best_sentences, pack_sentences


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 6), max_size=8))
def test_cosines_are_within_three_thousandths(seed: int, counts: list[int]) -> None:
    vector = random_units(1, 384, seed=seed)[0]
    groups = [random_units(max(1, count), 384, seed=seed + 1)[:count] for count in counts]
    found = best_sentences([pack_sentences(group) for group in groups], vector)
    assert found.shape == (len(counts),)
    for group, nearest in zip(groups, found, strict=True):
        if len(group):
            assert abs((group @ vector).max() - nearest) < 3e-3
        else:
            assert np.isnan(nearest)


def test_a_row_takes_a_byte_a_number_and_two_more() -> None:
    assert len(pack_sentences(random_units(5, 384, seed=1))) == 5 * 386
    assert pack_sentences(np.zeros((0, 384), np.float32)) == b""


def test_a_row_of_zeros_is_near_to_nothing() -> None:
    """A sentence beyond the embedding model's window has one."""
    vector = random_units(1, 16, seed=3)[0]
    assert best_sentences([pack_sentences(np.zeros((1, 16), np.float32))], vector).tolist() == [0]


def test_hand_worked() -> None:
    """(.6, .8) against (1, 0): largest .8, steps of .8 / 127, so .6 is 95 of them: .598."""
    rows = np.array([[0.6, 0.8], [0.0, 1.0]], np.float32)
    (nearest,) = best_sentences([pack_sentences(rows)], np.array([1, 0], np.float32))
    assert abs(nearest - 95 * 0.8 / 127) < 1e-3
