"""One reply of a chat model that thinks before it answers."""

from __future__ import annotations

from rag.strategies.direct import Direct
from rag.strategies.names import StrategyName


class ChainOfThought(Direct):
    """Asks once for the steps and then the answer (zero-shot chain of thought, Kojima et al. 2022).

    After Wei et al. 2022, whose examples of thinking an instruction stands in for. The steps are
    ``Answer.reasoning``, no part of the answer; a model that thinks by itself needs no such asking.
    """

    strategy = StrategyName.CHAIN_OF_THOUGHT
