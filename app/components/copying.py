"""A button that puts an answer with its sources on the clipboard."""

from __future__ import annotations

from app.components.drawn_in_browser import component
from app.conversations import Turn
from app.exports.plain import to_plain
from app.exports.transcript import exchanged
from app.i18n import Translator
from app.wiring import Services

_WORDS = ("copy", "copied", "not_copied")


def draw_copying(services: Services, turn: Turn, t: Translator) -> None:
    """Draw the button of a turn; the browser copies, so nothing is asked of the server."""
    text = to_plain(exchanged(turn, services.record, services.settings, t), t)
    words = {word: t(f"answer.{word}") for word in _WORDS}
    component("copying")(data={"text": text, "words": words}, key=f"copying-{turn.id}")
