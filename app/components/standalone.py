"""The question that was searched in place of a follow-up, and a way to put it right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from app.i18n import Translator

OnAsk = Callable[[str], None]


def draw_standalone(
    searched: str | None,
    t: Translator,
    *,
    key: str,
    longest: int,
    on_ask: OnAsk | None,
) -> None:
    """Draw ``searched`` as text; nothing where the question was searched as it was asked.

    It can be edited, up to ``longest`` characters, where ``on_ask`` takes what is to be asked.
    """
    if searched is None:
        return
    with st.container(key=f"standalone-{key}", horizontal=True, gap="small"):
        st.text(t("ask.standalone.searched", question=searched))
        if on_ask is None:
            st.empty()  # takes the place of the form at once, which else stays open until the end
        else:
            with st.popover(t("ask.standalone.edit"), icon=":material/edit:", type="tertiary"):
                _draw_form(searched, t, key=key, longest=longest, on_ask=on_ask)


def _draw_form(searched: str, t: Translator, *, key: str, longest: int, on_ask: OnAsk) -> None:
    field = f"reworded-{key}"
    with st.form(f"reword-{key}", border=False):
        st.text_area(
            t("ask.standalone.label"), value=searched, key=field, max_chars=longest, height=100
        )
        st.form_submit_button(
            t("ask.standalone.ask"),
            key=f"reask-{key}",
            type="primary",
            on_click=partial(_ask, field, on_ask),
        )


def _ask(field: str, on_ask: OnAsk) -> None:
    wording = st.session_state[field].strip()
    if wording:
        on_ask(wording)
