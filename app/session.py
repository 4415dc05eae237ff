"""What the pages stand on: the services (one set a process), the reader's language and place.

A reader's choices live in the session and in the page's address, so that a reload keeps them.
"""

from __future__ import annotations

import threading
import time
from typing import Final

import streamlit as st

from app.failures import caught
from app.i18n import LANGUAGES, Translator, language_for
from app.measuring.process import MeasuringProcess
from app.wiring import Services, open_services

CHROMA_WAIT_S: Final = 10.0
"""How long the app waits for a command that owns Chroma at the moment."""

_FIRST_PAINT_S: Final = 1.5
"""How long the warm-up leaves the cores to the first page."""

_LANGUAGE: Final = "lang"
_CONVERSATION: Final = "c"
_SHELF: Final = "shelf"
_RUN: Final = "run"
_DOCUMENT: Final = "doc"
_PAGE: Final = "page"
_OPENED: Final = "opened"
_AGAINST: Final = "with"


@st.cache_resource(show_spinner=False)
def services() -> Services:
    """The services of this process."""
    return open_services(chroma_wait_s=CHROMA_WAIT_S)


@st.cache_resource(show_spinner=False)
def measuring() -> MeasuringProcess:
    """What carries out the orders of this process's data folder."""
    return MeasuringProcess(services().settings.data_dir)


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


def shelf() -> str | None:
    """The collection that the Library shows in this session, else the address's."""
    found: str | None = st.session_state.get(_SHELF) or st.query_params.get(_SHELF)
    return found


def choose_shelf(collection: str) -> None:
    """Show ``collection`` in the Library, here and after a reload."""
    st.session_state[_SHELF] = collection
    if st.query_params.get(_SHELF) != collection:
        st.query_params[_SHELF] = collection


def leave_shelf() -> None:
    """Show no collection in particular."""
    st.session_state.pop(_SHELF, None)
    st.query_params.pop(_SHELF, None)


def opened_document() -> str | None:
    """The id of the document that is looked into: the session's, else the address's."""
    if _OPENED not in st.session_state:
        st.session_state[_OPENED] = st.query_params.get(_DOCUMENT)
    found: str | None = st.session_state[_OPENED]
    return found


def linked_page() -> int | None:
    """The page of the opened document that the address names, None where it names none."""
    named = st.query_params.get(_PAGE, "")
    return int(named) if named.isascii() and named.isdecimal() else None


def open_document(document_id: str) -> None:
    """Look into a document, here and after a reload."""
    st.session_state[_OPENED] = document_id
    st.query_params[_DOCUMENT] = document_id


def leave_page() -> None:
    """Forget the page that the address named: another one was chosen."""
    st.query_params.pop(_PAGE, None)


def close_document() -> None:
    """Look into no document."""
    st.session_state[_OPENED] = None
    st.query_params.pop(_DOCUMENT, None)
    leave_page()


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


def opened_run() -> str | None:
    """The run that the address names, None for the list of runs."""
    return st.query_params.get(_RUN) or None


def run_before() -> str | None:
    """The run that the opened one is compared with; ``RUN:SYSTEM`` picks one of its systems."""
    return st.query_params.get(_AGAINST) or None


def open_run(run: str, *, before: str | None = None) -> None:
    """Show ``run``, compared with ``before`` if it is given, here and after a reload."""
    st.query_params[_RUN] = run
    if before is None:
        st.query_params.pop(_AGAINST, None)
    else:
        st.query_params[_AGAINST] = before


def close_run() -> None:
    """Show the list of runs."""
    st.query_params.pop(_RUN, None)
    st.query_params.pop(_AGAINST, None)
