"""The care of all indexes: made anew, or over another embedding model, with how far that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import streamlit as st

from app.components.notes import draw_failure, draw_note
from app.failures import Failure, caught
from app.i18n import Translator
from app.reindexing import (
    ShownReindexing,
    begin_move,
    begin_rebuild,
    name_of,
    shown_reindexing,
)

if TYPE_CHECKING:
    from app.wiring import Services

_LOOK_AGAIN_S: Final = 1.0
_FAILURE: Final = "index-failure"
_SEEN: Final = "index-seen"


def draw_index_care(services: Services, t: Translator) -> None:
    """Draw what can be done with the indexes of all collections, closed until it is opened.

    While something is under way that stands above, and is drawn again and again.
    """
    shown = shown_reindexing(services, t)
    if shown is not None and shown.busy:
        st.session_state[_SEEN] = shown.id
    if shown is not None and (shown.busy or shown.error or st.session_state.get(_SEEN) == shown.id):
        _draw_progress(services, shown, t)
    with st.expander(t("index.title"), key="index-care"):
        st.text(t("index.model", model=name_of(services.embedder.model_id)))
        if failure := st.session_state.pop(_FAILURE, None):
            draw_failure(failure, t, key="index")
        busy = shown is not None and shown.can_be_cancelled
        st.caption(t("index.rebuild.what"))
        st.button(
            t("index.rebuild"),
            key="rebuild-index",
            disabled=busy,
            on_click=lambda: _try(lambda: begin_rebuild(services)),
        )
        with st.form("move-form", border=False, enter_to_submit=False):
            st.text_input(
                t("index.move.to"),
                key="move-model",
                placeholder=t("index.move.example"),
                help=t("index.move.help"),
            )
            st.caption(t("index.move.what"))
            st.form_submit_button(
                t("index.move"),
                key="move-index",
                disabled=busy,
                on_click=lambda: _try(lambda: _move(services)),
            )


def _draw_progress(services: Services, first: ShownReindexing, t: Translator) -> None:
    @st.fragment(run_every=_LOOK_AGAIN_S if first.busy else None)
    def draw() -> None:
        shown = shown_reindexing(services, t)
        if shown is not None:
            _draw(services, shown, t)
        if first.busy and (shown is None or not shown.busy):
            st.rerun()

    draw()


def _draw(services: Services, shown: ShownReindexing, t: Translator) -> None:
    with st.container(border=True, key="reindexing", gap="small"):
        if shown.error:
            draw_note(*shown.error, key="reindexing", kind="error")
            return
        st.text(shown.headline)
        if shown.busy:
            st.progress(shown.share)
            st.caption(shown.note)
        if shown.can_be_cancelled:
            st.button(
                t("index.cancel"),
                key="cancel-reindexing",
                type="tertiary",
                on_click=lambda: _try(lambda: services.reindexings.cancel(shown.id)),
            )


def _move(services: Services) -> None:
    if model := str(st.session_state["move-model"]).strip():
        begin_move(services, model)


def _try(do: Callable[[], object]) -> None:
    def tell(failure: Failure) -> None:
        st.session_state[_FAILURE] = failure

    with caught(tell):
        do()
