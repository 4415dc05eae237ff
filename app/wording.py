"""How an answer's model and its mishaps are called in the reader's language."""

from __future__ import annotations

from app.i18n import Translator
from rag.settings import Settings
from rag.types import Answer


def model_name(settings: Settings, t: Translator, model: str) -> str:
    """The model of this name as a reader knows it."""
    return settings.openai_model if model == "openai" else t.known(f"model.{model}", model)


def notice_of(settings: Settings, t: Translator, answer: Answer) -> str:
    """What a reader is told about how ``answer``, which has a notice, came to be."""
    why = t(f"trouble.{answer.trouble}") if answer.trouble else t("trouble.other")
    return t(f"notice.{answer.notice}", why=why, model=settings.openai_model)
