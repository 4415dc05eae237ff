"""What the pages stand on: the services (one set a process), the reader's language and place.

A reader's choices live in the session and in the page's address, so that a reload keeps them.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import streamlit as st

from app.failures import caught
from app.i18n import LANGUAGES, Translator, language_for
from app.wiring import Services, open_services

if TYPE_CHECKING:
    from app.uploads import Uploads

CHROMA_WAIT_S: Final = 10.0
"""How long the app waits for a command that owns Chroma at the moment."""

_FIRST_PAINT_S: Final = 1.5
"""How long the warm-up leaves the cores to the first page."""

_LANGUAGE: Final = "lang"
_CONVERSATION: Final = "c"


@st.cache_resource(show_spinner=False)
def services() -> Services:
    """The services of this process."""
    return open_services(chroma_wait_s=CHROMA_WAIT_S)


@st.cache_resource(show_spinner=False)
def uploads() -> Uploads:
    """The files on their way in, of all sessions."""
    from app.uploads import Uploads

    return Uploads(lambda: services().ingestion)


@st.cache_resource(show_spinner=False)
def warming_up() -> threading.Thread:
    """The thread that loads what the first question needs; started once."""

    def load() -> None:
        time.sleep(_FIRST_PAINT_S)
        with caught(lambda _failure: None):
            services().warm_up()

    thread = threading.Thread(target=load, name="warm-up", daemon=True)
    thread.start()
    return thread


def translator() -> Translator:
    """Speaks the language of the address, else the one chosen before, else the browser's."""
    asked = st.query_params.get(_LANGUAGE)
    chosen = asked if asked in LANGUAGES else st.session_state.get(_LANGUAGE)
    if chosen:
        choose_language(chosen)
    return Translator(chosen or language_for(st.context.locale))


def choose_language(language: str) -> None:
    """Speak ``language`` from now on, here and in every page opened from this address."""
    st.session_state[_LANGUAGE] = language
    if st.query_params.get(_LANGUAGE) != language:
        st.query_params[_LANGUAGE] = language


def conversation_id() -> str | None:
    """The conversation of the address, else the one this session was in."""
    found: str | None = st.query_params.get(_CONVERSATION) or st.session_state.get(_CONVERSATION)
    if found:
        enter_conversation(found)
    return found


def enter_conversation(conversation: str) -> None:
    """Make ``conversation`` the current one."""
    st.session_state[_CONVERSATION] = conversation
    if st.query_params.get(_CONVERSATION) != conversation:
        st.query_params[_CONVERSATION] = conversation


def leave_conversation() -> None:
    """Have no current conversation: the next question begins one."""
    st.session_state.pop(_CONVERSATION, None)
    st.query_params.pop(_CONVERSATION, None)
