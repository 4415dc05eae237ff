"""A conversation to take along: a file in the reader's choice of formats, made when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import streamlit as st

from app.conversations import Turn
from app.exports import markdown, pdf, word
from app.exports.transcript import Transcript, transcript_of
from app.i18n import Translator
from app.wiring import Services

_Writer = Callable[[Transcript, Translator], bytes]
_FORMATS: Final[dict[str, tuple[str, str, _Writer]]] = {
    "markdown": ("md", markdown.MEDIA_TYPE, markdown.to_markdown),
    "word": ("docx", word.MEDIA_TYPE, word.to_word),
    "pdf": ("pdf", pdf.MEDIA_TYPE, pdf.to_pdf),
}


def draw_exporting(services: Services, turns: Sequence[Turn], t: Translator) -> None:
    """Draw a button a format."""
    icon = ":material/download:"
    with st.container(key="export"), st.popover(t("export"), icon=icon, type="tertiary"):
        st.caption(t("export.help"))
        for name, (suffix, media_type, write) in _FORMATS.items():
            st.download_button(
                t(f"export.{name}"),
                partial(_written, write, services, turns, t),
                file_name=f"{t('export.file')}.{suffix}",
                mime=media_type,
                key=f"export-{name}",
                on_click="ignore",
                width="stretch",
            )


def _written(write: _Writer, services: Services, turns: Sequence[Turn], t: Translator) -> bytes:
    at = datetime.now().astimezone()
    return write(transcript_of(turns, services.record, services.settings, t, at=at), t)
