"""All collections at a glance, each a tile that leads to it.

Drawn in the browser as text nodes only, so a collection's name cannot become markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

import streamlit as st

from app.components.drawn_in_browser import component
from app.i18n import Translator
from app.overview import MOST_TILES, Tile

_SEARCHED_FROM = 9
_WANTED = "wanted-collection"


def draw_overview(
    look: Callable[[str], tuple[Sequence[Tile], int]],
    t: Translator,
    *,
    choose: Callable[[str], None],
) -> None:
    """Draw the tiles that ``look`` finds by a piece of their names; it also counts all there are.

    Nothing is drawn where there are fewer than two. ``choose`` is given a collection's name.
    """
    found, count = look(st.session_state.get(_WANTED, ""))
    if count < 2:
        return
    with st.container(key="overview", gap="small"):
        st.subheader(t("overview.title"), anchor=False)
        if count >= _SEARCHED_FROM:
            st.text_input(
                t("overview.find"),
                key=_WANTED,
                label_visibility="collapsed",
                placeholder=t("overview.find"),
                icon=":material/search:",
            )
            found, count = look(st.session_state[_WANTED])
        if not found:
            st.caption(t("overview.none"))
            return
        component("overview")(
            data={
                "language": t.language,
                "tiles": [asdict(tile) for tile in found],
                "texts": {
                    "label": t("overview.title"),
                    "changed": t("overview.changed"),
                    "size": t("overview.size"),
                },
            },
            key="overview-tiles",
            on_choose_change=lambda: _chosen(choose),
        )
        if len(found) == MOST_TILES:
            st.caption(t("overview.shown", shown=len(found), count=count))


def _chosen(choose: Callable[[str], None]) -> None:
    name = st.session_state["overview-tiles"].get("choose")
    if isinstance(name, str):
        choose(name)
