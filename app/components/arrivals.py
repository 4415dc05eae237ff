"""Files on their way into a collection, each with how far it has come and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from app.components.notes import draw_failure
from app.failures import Failure
from app.i18n import Translator
from app.uploads import Upload

_LOOK_AGAIN_S: Final = 0.3


def draw_arrivals(
    arrivals: Sequence[Upload], t: Translator, *, on_dismissal: Callable[[], None]
) -> None:
    """Draw ``arrivals``, again and again until all are done; then they can be dismissed."""
    if not arrivals:
        return
    underway = not all(one.done for one in arrivals)

    @st.fragment(run_every=_LOOK_AGAIN_S if underway else None)
    def draw() -> None:
        with st.container(key="arrivals", border=True):
            for number, one in enumerate(arrivals):
                _draw_arrival(one, t, key=f"arrival-{number}")
        if not all(one.done for one in arrivals):
            return
        # Drawn here and not by the page: the page's next run can be lost between two of these.
        dismissed = st.button(t("library.dismiss"), key="dismiss", type="tertiary")
        if dismissed:
            on_dismissal()
        if underway or dismissed:
            st.rerun()

    draw()


def _draw_arrival(upload: Upload, t: Translator, *, key: str) -> None:
    with st.container(key=key, gap=None):
        st.text(upload.name)
        if not upload.done:
            st.progress(upload.share, text=t("library.underway"))
            return
        failure: Failure | None = upload.failure
        if report := upload.report:
            st.caption(t(f"arrival.{report.status}", count=report.chunks))
            failure = report.error
        if failure:
            draw_failure(failure, t, key=key)
