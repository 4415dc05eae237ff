"""The button that stops an answer, and what stands there when nothing had been said by then."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.components.notes import draw_note
from app.i18n import Translator


def draw_stop(t: Translator, *, stopping: bool, on_stop: Callable[[], None]) -> None:
    """Draw the button; it says so while the answer is being stopped."""
    st.button(
        t("ask.stopping" if stopping else "ask.stop"),
        key="stop",
        icon=":material/stop_circle:",
        disabled=stopping,
        on_click=on_stop,
    )


def draw_unanswered(question: str, t: Translator, *, on_ask: Callable[[], None]) -> None:
    """Draw a question that was stopped before anything was said, to be asked again."""
    with st.chat_message("user"):
        st.text(question)
    with st.chat_message("assistant"):
        draw_note(t("ask.stopped"), key="stopped", kind="plain")
        st.button(t("ask.again"), key="ask-again", icon=":material/refresh:", on_click=on_ask)
