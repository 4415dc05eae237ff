"""A question with its answer, or with several side by side, and what can be done about each."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import asking, comparing
from app.asking import Pending
from app.comparing import sides_of
from app.components.alternatives import draw_again, draw_sides
from app.components.answers import draw_turn
from app.components.choices import Chosen
from app.components.copying import draw_copying
from app.components.narrowing import draw_narrowed
from app.components.notes import draw_failure
from app.components.standalone import draw_standalone
from app.components.votes import draw_vote
from app.conversations import Turn
from app.i18n import Translator
from app.voting import Ballot
from app.wiring import Services


def draw_exchange(
    services: Services, turn: Turn, t: Translator, chosen: Chosen, pending: Pending | None
) -> DeltaGenerator | None:
    """Draw a question and its answers; returns the place for another one on its way."""

    def prefer(turn_id: str) -> None:
        services.conversations.prefer(turn_id)
        comparing.compare(turn_id)

    with st.chat_message("user"):
        st.text(turn.answer.question)
        draw_standalone(
            turn.answer.standalone,
            t,
            key=turn.id,
            longest=services.settings.max_question_chars,
            on_ask=None if pending else partial(asking.begin, as_it_stands=True),
        )
        draw_narrowed(turn.where, t, key=turn.id)
    with st.chat_message("assistant"):
        if not comparing.is_compared(turn):
            _said(services, t, chosen, pending, turn)
            return None
        room = draw_sides(
            sides_of(turn, services.likeness, t),
            t,
            draw=partial(_said, services, t, chosen, pending),
            on_prefer=prefer,
            on_forget=services.conversations.forget,
            growing=pending is not None and pending.again is not None,
        )
        if failure := comparing.failure_to_tell():
            draw_failure(failure, t, key=f"again-{turn.id}")
    return room


def _said(
    services: Services, t: Translator, chosen: Chosen, pending: Pending | None, turn: Turn
) -> None:
    """Draw an answer with what can be done about it."""

    def beside() -> None:
        draw_copying(services, turn, t)
        if turn.beside is None:
            draw_again(turn, t, disabled=pending is not None)

    draw_turn(services, turn, t)
    ballot = Ballot(services.feedback, turn, chosen.collections)
    draw_vote(ballot, t, disabled=pending is not None, beside=beside)
