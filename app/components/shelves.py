"""The collection that the Library shows, chosen or named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from app import session
from app.components.notes import draw_failure
from app.failures import caught
from app.i18n import Translator
from app.shelf import shelf_names
from vectorstore.collection_names import collection_name
from vectorstore.record import Collection


def draw_shelves(collections: Sequence[Collection], awaited: Iterable[str], t: Translator) -> str:
    """Draw the choice among ``collections`` and those ``awaited``; returns the name chosen."""
    counts = {one.name: t("library.count", count=one.documents) for one in collections}
    names = shelf_names(collections, awaited, st.session_state.get("draft"), t)
    before = session.shelf()
    with st.container(horizontal=True, vertical_alignment="bottom", key="shelf-row"):
        chosen: str = st.selectbox(
            t("library.collection"),
            names,
            index=names.index(before) if before in names else 0,
            format_func=lambda name: f"{name}  ·  {counts.get(name, t('library.new'))}",
        )
        with st.popover(t("library.add_collection"), icon=":material/create_new_folder:"):
            _name_collection([one.name for one in collections], t)
    session.choose_shelf(chosen)
    return chosen


def _name_collection(there: Sequence[str], t: Translator) -> None:
    def use() -> None:
        st.session_state.pop("naming", None)
        with caught(lambda failure: st.session_state.update(naming=failure)):
            name = collection_name(st.session_state.new_name)
            known = {one.casefold(): one for one in there}
            st.session_state.draft = known.get(name.casefold(), name)
            session.choose_shelf(st.session_state.draft)

    with st.form("naming-form", border=False, clear_on_submit=True):
        st.text_input(t("library.name"), key="new_name", max_chars=100)
        st.form_submit_button(t("library.use_name"), type="primary", key="use-name", on_click=use)
    if failure := st.session_state.get("naming"):
        draw_failure(failure, t, key="naming")
