"""A collection's settings: its name, how its files are read, and the way to delete it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from app.components.notes import draw_failure, draw_note
from app.failures import Failure, caught
from app.i18n import Translator
from app.overview import Care

_SAVED, _FAILURE, _BEGUN, _SURE = "care-saved", "care-failure", "care-begun", "care-deleting"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareActions:
    """What the form does.

    ``change`` is given the name, the length and whether pictures are read, ``delete`` the name that
    was typed; ``again`` returns the names of documents whose file is not kept.
    """

    change: Callable[[str, str, bool], None]
    again: Callable[[], list[str]]
    delete: Callable[[str], None]


def draw_care(care: Care, t: Translator, *, do: CareActions) -> None:
    """Draw the settings, closed until they are opened."""
    with st.expander(t("care.title"), key="care"):
        _draw_form(care, t, do)
        if failure := st.session_state.pop(_FAILURE, None):
            draw_failure(failure, t, key="care")
        if st.session_state.pop(_SAVED, False):
            st.toast(t("care.saved"))
        if st.session_state.pop(_BEGUN, False):
            draw_note(t("care.again.begun"), key="care-again", kind="notice")
        with st.container(horizontal=True):
            st.button(t("care.again"), key="read-all-again", on_click=lambda: _again(do))
            if st.button(t("care.delete"), key="delete-collection"):
                st.session_state[_SURE] = care.name
    if st.session_state.get(_SURE) == care.name:
        _ask(care, t, do)


def _draw_form(care: Care, t: Translator, do: CareActions) -> None:
    own = f"{care.name}-{care.chunk_tokens}-{care.recognise}"

    def save() -> None:
        said = st.session_state
        with caught(_fail):
            do.change(said[f"care-name-{own}"], said[f"care-tokens-{own}"], said[f"care-ocr-{own}"])
            st.session_state[_SAVED] = True

    with st.form(f"care-{own}", border=False, enter_to_submit=False):
        st.text_input(t("care.name"), value=care.name, max_chars=100, key=f"care-name-{own}")
        st.text_input(
            t("care.chunk_tokens"),
            value=care.chunk_tokens,
            key=f"care-tokens-{own}",
            placeholder=t("care.chunk_tokens.usual", count=care.usual_tokens),
            help=t("care.chunk_tokens.help"),
        )
        st.toggle(
            t("care.recognise"),
            value=care.recognise,
            key=f"care-ocr-{own}",
            help=t("care.recognise.help"),
        )
        st.text(t("care.model", model=care.model))
        st.caption(t("care.holds"))
        st.form_submit_button(t("care.save"), key="save-care", type="primary", on_click=save)


def _again(do: CareActions) -> None:
    with caught(_fail):
        st.session_state["without_original"] = do.again()
        st.session_state[_BEGUN] = True


def _ask(care: Care, t: Translator, do: CareActions) -> None:
    def end() -> None:
        st.session_state.pop(_SURE, None)

    @st.dialog(t("care.delete.title"), on_dismiss=end)
    def confirm() -> None:
        st.text(care.name)
        st.markdown(t("care.delete.what", count=care.documents))
        st.caption(t("care.delete.purge"))
        typed = st.text_input(t("care.delete.type"), key="typed-name")
        with st.container(horizontal=True):
            sure = st.button(t("care.delete.sure"), key="confirm-delete", type="primary")
            kept = st.button(t("remove.cancel"), key="cancel-delete")
        failures: list[Failure] = []
        if sure:
            with st.spinner(t("remove.underway")), caught(failures.append):
                do.delete(typed)
        for failure in failures:
            draw_failure(failure, t, key="care-delete")
        if kept or (sure and not failures):
            end()
            st.rerun()

    confirm()


def _fail(failure: Failure) -> None:
    st.session_state[_FAILURE] = failure
