"""How an answer's model, its mishaps and its filter are called in the reader's language."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final
from urllib.parse import urlsplit

from app.i18n import Translator
from rag.answer import Answer, Notice
from rag.filter import Filter
from rag.settings import Settings

_NAMED: Final = 3


def model_name(settings: Settings, t: Translator, model: str) -> str:
    """The model of this name as a reader knows it: which one, and where it runs."""
    kind, _, adapter = model.partition("+")
    if kind == "openai":
        named = (settings.chat_model, _service(settings, t))
        return " · ".join(one for one in named if one)
    if kind == "local" and settings.local_model:
        folder = PurePath(settings.local_model).name
        if adapter:
            return t("model.local.adapted", model=folder, adapter=adapter)
        return t("model.local", model=folder)
    return t.known(f"model.{model}", model)


def _service(settings: Settings, t: Translator) -> str:
    """Who runs the service: its provider, or the host where only an address is set."""
    if settings.provider != "openai":
        return t(f"provider.{settings.provider}")
    return urlsplit(settings.chat_base_url).netloc or "api.openai.com"


def notice_of(settings: Settings, t: Translator, answer: Answer) -> str:
    """What a reader is told about how ``answer``, which has a notice, came to be."""
    why = t(f"trouble.{answer.trouble}") if answer.trouble else t("trouble.other")
    failed = answer.notice is Notice.MODEL_FAILED
    asked = answer.instead_of or ("openai" if failed else answer.model)
    return t(f"notice.{answer.notice}", why=why, model=model_name(settings, t, asked))


def made_by(settings: Settings, t: Translator, answer: Answer) -> str:
    """What answered, and how it was asked where that is not simply once."""
    said = t("answer.made", model=model_name(settings, t, answer.model))
    if answer.strategy in ("", "direct"):
        return said
    return f"{said} · {t.known(f'strategy.{answer.strategy}', answer.strategy)}"


def said_so_far(t: Translator, answer: Answer | None, *, ready: bool, collections: int) -> str:
    """What stands where a growing answer is awaited: its words, or what is being done.

    ``ready`` tells that its model is loaded, ``collections`` how many are searched.
    """
    if answer is not None and answer.text:
        return answer.text
    if answer is not None and answer.reasoning:
        return t("ask.thinking")
    if answer is not None and answer.tally is not None:
        return t("ask.writing")
    if not ready:
        return t("ask.loading")
    if answer is not None and answer.hits:
        return t("ask.reading", count=len(answer.passages()))
    return t("ask.searching", count=collections)


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
