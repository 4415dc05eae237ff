"""Every chat that a test makes is closed after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rag.models.openai.chats import MADE, lines, wait_for


@pytest.fixture(autouse=True)
def connections_closed() -> Iterator[None]:
    """Close what a test's chats keep open for their next request; nothing of them stays."""
    yield
    while MADE:
        MADE.pop().close()
    assert wait_for(lambda: not lines(), at_most_s=1)
