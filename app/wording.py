"""How an answer's model, its mishaps and its filter are called in the reader's language."""

from __future__ import annotations

from typing import Final

from app.i18n import Translator
from rag.filter import Filter
from rag.settings import Settings
from rag.types import Answer

_NAMED: Final = 3


def model_name(settings: Settings, t: Translator, model: str) -> str:
    """The model of this name as a reader knows it."""
    return settings.openai_model if model == "openai" else t.known(f"model.{model}", model)


def notice_of(settings: Settings, t: Translator, answer: Answer) -> str:
    """What a reader is told about how ``answer``, which has a notice, came to be."""
    why = t(f"trouble.{answer.trouble}") if answer.trouble else t("trouble.other")
    return t(f"notice.{answer.notice}", why=why, model=settings.openai_model)


def narrowed_to(t: Translator, where: Filter) -> str:
    """What a search was narrowed down to, in one line; nothing where it was not."""
    names = [*where.documents[:_NAMED]]
    if len(where.documents) > _NAMED:
        names.append(t("ask.filter.more", count=len(where.documents) - _NAMED))
    said = {
        "documents": t("ask.filter.comma").join(names),
        "types": t("ask.filter.comma").join(type_name(t, one) for one in where.types),
        "added_from": where.added_from.isoformat() if where.added_from else "",
        "added_until": where.added_until.isoformat() if where.added_until else "",
        "heading": where.heading,
    }
    parts = [t(f"ask.filter.said.{name}", said=value) for name, value in said.items() if value]
    return t("ask.filter.said", conditions=" · ".join(parts)) if parts else ""


def type_name(t: Translator, kind: str) -> str:
    """A type of file as a reader knows it."""
    return t.known(f"ask.filter.type.{kind}", kind)
