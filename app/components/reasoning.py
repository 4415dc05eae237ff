"""What a model thought before it answered, behind a closed expander: text, never markup."""

from __future__ import annotations

import streamlit as st

from app.i18n import Translator


def draw_reasoning(thoughts: str, t: Translator, *, key: str) -> None:
    """Draw ``thoughts`` under the word that nobody checked them; nothing where there are none."""
    thoughts = thoughts.strip()
    if not thoughts:
        return
    with st.expander(t("answer.reasoning"), key=f"reasoning-{key}"):
        st.caption(t("answer.reasoning.help"))
        st.text(thoughts)
