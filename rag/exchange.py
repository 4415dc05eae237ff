"""What was said before in a conversation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An earlier question of a conversation, as it was searched, and the text of its answer."""

    question: str
    answer: str = ""
