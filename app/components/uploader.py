"""The form that files are dropped into: single files, archives, or a whole folder."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from app.components.notes import draw_failure, draw_note
from app.i18n import Translator
from app.uploads import Intake, Upload
from app.wiring import Services


def draw_uploader(services: Services, intake: Intake, collection: str, t: Translator) -> None:
    """Draw the form; files that are sent go into the queue of ``collection``, each once."""
    from ingest.archives import ARCHIVE_SUFFIX
    from ingest.loaders import SUFFIXES

    limit_mb = services.settings.max_file_mb
    types = [suffix.removeprefix(".") for suffix in (*SUFFIXES, ARCHIVE_SUFFIX)]
    batch = st.session_state.setdefault("batch", 0)
    whole = st.segmented_control(
        t("library.what"),
        [False, True],
        default=False,
        required=True,
        key="whole-folder",
        format_func=lambda folder: t("library.what.folder" if folder else "library.what.files"),
        label_visibility="collapsed",
    )
    name_browse_button(t("library.browse.folder" if whole else "library.browse"))
    with st.form("upload"):
        files = st.file_uploader(
            t("library.files", limit_mb=limit_mb, types=", ".join(types).upper()),
            type=types,
            accept_multiple_files="directory" if whole else True,
            max_upload_size=limit_mb,
            key=f"files-{batch}-{whole}",
        )
        sent = st.form_submit_button(t("library.add"), type="primary", key="add")
    if sent and files:
        # A second click may end this run at any touch of the session. There is none until the
        # files are queued; the run after it finds them taken, and empties the uploader.
        intake.hand_in(services, _uploads(files), collection)
        if intake.failure is None:
            st.session_state.batch = batch + 1
            st.rerun()
    elif sent and not intake.has_just_taken:
        draw_note(t("library.no_files"), key="no-files", kind="notice")
    if intake.failure is not None:
        draw_failure(intake.failure, t, key="upload")
    if intake.left_out:
        names = ", ".join(intake.left_out[:5])
        draw_note(
            t("library.left_out", count=len(intake.left_out), names=names),
            key="left-out",
            kind="notice",
        )


def name_browse_button(text: str) -> None:
    """Have the button of file uploaders say ``text``, for Streamlit has words of its own there."""
    browse = json.dumps(text, ensure_ascii=False)
    st.html(f"<style>:root {{ --quorum-browse: {browse}; }}</style>")


def _uploads(files: Sequence[object]) -> list[Upload]:
    return [
        Upload(name=file.name, data=file.getvalue(), token=file.file_id)  # type: ignore[attr-defined]
        for file in files
    ]
