"""Indexes made anew and the move to another embedding model: asked for, and told in words.

Asks the record only: the worker does it. Knows no page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.i18n import Translator
from rag.collection_errors import SameModel

if TYPE_CHECKING:
    from app.wiring import Services
    from vectorstore.reindexing import Reindexing

_EMBEDDING_SHARE: Final = 0.85
"""Of the work of a move, how much is the embedding."""

_INDEXING_SHARE: Final = 0.6
"""Of the work of a rebuilding, how much is done when it is switched to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReindexing:
    """How far it has come; ``share`` (0..1) of it is done.

    ``busy`` while something is still to come, ``can_be_cancelled`` before the switch. ``error`` is
    empty, or says what happened and what to do next.
    """

    id: int
    headline: str
    note: str
    share: float
    busy: bool
    can_be_cancelled: bool
    error: tuple[str, ...]


def begin_rebuild(services: Services) -> int:
    """Have both indexes made anew beside the old ones. Raises ReindexingUnderway."""
    return services.reindexings.request()


def begin_move(services: Services, model: str) -> int:
    """Have all passages embedded with ``model``, a folder or a hub id, and then move to it.

    Raises EmbeddingModelError for what is no such model, SameModel and ReindexingUnderway; nothing
    has changed then.
    """
    chosen = model.strip()
    embedder = services.open_model(chosen)
    if embedder.model_id == services.embedder.model_id:
        raise SameModel(model=name_of(embedder.model_id))
    return services.reindexings.request(
        chosen, model_id=embedder.model_id, dimension=embedder.dimension
    )


def name_of(model_id: str) -> str:
    """An embedding model's name, without the fingerprint of its weights."""
    return model_id.rpartition("@")[0] or model_id


def shown_reindexing(services: Services, t: Translator) -> ShownReindexing | None:
    """The last one that was asked for; None when there was none, or it was cancelled."""
    from vectorstore.schema import ReindexingState

    found = services.reindexings.newest()
    if found is None or found.state is ReindexingState.CANCELLED:
        return None
    failed = found.state is ReindexingState.FAILED
    waiting = found.state is ReindexingState.UNDERWAY
    kind = "rebuild" if found.model is None else "move"
    state = "underway" if waiting else "filling" if found.found < found.passages else "done"
    return ShownReindexing(
        id=found.id,
        headline="" if failed else t(f"reindexing.{kind}.{state}", model=_model(found)),
        note="" if failed else _note(found, t),
        share=_share(found, waiting=waiting),
        busy=not failed and state != "done",
        can_be_cancelled=waiting,
        error=t.refusal(found.refusal or {}) if failed else (),
    )


def _model(found: Reindexing) -> str:
    return (found.model or "").rstrip("/").rsplit("/", 1)[-1] or "all-MiniLM-L6-v2"


def _note(found: Reindexing, t: Translator) -> str:
    if found.found:
        return t("reindexing.found", done=found.found, count=found.passages)
    if found.model is not None and not found.indexed:
        return t("reindexing.embedded", done=found.embedded, count=found.passages)
    return t("reindexing.indexed", done=found.indexed, count=found.passages)


def _share(found: Reindexing, *, waiting: bool) -> float:
    of = max(1, found.passages)
    begun = _INDEXING_SHARE if found.model is None else _EMBEDDING_SHARE
    if not waiting:
        return max(begun, found.found / of) if found.passages else 1.0
    if found.model is None:
        return begun * found.indexed / of
    return begun * min(found.embedded, of) / of
