"""The page Library: collections, files on their way in, and the documents there are.

Draws only: the way in is ``app/uploads.py``, what is listed is ``app/shelf.py``.
"""

from __future__ import annotations

import streamlit as st

from app.components.arrivals import draw_arrivals
from app.components.documents import draw_documents
from app.components.guidance import draw_guidance
from app.components.notes import draw_failure, draw_note
from app.failures import Failure, caught
from app.i18n import Translator
from app.shelf import MOST_ROWS, rows, shelf_names, take_out
from app.uploads import Uploads
from app.wiring import Services
from rag.errors import CollectionNotFound
from rag.strategies.names import StrategyName
from vectorstore.record import Collection, collection_name


def show(services: Services, uploads: Uploads, t: Translator) -> None:
    """Draw the page."""
    with st.container(key="library"):
        st.title(t("library.title"), anchor=False)
        st.markdown(t("library.welcome"))
        name = _choose(services, t)
        _add(uploads, name, services.settings.max_file_mb, t)
        draw_arrivals(st.session_state.arrivals, t, on_dismissal=_forget_arrivals)
        try:
            collection = services.record.collection(name)
        except CollectionNotFound:
            draw_note(t("library.empty"), t("library.empty.hint"), key="empty", kind="plain")
        else:
            reply = StrategyName(services.settings.strategy).form
            draw_guidance(services.prompts, collection.name, reply, t)
            _documents(services, collection, t)


def _choose(services: Services, t: Translator) -> str:
    collections = services.record.collections()
    counts = {one.name: t("library.count", count=one.documents) for one in collections}
    names = shelf_names(collections, st.session_state.get("draft"), t)
    before = st.session_state.get("shelf")
    with st.container(horizontal=True, vertical_alignment="bottom", key="shelf-row"):
        chosen: str = st.selectbox(
            t("library.collection"),
            names,
            index=names.index(before) if before in names else 0,
            format_func=lambda name: f"{name}  ·  {counts.get(name, t('library.new'))}",
        )
        with st.popover(t("library.add_collection"), icon=":material/create_new_folder:"):
            _name_collection(services, t)
    st.session_state.shelf = chosen
    return chosen


def _name_collection(services: Services, t: Translator) -> None:
    def use() -> None:
        st.session_state.pop("naming", None)
        with caught(lambda failure: st.session_state.update(naming=failure)):
            name = collection_name(st.session_state.new_name)
            known = {one.name.casefold(): one.name for one in services.record.collections()}
            st.session_state.draft = known.get(name.casefold(), name)
            st.session_state.shelf = st.session_state.draft

    with st.form("naming-form", border=False, clear_on_submit=True):
        st.text_input(t("library.name"), key="new_name", max_chars=100)
        st.form_submit_button(t("library.use_name"), type="primary", key="use-name", on_click=use)
    if failure := st.session_state.get("naming"):
        draw_failure(failure, t, key="naming")


def _add(uploads: Uploads, name: str, limit_mb: int, t: Translator) -> None:
    from ingest.loaders import SUFFIXES

    types = [suffix.removeprefix(".") for suffix in SUFFIXES]
    arrivals = st.session_state.setdefault("arrivals", [])
    batch = st.session_state.setdefault("batch", 0)
    with st.form("upload"):
        files = st.file_uploader(
            t("library.files", limit_mb=limit_mb, types=", ".join(types).upper()),
            type=types,
            accept_multiple_files=True,
            max_upload_size=limit_mb,
            key=f"files-{batch}",
        )
        sent = st.form_submit_button(t("library.add"), type="primary", key="add")
    if sent and files:
        # A second click may end this run at any touch of the session. There is none until the
        # files are queued; the run after it finds them taken, and empties the uploader.
        taken = {one.token for one in arrivals}
        fresh = [file for file in files if file.file_id not in taken]
        added = uploads.add([(file.name, file.getvalue(), file.file_id) for file in fresh], name)
        arrivals[:] = [*(one for one in arrivals if not one.done), *added]
        st.session_state.batch = batch + 1
        st.rerun()
    elif sent and not arrivals:
        draw_note(t("library.no_files"), key="no-files", kind="notice")


def _forget_arrivals() -> None:
    st.session_state.pop("arrivals", None)


def _documents(services: Services, collection: Collection, t: Translator) -> None:
    found = rows(services.record, collection, st.session_state.get("filter", ""), t)
    st.subheader(t("library.documents"), anchor=False)
    if len(found) > MOST_ROWS or st.session_state.get("filter"):
        st.text_input(t("library.filter"), key="filter")
        st.caption(t("library.shown", shown=min(len(found), MOST_ROWS), count=len(found)))
    draw_documents(
        found[:MOST_ROWS],
        t,
        key=f"documents-{collection.id}",
        on_remove=lambda name: st.session_state.update(removing=name),
    )
    if name := st.session_state.get("removing"):
        _confirm_removal(services, collection.name, name, t)


def _confirm_removal(services: Services, collection: str, name: str, t: Translator) -> None:
    def end() -> None:
        st.session_state.pop("removing", None)

    @st.dialog(t("remove.title"), on_dismiss=end)
    def confirm() -> None:
        st.text(name)
        st.markdown(t("remove.warning"))
        with st.container(horizontal=True):
            sure = st.button(t("remove.confirm"), key="confirm-remove", type="primary")
            kept = st.button(t("remove.cancel"), key="cancel-remove")
        failures: list[Failure] = []
        if sure:
            with st.spinner(t("remove.underway")), caught(failures.append):
                take_out(services.record, services.ingestion, collection, name)
        for failure in failures:
            draw_failure(failure, t, key="remove")
        if kept or (sure and not failures):
            end()
            st.rerun()

    confirm()
