"""Questions to be read one by one, each opening into what was expected and what each side gave.

Drawn in the browser as text nodes only: questions, answers and quotes cannot become markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from app.components.drawn_in_browser import component
from app.i18n import Translator
from app.measuring.cases import Case

_TEXTS: Final = ("expected", "sources", "found", "gold")


def draw_cases(cases: Sequence[Case], t: Translator, *, key: str) -> None:
    """Draw ``cases``, each closed."""
    component("cases")(
        data={
            "texts": {name: t(f"case.{name}") for name in _TEXTS},
            "cases": [asdict(case) for case in cases],
        },
        key=key,
    )
