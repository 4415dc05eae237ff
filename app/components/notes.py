"""Sentences in a quiet frame: errors, notices, empty states. Drawn as text, never as markup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import streamlit as st

from app.failures import Failure, caught, in_words
from app.i18n import Translator


def draw_note(*sentences: str, key: str, kind: Literal["error", "notice", "plain"]) -> None:
    """Draw ``sentences`` one below the other, the first one stronger."""
    with st.container(key=f"note-{kind}-{key}", gap=None):
        for sentence in sentences:
            st.text(sentence)


def draw_failure(failure: Failure, t: Translator, *, key: str) -> None:
    """Draw what happened and what to do next."""
    draw_note(*in_words(failure, t), key=key, kind="error")


@contextmanager
def drawn_failures(t: Translator, *, key: str) -> Iterator[None]:
    """Draw what goes wrong inside in its place."""
    failures: list[Failure] = []
    with caught(failures.append):
        yield
    for failure in failures:
        draw_failure(failure, t, key=key)
