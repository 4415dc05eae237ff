"""What stands around every page: the way to the others, the language, the look.

Streamlit runs this file for every change on a page. Knows which pages there are; each draws
itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from app import session
from app.components.notes import draw_failure
from app.components.page_language import declare_language
from app.components.page_place import keep_place
from app.failures import Failure, caught
from app.i18n import LANGUAGES, Translator

_HERE: Final = Path(__file__).parent


def draw() -> None:
    """Draw the chosen page in its frame."""
    st.set_page_config(page_title="Quorum", page_icon=_HERE / "icon.svg", layout="wide")
    t = session.translator()
    st.html(_HERE / "style.css")
    st.logo(_HERE / "logo.svg", size="large")
    failures: list[Failure] = []
    with caught(failures.append):
        page = _navigation(t)
        page.run()
    for number, failure in enumerate(failures):
        draw_failure(failure, t, key=f"page-{number}")
    _language(t)


def _navigation(t: Translator) -> st.Page:
    def ask() -> None:
        from app.pages import ask as page

        page.show(session.services(), t, open_library=lambda: st.switch_page(library_page))

    def library() -> None:
        from app.pages import library as page

        page.show(session.services(), t)

    def evaluate() -> None:
        from app.pages import evaluate as page

        page.show(session.services(), session.measuring(), t)

    ask_page = st.Page(
        ask, title=t("nav.ask"), icon=":material/forum:", url_path="ask", default=True
    )
    library_page = st.Page(
        library, title=t("nav.library"), icon=":material/folder_open:", url_path="library"
    )
    evaluate_page = st.Page(
        evaluate, title=t("nav.evaluate"), icon=":material/monitoring:", url_path="evaluate"
    )
    return st.navigation([ask_page, library_page, evaluate_page])


def _language(t: Translator) -> None:
    def choose() -> None:
        if chosen := st.session_state.language:
            session.choose_language(chosen)

    with st.sidebar, st.container(key="language-choice"):
        st.session_state.language = t.language
        st.segmented_control(
            t("nav.language"),
            list(LANGUAGES),
            key="language",
            format_func=LANGUAGES.__getitem__,
            required=True,
            on_change=choose,
        )
        declare_language(t.language)
        keep_place()


if __name__ == "__main__":
    draw()
