"""The page Library: collections, files on their way in, and the documents there are.

Draws only: the way in is ``app/uploads.py``, how far files have come ``app/arriving.py``, what is
listed ``app/shelf.py``, what is seen of a document ``app/document_view.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from app import session, shelf
from app.arriving import shown_jobs
from app.components.arrivals import JobActions, draw_arrivals
from app.components.collection_care import CareActions, draw_care
from app.components.details import draw_details
from app.components.documents import DocumentActions, draw_documents
from app.components.guidance import draw_guidance
from app.components.index_care import draw_index_care
from app.components.notes import draw_failure, draw_note
from app.components.overview import draw_overview
from app.components.removal import draw_removal
from app.components.shelves import draw_shelves
from app.components.uploader import draw_uploader
from app.failures import caught
from app.i18n import Translator
from app.overview import Tile, care_of, tiles
from app.uploads import Intake
from app.wiring import Services
from rag.errors import CollectionNotFound, DocumentNotFound
from rag.strategies.names import StrategyName
from vectorstore.record import Collection, DocumentEntry


def show(services: Services, t: Translator) -> None:
    """Draw the page."""
    with st.container(key="library"):
        st.title(t("library.title"), anchor=False)
        st.markdown(t("library.welcome"))
        _overview(services, t)
        opened = _opened(services, t)
        name = draw_shelves(shelf.shelves(services), services.job_board.awaited(), t)
        draw_uploader(services, st.session_state.setdefault("intake", Intake()), name, t)
        _arrivals(services, name, t)
        try:
            collection = services.record.collection(name)
        except CollectionNotFound:
            draw_note(t("library.empty"), t("library.empty.hint"), key="empty", kind="plain")
        else:
            reply = StrategyName(services.settings.strategy).form
            draw_guidance(services.prompts, collection.name, reply, t)
            _care(services, collection, t)
            _documents(services, collection, opened, t)
        draw_index_care(services, t)


def _opened(services: Services, t: Translator) -> DocumentEntry | None:
    """The document to be looked into, on the shelf that it stands on."""
    document_id = session.opened_document()
    found = services.record.whereabouts(document_id) if document_id else None
    if found is not None:
        session.choose_shelf(found[0].name)
        return found[1]
    if document_id:
        draw_note(t("library.no_such"), t("library.no_such.hint"), key="no-such", kind="notice")
    return None


def _overview(services: Services, t: Translator) -> None:
    def look(wanted: str) -> tuple[list[Tile], int]:
        return tiles(services, session.shelf(), wanted, t)

    draw_overview(look, t, choose=session.choose_shelf)


def _care(services: Services, collection: Collection, t: Translator) -> None:
    def change(name: str, chunk_tokens: str, recognise: bool) -> None:
        renamed = shelf.change(
            services, collection.name, name=name, chunk_tokens=chunk_tokens, recognise=recognise
        )
        session.choose_shelf(renamed)

    def delete(typed: str) -> None:
        shelf.delete_collection(services, collection.name, typed=typed)
        session.leave_shelf()

    def again() -> list[str]:
        return shelf.read_all_again(services, collection.name)

    do = CareActions(change=change, again=again, delete=delete)
    draw_care(care_of(services, collection), t, do=do)


def _arrivals(services: Services, name: str, t: Translator) -> None:
    hidden: set[str] = st.session_state.setdefault("hidden_jobs", set())
    draw_arrivals(
        lambda: shown_jobs(services, name, hidden, t),
        t,
        do=JobActions(cancel=services.jobs.cancel, retry=services.jobs.retry, hide=hidden.add),
        page_rests=lambda: bool(session.opened_document()) or "removing" in st.session_state,
    )


def _documents(
    services: Services, collection: Collection, opened: DocumentEntry | None, t: Translator
) -> None:
    found = shelf.rows(services.record, collection, st.session_state.get("filter", ""), t)
    st.subheader(t("library.documents"), anchor=False)
    if len(found) > shelf.FEW_ROWS or st.session_state.get("filter"):
        st.text_input(t("library.filter"), key="filter")
        st.caption(t("library.shown", shown=min(len(found), shelf.MOST_ROWS), count=len(found)))

    def again(names: Sequence[str]) -> None:
        without: list[str] = []
        with caught(lambda failure: st.session_state.update(again_failure=failure)):
            without = shelf.read_again(services, collection.name, names)
        st.session_state.without_original = without

    def look(name: str) -> None:
        with suppress(DocumentNotFound):
            session.open_document(services.record.document(collection, name).id)

    do = DocumentActions(
        look=look, remove=lambda names: st.session_state.update(removing=names), again=again
    )
    draw_documents(found[: shelf.MOST_ROWS], t, key=f"documents-{collection.id}", do=do)
    if without := st.session_state.pop("without_original", None):
        draw_note(t("details.no_original"), *without, key="without-original", kind="notice")
    if failure := st.session_state.pop("again_failure", None):
        draw_failure(failure, t, key="again")
    if names := st.session_state.get("removing"):
        draw_removal(
            names,
            t,
            on_sure=lambda: shelf.take_out(services, collection.name, names),
            on_end=lambda: st.session_state.pop("removing", None),
        )
    elif opened:
        draw_details(services, opened, t, on_read_again=lambda name: again([name]))
