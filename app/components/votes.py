"""The thumbs under an answer, and the few words that a thumb down may come with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from app.i18n import Translator
from app.voting import Ballot, Words
from evaluation.feedback import Verdict

_THUMBS: Final = (Verdict.DOWN, Verdict.UP)
_LONGEST_REASON: Final = 500
_LONGEST_CORRECTION: Final = 2_000


def draw_vote(ballot: Ballot, t: Translator, *, disabled: bool, beside: Callable[[], None]) -> None:
    """Draw the thumbs of a turn, and ``beside`` them what else can be done with it.

    ``disabled`` while a click would disturb an answer on its way.
    """
    turn_id = ballot.turn.id
    thumb = f"thumb-{turn_id}"
    kept = ballot.verdict()
    with st.container(key=f"vote-{turn_id}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.feedback(
                "thumbs",
                key=thumb,
                default=None if kept is None else _THUMBS.index(kept),
                disabled=disabled,
                on_change=partial(_cast, ballot, thumb),
            )
            beside()
        words = ballot.words()
        if words is Words.KEPT:
            st.caption(t("vote.thanks"))
        elif words is Words.ASKED:
            _form(ballot, t)


def _form(ballot: Ballot, t: Translator) -> None:
    turn_id = ballot.turn.id
    correction, reason = f"correction-{turn_id}", f"reason-{turn_id}"
    with st.form(f"words-{turn_id}"):
        st.text_area(
            t("vote.correction"),
            key=correction,
            max_chars=_LONGEST_CORRECTION,
            height=90,
            placeholder=t("vote.correction.example"),
        )
        st.text_input(t("vote.reason"), key=reason, max_chars=_LONGEST_REASON)
        with st.container(horizontal=True):
            st.form_submit_button(
                t("vote.send"),
                key=f"send-{turn_id}",
                type="primary",
                on_click=partial(_explain, ballot, reason, correction),
            )
            st.form_submit_button(t("vote.skip"), key=f"skip-{turn_id}", on_click=ballot.skip)


def _cast(ballot: Ballot, thumb: str) -> None:
    chosen: int | None = st.session_state[thumb]
    ballot.cast(None if chosen is None else _THUMBS[chosen])


def _explain(ballot: Ballot, reason: str, correction: str) -> None:
    ballot.explain(st.session_state[reason], st.session_state[correction])
