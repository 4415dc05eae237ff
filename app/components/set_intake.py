"""Where question sets come from besides the samples: files handed in, and what readers said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

import streamlit as st

from app.components.notes import draw_failure, draw_note
from app.components.uploader import name_browse_button
from app.failures import Failure
from app.i18n import Translator

HandIn = Callable[[str, Sequence[tuple[str, bytes]], Sequence[str]], None]
"""Gets the name, the files (name, content) and the library's collections to ask."""


def draw_handing_in(
    collections: Sequence[str],
    t: Translator,
    *,
    limit_mb: int,
    failure: Failure | None,
    on_hand_in: HandIn,
) -> None:
    """Draw the form; ``failure`` is why the last files were refused."""
    batch = st.session_state.setdefault("set-batch", 0)
    name_browse_button(t("library.browse"))
    with st.popover(t("sets.hand_in"), icon=":material/upload_file:", key="sets-hand-in"):
        st.markdown(t("sets.formats"))
        files = st.file_uploader(
            t("sets.files", limit_mb=limit_mb),
            accept_multiple_files=True,
            max_upload_size=limit_mb,
            key=f"set-files-{batch}",
        )
        st.text_input(
            t("sets.name"),
            key=f"set-name-{batch}",
            max_chars=60,
            placeholder=PurePath(files[0].name).stem if files else "",
        )
        if collections:
            st.multiselect(
                t("sets.collections"),
                collections,
                key=f"set-collections-{batch}",
                placeholder=t("sets.collections.none"),
                help=t("sets.collections.help"),
            )

        def keep() -> None:
            chosen = st.session_state
            given = [(file.name, file.getvalue()) for file in chosen[f"set-files-{batch}"]]
            name = chosen[f"set-name-{batch}"] or PurePath(given[0][0]).stem
            on_hand_in(name, given, chosen.get(f"set-collections-{batch}", ()))

        st.button(
            t("sets.keep"), type="primary", disabled=not files, on_click=keep, key="sets-keep"
        )
        if failure is not None:
            draw_failure(failure, t, key="sets")


def draw_feedback(
    vouched_for: tuple[int, int],
    t: Translator,
    *,
    failure: Failure | None,
    on_make: Callable[[], None],
) -> None:
    """Draw how many test cases corrections and thumbs made, and what makes a set of them."""
    corrections, thumbs = vouched_for
    with st.popover(
        t("sets.feedback", count=corrections + thumbs),
        icon=":material/rate_review:",
        key="sets-feedback",
    ):
        if corrections + thumbs:
            st.text(t("sets.feedback.said", corrections=corrections, thumbs=thumbs))
            st.button(t("sets.feedback.make"), type="primary", on_click=on_make, key="sets-make")
        else:
            draw_note(t("sets.feedback.none"), key="no-feedback", kind="plain")
        if failure is not None:
            draw_failure(failure, t, key="feedback")
