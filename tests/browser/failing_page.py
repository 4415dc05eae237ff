"""Fails in a callback, a fragment, a dialog and the page itself, at a click each."""

from __future__ import annotations

import streamlit as st


def fail() -> None:
    """Fail as a mistake of ours would."""
    raise ZeroDivisionError("secret detail")


@st.fragment
def fragment() -> None:
    """A part of the page that runs alone."""
    if st.button("fragment"):
        fail()


@st.dialog("dialog")
def dialog() -> None:
    """A part over the page."""
    fail()


st.button("callback", on_click=fail)
fragment()
if st.button("dialog"):
    dialog()
if st.button("page"):
    fail()
