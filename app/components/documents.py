"""The table of documents, with a button on each row that asks to remove it.

Drawn in the browser as text nodes only, so a file's name cannot become markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app.i18n import Translator
from app.shelf import Row


def draw_documents(
    rows: Sequence[Row], t: Translator, *, key: str, on_remove: Callable[[str], None]
) -> None:
    """Draw ``rows``; the button of a row calls ``on_remove`` with the document's name."""

    def pass_on() -> None:
        name = st.session_state[key].get("remove")
        if isinstance(name, str):
            on_remove(name)

    data = {
        "language": t.language,
        "columns": {
            name: t(f"documents.{name}")
            for name in ("name", "state", "pages", "chunks", "size", "added")
        },
        "rows": [asdict(row) | {"label": t("documents.remove", name=row.name)} for row in rows],
    }
    _component()(data=data, key=key, on_remove_change=pass_on)


@cache
def _component() -> Any:
    here = Path(__file__).parent
    return st.components.v2.component(
        "quorum.documents",
        html='<div class="root"></div>',
        css=(here / "documents.css").read_text(encoding="utf-8"),
        js=(here / "documents.js").read_text(encoding="utf-8"),
    )
