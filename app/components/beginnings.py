"""What stands on the page Ask before the first question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from app.i18n import Translator
from app.markup import as_text


def draw_nowhere(t: Translator, open_library: Callable[[], None]) -> None:
    """Draw what to do while there are no documents."""
    with st.container(key="empty"):
        st.title(t("ask.title"), anchor=False)
        st.markdown(t("ask.nowhere"))
        if st.button(t("ask.nowhere.go"), key="go-library", type="primary"):
            open_library()


def draw_welcome(questions: Sequence[str], t: Translator, on_choice: Callable[[str], None]) -> None:
    """Draw the greeting and questions to begin with; a click calls ``on_choice`` with one."""
    with st.container(key="welcome"):
        st.title(t("ask.title"), anchor=False)
        st.markdown(t("ask.welcome"))
        if questions:
            st.caption(t("ask.samples"))
        for number, question in enumerate(questions):
            st.button(
                as_text(question),
                key=f"sample-{number}",
                width="stretch",
                on_click=on_choice,
                args=(question,),
            )
