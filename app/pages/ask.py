"""The page Ask: a conversation, each answer with citations that open their sources.

Draws only: what is asked and open is ``app/asking.py``, what is shown is ``app/passages.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import asking, comparing
from app.asking import Pending
from app.cited_page import CitedPage, cited_page
from app.components.alternatives import draw_choosing
from app.components.beginnings import draw_nowhere, draw_welcome
from app.components.choices import Chosen, draw_choices
from app.components.citations import draw_sources
from app.components.drafts import draw_draft
from app.components.exchanges import draw_exchange
from app.components.exporting import draw_exporting
from app.components.narrowing import draw_narrowed
from app.components.notes import draw_failure
from app.components.sheets import sheet_of
from app.components.stopping import draw_stop, draw_unanswered
from app.conversations import Turn
from app.failures import Failure, caught
from app.i18n import Translator
from app.passages import Source, sources_of
from app.session import conversation_id
from app.wiring import Services
from rag.answer import Outcome


def show(services: Services, t: Translator, *, open_library: Callable[[], None]) -> None:
    """Draw the page; ``open_library`` leads to the other one."""
    names = [one.name for one in services.record.collections() if one.documents]
    chosen = draw_choices(services, names, t, on_new=asking.start_over)
    conversation = conversation_id()
    turns = services.conversations.turns(conversation) if conversation else ()
    if not names and not turns:
        draw_nowhere(t, open_library)
        return
    limit = services.settings.max_question_chars
    if typed := st.chat_input(t("ask.placeholder"), key="question", max_chars=limit):
        asking.begin(typed)
    pending = asking.pending(turns)
    if not turns and not pending and not asking.unanswered():
        offered = asking.offered(services, chosen.collections, t.language)
        draw_welcome(offered, t, on_choice=asking.begin_first)
        return
    if any(map(comparing.is_compared, turns)):
        left, right = st.container(), st.container()
    else:
        with nullcontext() if turns else st.container(key="first-question"):
            left, right = st.columns([7, 5], gap="large")
    with right, st.container(key="sources"):
        if turns and not pending:
            _sources(services, turns, t)
    with left:
        room = None
        for turn in turns:
            room = draw_exchange(services, turn, t, chosen, pending) or room
        if pending:
            _answer(services, pending, chosen, t, room)
        elif stopped := asking.unanswered():
            draw_unanswered(stopped.question, t, on_ask=partial(asking.begin, stopped.question))
        else:
            draw_exporting(services, turns, t)
    if asked_again := comparing.offered(turns):
        draw_choosing(services, asked_again, t)


def _sources(services: Services, turns: Sequence[Turn], t: Translator) -> None:
    opened = asking.opened()
    every = [one for turn in turns for one in (turn, *turn.others)]
    turn = next((one for one in every if opened and one.id == opened.turn_id), turns[-1])
    sources = sources_of(turn, services.record, t)
    if not sources:
        return
    cited = turn.answer.outcome is Outcome.ANSWERED
    here = opened if opened and opened.turn_id == turn.id else None
    chosen = here.key if here else None
    draw_sources(
        sources,
        t,
        key=f"sources-{turn.id}",
        title=t("sources.cited" if cited else "sources.nearest"),
        subtitle=turn.answer.question if len(turns) > 1 else "",
        chosen=chosen,
        reveal=opened.count if opened else 0,
        on_choice=partial(asking.toggle_source, turn.id),
        page=_page(services, sources, chosen),
        sheet=sheet_of(services.page_pictures, sources, chosen, here.page if here else None),
        on_turn=asking.turn_to,
    )


def _page(services: Services, sources: Sequence[Source], key: int | None) -> CitedPage | None:
    """What stands around the open source."""
    opened = next((one for one in sources if one.key == key), None)
    return cited_page(opened.leaf, services.record) if opened else None


def _answer(
    services: Services,
    pending: Pending,
    chosen: Chosen,
    t: Translator,
    room: DeltaGenerator | None,
) -> None:
    """Draw an answer on its way, in ``room`` where the question stands there already."""
    failures: list[Failure] = []
    model = pending.again.model if pending.again else chosen.model
    if room is None:
        with st.chat_message("user"):
            st.text(pending.question)
            draw_narrowed(chosen.where, t, key=pending.turn_id)
    with room or st.chat_message("assistant"):
        draft = st.empty()
        draw_stop(t, stopping=asking.is_stopping(), on_stop=asking.stop)
        with draft, caught(failures.append):
            growing = asking.answering(
                services, pending, chosen.collections, chosen.model, chosen.where, way=chosen.way
            )
            with closing(growing) as answers:
                for answer in answers:
                    ready = services.chat_models.is_ready(model)
                    draw_draft(answer, t, ready=ready, collections=len(chosen.collections))
        asking.drop_pending()
        for failure in failures:
            if room is None:
                draw_failure(failure, t, key=pending.turn_id)
            else:
                comparing.tell(failure)
    if room is not None or not failures:
        st.rerun()
