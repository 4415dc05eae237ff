"""How an answer's samples voted: one line that opens into the groups and their samples.

Drawn in the browser as text nodes only: what a sample says cannot become markup.
"""

from __future__ import annotations

from dataclasses import asdict

from app.components.drawn_in_browser import component
from app.i18n import Translator
from app.tallied import ShownTally


def draw_tally(shown: ShownTally | None, t: Translator, *, key: str) -> None:
    """Draw the line, closed; nothing where an answer has neither a vote nor a confidence."""
    if shown is None:
        return
    data = {
        **asdict(shown),
        "sources": t("sources.cited"),
        "thoughts": t("answer.reasoning"),
    }
    component("tally")(data=data, key=f"tally-{key}")
