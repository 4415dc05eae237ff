"""Why an answer is as it is: a line that opens into what was found, read, and how long it took.

Drawn in the browser as text nodes only: no passage and no prompt can become markup. What it opens
into is asked for when it is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Final

from app.components.drawn_in_browser import component, passing
from app.explained import Explanation
from app.i18n import Translator

_WORDS: Final = (
    "title",
    "passages",
    "passages.help",
    "prompt",
    "stages",
    "column.number",
    "column.place",
    "column.score",
    "column.meaning",
    "column.words",
    "column.read",
)


def draw_why(
    explanation: Explanation | None,
    t: Translator,
    *,
    key: str,
    on_open: Callable[[bool], None],
) -> None:
    """Draw the line, open with ``explanation``, closed where there is none.

    ``on_open`` is called when it is opened (True) or closed.
    """
    data = {
        "words": {name: t(f"why.{name}") for name in _WORDS},
        "shown": asdict(explanation) if explanation else None,
    }
    component("why")(
        data=data,
        key=f"why-{key}",
        on_open_change=passing(f"why-{key}", lambda opened: on_open(bool(opened)), "open"),
    )
