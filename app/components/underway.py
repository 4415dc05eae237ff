"""A measurement on its way: how far it has come, how long it still takes, a button that stops it.

What became of the last one stands there too, until it is put away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from app.arriving import time_in_words
from app.components.drawn_in_browser import component
from app.components.notes import draw_failure, draw_note
from app.i18n import Translator
from app.measuring.orders import Order
from app.measuring.process import MeasuringProcess
from app.measuring.progress import Progress, State, failure_of

_LOOK_AGAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderwayActions:
    """What the buttons do; ``look`` gets the id of the finished run."""

    look: Callable[[str], None]
    go_on: Callable[[Order], None]


def draw_underway(measuring: MeasuringProcess, t: Translator, *, do: UnderwayActions) -> None:
    """Draw the last order until it is put away, again and again while it is carried out."""
    drawn = measuring.progress()
    if drawn is None:
        return
    running = drawn.state is State.RUNNING

    @st.fragment(run_every=_LOOK_AGAIN_S if running else None)
    def draw() -> None:
        now = measuring.progress()
        if now is None or (now.state is State.RUNNING) != running:
            st.rerun()
        if running:
            _draw_running(measuring, now, t)
        else:
            _draw_ended(measuring, now, t, do)

    with st.container(key="underway", border=running):
        draw()


def share_of(progress: Progress) -> float:
    """How much of the stage is done, 0..1."""
    return progress.done / progress.total if progress.total else 0.0


def pace_in_words(progress: Progress, t: Translator) -> str:
    """The stage, how much of it is done, and the time it still takes as far as that is known."""
    told = [t.known(f"evaluate.stage.{progress.stage}", progress.stage)]
    if progress.total:
        told.append(t("evaluate.done_of", done=progress.done, total=progress.total))
    if progress.left_s:
        told.append(t("arrivals.left", time=time_in_words(progress.left_s, t)))
    return " · ".join(told)


def _draw_running(measuring: MeasuringProcess, now: Progress, t: Translator) -> None:
    stopping = measuring.is_stopping
    headline = t("evaluate.underway", set=now.order.question_set)
    data = {
        "headline": headline,
        "speed": t("evaluate.stopping") if stopping else pace_in_words(now, t),
        "share": share_of(now),
        "label": headline,
        "files": [],
        "others": "",
        "done": False,
    }
    component("arrivals")(data=data, key="underway-progress")
    st.button(
        t("evaluate.stop"),
        key="underway-stop",
        type="tertiary",
        disabled=stopping,
        on_click=measuring.stop,
    )


def _draw_ended(
    measuring: MeasuringProcess, ended: Progress, t: Translator, do: UnderwayActions
) -> None:
    name = ended.order.question_set
    failure = failure_of(ended)
    if failure is not None:
        draw_failure(failure, t, key="underway")
    elif ended.state is State.DONE:
        draw_note(t("evaluate.done", set=name), key="done", kind="plain")
    else:
        draw_note(t("evaluate.stopped", set=name), t("evaluate.kept"), key="stopped", kind="notice")
    with st.container(horizontal=True):
        if ended.state is State.DONE:
            st.button(
                t("evaluate.look"),
                key="underway-look",
                type="primary",
                on_click=_putting_away(measuring, lambda: do.look(ended.run)),
            )
        else:
            st.button(
                t("runs.go_on" if failure is None else "evaluate.retry"),
                key="underway-go-on",
                on_click=lambda: do.go_on(ended.order),
            )
        st.button(
            t("evaluate.hide"),
            key="underway-hide",
            type="tertiary",
            on_click=_putting_away(measuring, lambda: None),
        )


def _putting_away(measuring: MeasuringProcess, then: Callable[[], None]) -> Callable[[], None]:
    def press() -> None:
        measuring.put_away()
        then()

    return press
