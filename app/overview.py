"""The collections at a glance: what is in each, and in words whether its indexes are in order.

Gives plain values for ``app/components/overview.py`` to draw; knows no page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.i18n import Translator
from app.reindexing import name_of
from app.shelf import size_in_words

if TYPE_CHECKING:
    from app.wiring import Services
    from vectorstore.overview import CollectionNumbers
    from vectorstore.record import Collection

MOST_TILES: Final = 60
"""How many collections are shown at once; a search finds the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """A collection's settings as a form shows them.

    ``chunk_tokens`` is empty where the collection goes by ``usual_tokens``.
    """

    name: str
    documents: int
    chunk_tokens: str
    usual_tokens: int
    recognise: bool
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A collection as it is shown; ``changed`` is an ISO time in UTC.

    ``health`` is ``ok``, ``busy`` (work is under way), ``off`` (something is to be done) or
    ``empty``.
    """

    name: str
    counts: str
    refused: str
    size: str
    changed: str
    health: str
    health_text: str
    current: bool


def tiles(
    services: Services, current: str | None, wanted: str, t: Translator
) -> tuple[list[Tile], int]:
    """At most MOST_TILES collections whose name holds ``wanted``, whatever its case.

    Also counts all there are. ``current`` is shown as the one that is open, else the first.
    """
    everything = services.overview.all()
    names = [one.name for one in everything]
    current = current if current in names else next(iter(names), "")
    found = [one for one in everything if wanted.casefold() in one.name.casefold()]
    return [_tile(services, one, current, t) for one in found[:MOST_TILES]], len(everything)


def care_of(services: Services, collection: Collection) -> Care:
    """What the settings of the collection show."""
    own = services.collection_settings.of(collection.id)
    return Care(
        name=collection.name,
        documents=len(services.record.documents(collection.id)),
        chunk_tokens="" if own.chunk_tokens is None else str(own.chunk_tokens),
        usual_tokens=services.settings.chunk_tokens,
        recognise=own.recognise is not False,
        model=name_of(collection.embedder or services.embedder.model_id),
    )


def health(services: Services, one: CollectionNumbers, t: Translator) -> tuple[str, str]:
    """How the collection's indexes stand: the kind (see ``Tile``), and a sentence."""
    if one.underway:
        return "busy", t("overview.health.arriving")
    if not one.passages:
        return "empty", t("overview.health.empty")
    if not one.in_step:
        done = min(one.words, one.vectors)
        return "busy", t("overview.health.indexing", done=done, count=one.passages)
    words, vectors = services.synchroniser.held(one.index_id)
    if words < one.words or (vectors is not None and vectors < one.vectors):
        return "off", t("overview.health.lost")
    return "ok", t("overview.health.ok")


def _tile(services: Services, one: CollectionNumbers, current: str, t: Translator) -> Tile:
    kind, sentence = health(services, one, t)
    documents = t("library.count", count=one.documents)
    passages = t("overview.passages", count=one.passages)
    return Tile(
        name=one.name,
        counts=f"{documents} · {passages}",
        refused=t("overview.refused", count=one.refused) if one.refused else "",
        size=size_in_words(one.file_bytes),
        changed=one.changed_at.isoformat(),
        health=kind,
        health_text=sentence,
        current=one.name == current,
    )
