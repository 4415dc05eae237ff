"""Batches by tokens: budget, order, padding, and memory that does not suffice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.token_batches import batches, halving


def test_longest_first_under_the_budget() -> None:
    assert list(batches([5, 10, 9, 6, 10], most=20)) == [[1, 4], [2, 3], [0]]


def test_a_text_over_the_budget_goes_alone() -> None:
    assert list(batches([4, 50, 40], most=20)) == [[1], [2], [0]]


def test_no_text_is_padded_to_more_than_twice_its_length() -> None:
    assert list(batches([20, 3, 10, 9, 3], most=1000)) == [[0, 2], [3], [1, 4]]


def test_nothing_and_empty_texts() -> None:
    assert list(batches([], most=20)) == []
    assert list(batches([0, 0], most=20)) == [[0, 1]]


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(1, 2000))
def test_each_text_is_in_one_batch(lengths: list[int], most: int) -> None:
    made = list(batches(lengths, most=most))
    assert sorted(at for batch in made for at in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(lengths[at] for at in batch) <= most


def test_a_batch_too_large_is_halved_until_it_fits() -> None:
    ran: list[list[int]] = []

    def run(some: Sequence[int]) -> None:
        if len(some) > 2:
            raise MemoryError
        ran.append(list(some))

    halving([7, 8, 9, 1, 2], run)
    assert ran == [[7, 8], [9], [1, 2]]


def test_one_text_too_large_is_an_error() -> None:
    def run(_: Sequence[int]) -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        halving([1, 2], run)
