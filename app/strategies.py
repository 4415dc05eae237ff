"""Which way of asking a chat model is taken, and the parts that each is made of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from rag.model_errors import SamplesOutOfBounds, UnknownStrategy
from rag.settings import MOST_SAMPLES, Settings
from rag.strategies.names import StrategyName

if TYPE_CHECKING:
    from rag.prompt_version import PromptBook
    from rag.protocols import ChatModel, Checker, Embedder, Strategy

STRATEGIES: Final = tuple(one.value for one in StrategyName)


def strategy_over(
    model: ChatModel,
    *,
    settings: Settings,
    strategy: str | None,
    samples: int | None,
    book: PromptBook,
    checker: Checker,
    embedder: Embedder,
) -> Strategy:
    """The way of asking ``model``, by the settings where ``strategy`` or ``samples`` is None.

    Raises UnknownStrategy and SamplesOutOfBounds.
    """
    from rag.models.extractive import Extractive
    from rag.strategies.chain_of_thought import ChainOfThought
    from rag.strategies.direct import Direct
    from rag.strategies.progressive_hint import ProgressiveHint
    from rag.strategies.self_consistency import SelfConsistency
    from rag.voting.likeness import Likeness

    name, count = chosen_way(settings, strategy, samples)
    fallback = Extractive()
    likeness = partial(Likeness, embedder=embedder)
    match name:
        case StrategyName.DIRECT:
            return Direct(model, fallback, book=book, reply_tokens=settings.reply_tokens)
        case StrategyName.CHAIN_OF_THOUGHT:
            return ChainOfThought(model, fallback, book=book, reply_tokens=settings.reply_tokens)
        case StrategyName.SELF_CONSISTENCY:
            return SelfConsistency(
                model,
                fallback,
                checker=checker,
                likeness=likeness,
                samples=count,
                temperature=settings.sample_temperature,
                book=book,
                reply_tokens=settings.reply_tokens,
            )
        case StrategyName.PROGRESSIVE_HINT:
            return ProgressiveHint(
                model,
                fallback,
                checker=checker,
                likeness=likeness,
                rounds=count,
                book=book,
                reply_tokens=settings.reply_tokens,
            )


def chosen_way(
    settings: Settings, strategy: str | None, samples: int | None
) -> tuple[StrategyName, int]:
    """The way and the number of samples. Raises UnknownStrategy and SamplesOutOfBounds."""
    name = settings.strategy if strategy is None else strategy
    if name not in STRATEGIES:
        raise UnknownStrategy(name=name, known=", ".join(STRATEGIES))
    count = settings.samples if samples is None else samples
    if not 1 <= count <= MOST_SAMPLES:
        raise SamplesOutOfBounds(count=count, most=MOST_SAMPLES)
    return StrategyName(name), count
