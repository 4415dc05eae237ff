"""Files on their way into a collection, each job with how far it has come and what became of it.

Drawn in the browser as text nodes only, so a file's name cannot become markup. Knows neither the
queue nor the session.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import streamlit as st

from app.arriving import ShownJob
from app.components.drawn_in_browser import component
from app.i18n import Translator

_LOOK_AGAIN_S: Final = 1.0
_MANY_FILES: Final = 200
_LOOK_AGAIN_AT_MANY_S: Final = 3.0
_PAGE_AGAIN_S: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobActions:
    """What the buttons of a job do; each is given its id."""

    cancel: Callable[[str], object]
    retry: Callable[[str], object]
    hide: Callable[[str], object]


def draw_arrivals(
    look: Callable[[], Sequence[ShownJob]],
    t: Translator,
    *,
    do: JobActions,
    page_rests: Callable[[], bool],
) -> None:
    """Draw the jobs that ``look`` finds, again and again while one of them has not ended.

    The page is drawn anew when all have ended, and now and then as files end, but not as long as
    ``page_rests`` because the reader is at something.
    """
    drawn = look()
    if not drawn:
        return
    underway, ended = not all(job.done for job in drawn), sum(job.ended for job in drawn)
    since = time.monotonic()
    many = sum(job.total for job in drawn) > _MANY_FILES
    pause_s = _LOOK_AGAIN_AT_MANY_S if many else _LOOK_AGAIN_S

    @st.fragment(run_every=pause_s if underway else None)
    def draw() -> None:
        jobs = look()
        for job in jobs:
            _draw_job(job, t, do)
        changed = ended != sum(job.ended for job in jobs)
        still = not all(job.done for job in jobs)
        again = still != underway or (changed and time.monotonic() - since > _PAGE_AGAIN_S)
        if again and not page_rests():
            st.rerun()

    draw()


def _draw_job(job: ShownJob, t: Translator, do: JobActions) -> None:
    with st.container(key=f"job-{job.id}", border=True, gap="small"):
        data = asdict(job) | {"label": t("arrivals.label")}
        component("arrivals")(data=data, key=f"arrivals-{job.id}")
        with st.container(horizontal=True, key=f"job-actions-{job.id}"):
            if not job.done:
                _button("cancel", job, t("arrivals.cancel"), do.cancel)
            if job.can_be_retried:
                _button("retry", job, t("arrivals.retry"), do.retry)
            if job.done:
                _button("hide", job, t("library.dismiss"), do.hide)


def _button(name: str, job: ShownJob, label: str, act: Callable[[str], object]) -> None:
    def press() -> None:
        act(job.id)

    st.button(label, key=f"{name}-{job.id}", type="tertiary", on_click=press)
