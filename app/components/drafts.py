"""An answer on its way: the words so far, and how many samples have voted. Text, never markup."""

from __future__ import annotations

import streamlit as st

from app.i18n import Translator
from app.tallied import progress_of
from app.wording import said_so_far
from rag.answer import Answer


def draw_draft(answer: Answer | None, t: Translator, *, ready: bool, collections: int) -> None:
    """Draw what came so far in place of what stood here, or what is being done.

    ``ready`` tells that the model is loaded, ``collections`` how many are searched.

    While samples are asked their number stands over the draft.
    """
    progress = progress_of(answer, t) if answer is not None else None
    with st.container(gap="small"):
        if progress:
            share, words = progress
            st.progress(share, text=words)
        st.text(said_so_far(t, answer, ready=ready, collections=collections))
