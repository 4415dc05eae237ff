"""Tells the browser which language the page speaks: for screen readers and for Han characters."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import streamlit as st

_JS: Final = "export default function ({ data }) { document.documentElement.lang = data; }"
_TAGS: Final = {"zh": "zh-CN"}


def declare_language(language: str) -> None:
    """Declare the page to be in ``language``."""
    _component()(data=_TAGS.get(language, language), key="page-language")


@cache
def _component() -> Any:
    return st.components.v2.component("quorum.page_language", js=_JS)
