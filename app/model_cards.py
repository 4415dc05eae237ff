"""What can be said of every model before it is asked, and whether it answers when it is.

Knows the models by name only; commands print what stands here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from app.models import EXTRACTIVE, LOCAL, OPENAI, ChatModels
from rag.errors import QuorumError
from rag.model_errors import ModelError, ModelNotConfigured
from rag.prompting import rewording_messages
from rag.replies import Trouble
from rag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A model by its ``name`` in the settings, and whether the settings make it the default.

    ``model`` is its name or folder where it runs, ``runs_on`` an address or a device, empty where
    that is not known. ``window`` counts tokens of prompt and reply together. ``problem`` is why it
    cannot be used. ``answers`` is whether it answered a trial, None for one that was not tried;
    then ``first_words_s`` are the seconds until its first words, ``trouble`` why none came.
    """

    name: str
    is_default: bool
    model: str = ""
    runs_on: str = ""
    window: int | None = None
    quantisation: str = "none"
    problem: QuorumError | None = None
    answers: bool | None = None
    first_words_s: float | None = None
    trouble: Trouble | None = None


def model_cards(models: ChatModels, settings: Settings) -> tuple[ModelCard, ...]:
    """A card for each model there is, the default first, then those not configured.

    Reads files' headers at most: no weights are loaded and no service is asked.
    """
    usable = models.names()
    kinds = (EXTRACTIVE, OPENAI, LOCAL)
    names = (*usable, *(kind for kind in kinds if kind not in usable))
    return tuple(_card(models, settings, name, is_default=name == usable[0]) for name in names)


def tried(models: ChatModels, cards: tuple[ModelCard, ...]) -> Iterator[ModelCard]:
    """The cards of the models that are configured, each after it was asked for a few words.

    A model is left as soon as its first words are there; a local one is loaded before.
    """
    for card in cards:
        if isinstance(card.problem, ModelNotConfigured):
            continue
        if card.problem is not None or card.name == EXTRACTIVE:
            yield replace(card, answers=card.problem is None)
        else:
            yield _tried(models, card)


def _card(models: ChatModels, settings: Settings, name: str, *, is_default: bool) -> ModelCard:
    card = ModelCard(name=name, is_default=is_default)
    if name == EXTRACTIVE:
        return card
    try:
        models.check(name)
        if name == OPENAI:
            card = replace(
                card,
                model=settings.chat_model,
                runs_on=_address(settings.chat_base_url or "https://api.openai.com/v1"),
                window=models.chat(name).window,
            )
        else:
            card = replace(
                card, model=settings.local_model, quantisation=settings.local_quantisation
            )
            models.local.check()
            card = replace(card, runs_on=models.local.device, window=models.chat(name).window)
    except ModelError as error:
        return replace(card, problem=error)
    return card


def _address(url: str) -> str:
    """``url`` without its query, which may hold a key."""
    return urlsplit(url)._replace(query="", fragment="").geturl()


def _tried(models: ChatModels, card: ModelCard) -> ModelCard:
    try:
        if card.name != OPENAI:
            models.local.load()
        chat = models.chat(card.name)
    except ModelError as error:
        return replace(card, problem=error, answers=False)
    started = time.perf_counter()
    trouble: Trouble | None = None
    for reply in chat.stream(rewording_messages("Is the valve closed?", 1)):
        if reply.text or reply.reasoning:
            return replace(card, answers=True, first_words_s=time.perf_counter() - started)
        trouble = reply.trouble
    return replace(card, answers=False, trouble=trouble or Trouble.EMPTY)
