"""A collection's instructions and examples: a form to edit them, and the prompt they make."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components.notes import draw_failure
from app.failures import Failure, caught
from app.guidance_form import Fields, fields_of, preview, typed
from app.i18n import Translator
from app.prompt_record import PromptRecord
from rag.guidance import MOST_CHARACTERS, MOST_INSTRUCTIONS, Guidance
from rag.prompts import Form

_SAVED = "guidance-saved"
_FAILURE = "guidance-failure"
_SHOWN = "guidance-shown"
_ROUND = "guidance-round"
_PARTS = ("question", "passages", "answer")


def draw_guidance(prompts: PromptRecord, collection: str, reply: Form, t: Translator) -> None:
    """Draw what ``collection`` adds to prompts, closed until it is opened.

    The prompt that can be seen asks for a reply of the form ``reply``.
    """
    guidance = prompts.of(collection)
    rows = fields_of(guidance)
    # a form of its own for each collection, and a fresh one after each saving
    form = f"{collection}-{st.session_state.get(_ROUND, 0)}"
    with st.expander(t("guidance.title"), key="guidance"):
        st.markdown(t("guidance.welcome"))
        with st.form(f"guidance-{form}", border=False, enter_to_submit=False):
            st.text_area(
                t("guidance.instructions"),
                value=guidance.instructions,
                key=_key(form, "instructions"),
                max_chars=MOST_INSTRUCTIONS,
                placeholder=t("guidance.instructions.example"),
                help=t("guidance.instructions.help"),
            )
            for number, row in enumerate(rows, start=1):
                _draw_example(number, row, form, t)
            with st.container(horizontal=True):
                st.form_submit_button(
                    t("guidance.save"),
                    key="save-guidance",
                    type="primary",
                    on_click=partial(_save, prompts, collection, form, len(rows)),
                )
                st.form_submit_button(
                    t("guidance.preview"),
                    key="preview-guidance",
                    on_click=partial(_preview, collection, form, len(rows)),
                )
        _draw_outcome(collection, reply, t)


def _draw_example(number: int, row: Fields, form: str, t: Translator) -> None:
    with st.container(border=True, key=f"guidance-example-{number}"):
        st.text(t("guidance.example", number=number))
        st.text_input(
            t("guidance.question"),
            value=row.question,
            key=_key(form, f"question-{number}"),
            max_chars=MOST_CHARACTERS["question"],
        )
        for part in ("passages", "answer"):
            st.text_area(
                t(f"guidance.{part}"),
                value=getattr(row, part),
                key=_key(form, f"{part}-{number}"),
                max_chars=MOST_CHARACTERS[part],
                height=100,
                help=t(f"guidance.{part}.help"),
            )


def _draw_outcome(collection: str, reply: Form, t: Translator) -> None:
    """What became of the last click, where it was on this collection's form."""
    where, failure = st.session_state.get(_FAILURE, (None, None))
    if where == collection and failure is not None:
        draw_failure(failure, t, key="guidance")
    if st.session_state.pop(_SAVED, None) == collection:
        st.toast(t("guidance.saved"))  # a saved form grows: a note below it would be out of sight
    shown: Guidance | None = st.session_state.get(_SHOWN)
    if shown is not None and shown.collection == collection:
        for message in preview(shown, reply, t):
            st.text(t(f"guidance.preview.{message.role}"))
            st.code(message.content, language=None, wrap_lines=True)


def _save(prompts: PromptRecord, collection: str, form: str, rows: int) -> None:
    _forget()
    with caught(partial(_fail, collection)):
        prompts.put(_typed(collection, form, rows))
        st.session_state[_SAVED] = collection
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _preview(collection: str, form: str, rows: int) -> None:
    _forget()
    with caught(partial(_fail, collection)):
        st.session_state[_SHOWN] = _typed(collection, form, rows)


def _typed(collection: str, form: str, rows: int) -> Guidance:
    said = st.session_state
    return typed(
        collection,
        said[_key(form, "instructions")],
        [
            Fields(**{part: said[_key(form, f"{part}-{number}")] for part in _PARTS})
            for number in range(1, rows + 1)
        ],
    )


def _fail(collection: str, failure: Failure) -> None:
    st.session_state[_FAILURE] = collection, failure


def _forget() -> None:
    for kept in (_SAVED, _FAILURE, _SHOWN):
        st.session_state.pop(kept, None)


def _key(form: str, field: str) -> str:
    return f"guidance-{field}-{form}"
