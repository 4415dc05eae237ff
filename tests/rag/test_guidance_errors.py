"""Errors of guidance say what happened and what to do, and are in the tree."""

from __future__ import annotations

import pytest

from rag import guidance_errors
from rag.guidance_errors import ExampleNotUsable, GuidanceError, InstructionsTooLong


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            InstructionsTooLong(length=2001, limit=2000),
            "The instructions have 2001 characters; the limit is 2000.",
        ),
        (
            ExampleNotUsable(number=2, expected="it has no {answer}"),
            "Example 2 cannot be used: it has no {answer}.",
        ),
    ],
)
def test_an_error_says_what_and_what_next(error: GuidanceError, message: str) -> None:
    assert str(error) == message
    assert len(error.hint) > 20
    assert type(error).__name__ in (guidance_errors.__doc__ or "")
