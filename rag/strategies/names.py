"""What the ways of asking a chat model are called, in settings and kept answers."""

from __future__ import annotations

from enum import StrEnum

from rag.prompts import Form


class StrategyName(StrEnum):
    """The ways of asking a chat model, the quickest first."""

    DIRECT = "direct"
    CHAIN_OF_THOUGHT = "chain_of_thought"
    SELF_CONSISTENCY = "self_consistency"
    PROGRESSIVE_HINT = "progressive_hint"

    @property
    def form(self) -> Form:
        """What a first reply is asked to be made of."""
        match self:
            case StrategyName.DIRECT:
                return Form.PLAIN
            case StrategyName.CHAIN_OF_THOUGHT:
                return Form.STEPS
            case _:
                return Form.SHORT
