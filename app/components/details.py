"""What is known of one document: its versions, how it was read, and its passages to look at.

Everything out of the document is drawn as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import streamlit as st

from app import session
from app.components.drawn_in_browser import component
from app.components.notes import draw_note
from app.document_view import (
    pieces,
    report_in_words,
    stretches,
    version_in_words,
)
from app.i18n import Translator
from app.markup import as_text

if TYPE_CHECKING:
    from app.wiring import Services
    from vectorstore.history import KeptVersion
    from vectorstore.record import DocumentEntry

_AT = "details-at"


def draw_details(
    services: Services,
    document: DocumentEntry,
    t: Translator,
    *,
    on_read_again: Callable[[str], None],
) -> None:
    """Draw a dialog over the page; ``on_read_again`` is given the document's name.

    It opens at the page that the address names.
    """

    def close() -> None:
        st.session_state.pop(_AT, None)
        session.close_document()

    @st.dialog(t("details.title"), width="medium", on_dismiss=close)
    def draw() -> None:
        with st.container(key="details", gap="small"):
            st.text(document.name)
            if document.refusal:
                draw_note(*t.refusal(document.refusal), key="details", kind="error")
            versions = services.history.versions(document.id)
            if not versions:
                st.caption(t("details.nothing"))
                return
            zone = st.context.timezone
            words = {one.id: version_in_words(one, t, zone) for one in versions}
            chosen = st.selectbox(
                t("details.versions", count=len(versions)),
                list(words),
                format_func=words.__getitem__,
                key="details-version",
                on_change=lambda: st.session_state.pop(_AT, None),
            )
            version = next(one for one in versions if one.id == chosen)
            _draw_report(version, t)
            if version.current and not services.originals.has(version.sha256):
                st.caption(t("details.no_original"))
            elif version.current and st.button(t("details.again"), key="details-again"):
                on_read_again(document.name)
                close()
                st.rerun()
            _draw_passages(services, document, version, t)

    draw()


def _draw_report(version: KeptVersion, t: Translator) -> None:
    lines = report_in_words(version, t)
    with st.container(key="details-report", gap=None):
        st.text(t("report.title"))
        for line in lines or (t("report.none"),):
            st.text(line)


def _draw_passages(
    services: Services, document: DocumentEntry, version: KeptVersion, t: Translator
) -> None:
    every = stretches(services.history.pages(version.id), paginated=version.paginated, t=t)
    if not every:
        return
    at = min(st.session_state.get(_AT, 0), len(every) - 1)
    if _AT not in st.session_state and (page := session.linked_page()) is not None:
        linked = next((n for n, one in enumerate(every) if one.page == page), None)
        at = linked or 0
        if linked is None:
            st.caption(as_text(t("details.no_such_page", page=page)))
    if len(every) > 1:
        at = _choose_stretch([one.label for one in every], at, t)
    shown = pieces(services, document.id, version, every[at])
    data = {
        "label": t("details.passages.label"),
        "empty": t("details.page_empty"),
        "passage": t("details.passage"),
        "pieces": [asdict(piece) for piece in shown],
        "place": f"{version.id} {at}",
    }
    component("preview")(data=data, key="preview")


def _choose_stretch(labels: list[str], at: int, t: Translator) -> int:
    def go(to: int) -> None:
        st.session_state[_AT] = to
        session.leave_page()

    st.session_state[f"{_AT}-chosen"] = at
    with st.container(horizontal=True, vertical_alignment="bottom", key="details-where"):
        st.selectbox(
            t("details.where"),
            range(len(labels)),
            format_func=labels.__getitem__,
            key=f"{_AT}-chosen",
            on_change=lambda: go(st.session_state[f"{_AT}-chosen"]),
        )
        back, on = ":material/chevron_left:", ":material/chevron_right:"
        st.button(
            t("details.before"),
            key="details-before",
            icon=back,
            disabled=at == 0,
            on_click=go,
            args=(at - 1,),
        )
        st.button(
            t("details.after"),
            key="details-after",
            icon=on,
            disabled=at == len(labels) - 1,
            on_click=go,
            args=(at + 1,),
        )
    return at
