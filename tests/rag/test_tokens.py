"""Tokens without a tokenizer are counted high."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.tokens import token_bound


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("    ", 0),
        ("pump", 1),
        ("pumps weigh", 2),
        ("thermostat", 2),
        ("12 kg", 3),
        ("Stop!", 2),
        ("水", 2),
        ("水泵", 3),
        ("水泵重4公斤。", 10),  # six East Asian characters and a digit
        ("ж", 2),
        ("😀", 4),
        ("\n\n", 2),
        ("\ud800", 1),
    ],
)
def test_tokens_are_counted_high(text: str, tokens: int) -> None:
    assert token_bound(text) == tokens


ANY_TEXT = st.text(min_size=0, max_size=60)


@given(ANY_TEXT, ANY_TEXT)
def test_two_texts_joined_have_at_most_the_sum_of_their_tokens(one: str, other: str) -> None:
    assert token_bound(one + other) <= token_bound(one) + token_bound(other)
