"""The ways of asking are called the same in settings, kept answers and on the page."""

from __future__ import annotations

from rag.settings import Settings
from rag.strategies.asking import AskingStrategy
from rag.strategies.chain_of_thought import ChainOfThought
from rag.strategies.direct import Direct
from rag.strategies.names import StrategyName
from rag.strategies.progressive_hint import ProgressiveHint
from rag.strategies.self_consistency import SelfConsistency

STRATEGIES: tuple[type[AskingStrategy], ...] = (
    Direct,
    ChainOfThought,
    SelfConsistency,
    ProgressiveHint,
)


def test_each_way_has_its_name_and_a_setting_takes_it() -> None:
    assert [one.strategy for one in STRATEGIES] == list(StrategyName)
    for name in StrategyName:
        assert Settings.from_mapping({"QUORUM_STRATEGY": name}).strategy == name
