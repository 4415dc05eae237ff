"""The question whether documents, or other things, are really to be deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from app.components.notes import draw_failure
from app.failures import Failure, caught
from app.i18n import Translator

_MOST_NAMED: Final = 8


def draw_removal(
    names: Sequence[str],
    t: Translator,
    *,
    on_sure: Callable[[], None],
    on_end: Callable[[], None],
    title: str = "",
    warning: str = "",
) -> None:
    """Draw a dialog over the page; ``on_sure`` deletes, ``on_end`` forgets the question.

    ``title`` and ``warning`` are said of things that are no documents.
    """
    several = len(names) > 1
    if not title:
        title = t("remove.title.many", count=len(names)) if several else t("remove.title")
        warning = t("remove.warning.many" if several else "remove.warning")

    @st.dialog(title, on_dismiss=on_end)
    def confirm() -> None:
        st.text("\n".join(names[:_MOST_NAMED]))
        if len(names) > _MOST_NAMED:
            st.caption(t("remove.more", count=len(names) - _MOST_NAMED))
        st.markdown(warning)
        with st.container(horizontal=True):
            sure = st.button(t("remove.confirm"), key="confirm-remove", type="primary")
            kept = st.button(t("remove.cancel"), key="cancel-remove")
        failures: list[Failure] = []
        if sure:
            with st.spinner(t("remove.underway")), caught(failures.append):
                on_sure()
        for failure in failures:
            draw_failure(failure, t, key="remove")
        if kept or (sure and not failures):
            on_end()
            st.rerun()

    confirm()
