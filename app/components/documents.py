"""The table of documents: each can be looked into and deleted, several be deleted or read anew.

Drawn in the browser as text nodes only, so a file's name cannot become markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from app.components.drawn_in_browser import component
from app.i18n import Translator
from app.shelf import Row

_TEXTS = ("again", "all", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentActions:
    """What is done with documents; each is given names."""

    look: Callable[[str], None]
    remove: Callable[[Sequence[str]], None]
    again: Callable[[Sequence[str]], None]


def draw_documents(rows: Sequence[Row], t: Translator, *, key: str, do: DocumentActions) -> None:
    """Draw ``rows``, with what can be done with one of them and with those that are ticked."""

    def given(name: str) -> list[str]:
        names = st.session_state[key].get(name)
        return [str(one) for one in names] if isinstance(names, list) else []

    def look() -> None:
        for name in given("look")[:1]:
            do.look(name)

    def remove() -> None:
        if names := given("remove"):
            do.remove(names)

    def again() -> None:
        if names := given("again"):
            do.again(names)

    data = {
        "language": t.language,
        "columns": {
            name: t(f"documents.{name}")
            for name in ("name", "state", "pages", "chunks", "size", "added")
        },
        "texts": {name: t(f"documents.{name}") for name in _TEXTS},
        "selected": t("documents.selected", number="{number}"),
        "rows": [
            asdict(row)
            | {
                "label": t("documents.remove", name=row.name),
                "look": t("documents.look", name=row.name),
                "tick": t("documents.tick", name=row.name),
            }
            for row in rows
        ],
    }
    component("documents")(
        data=data, key=key, on_remove_change=remove, on_look_change=look, on_again_change=again
    )
