"""Keeps the page where it is when something on it is opened.

Streamlit holds a page with a chat input at its end while it grows, which is right for an answer
that is being written, and takes away what a reader has just opened.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st


def keep_place() -> None:
    """Have what is opened on this page open where it stands."""
    _component()(data=None, key="page-place")


@cache
def _component() -> Any:
    script = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("quorum.page_place", js=script)
