"""How often each stage failed, a bar a system, with what the stage did wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.components.drawn_in_browser import component
from app.i18n import Translator
from app.measuring.cases import cause_means, cause_name


def draw_causes(
    counts: Mapping[str, Counter[Any]], questions: int, t: Translator, *, key: str
) -> None:
    """Draw ``counts``, by system and cause, of so many ``questions``; all causes that occur."""
    from evaluation.attribution import Cause

    present = [cause for cause in Cause if any(one[cause] for one in counts.values())]
    component("causes")(
        data={
            "title": t("cause.title"),
            "stage": t("cause.stage"),
            "questions": questions,
            "systems": list(counts),
            "rows": [
                {
                    "name": cause_name(cause, t),
                    "means": cause_means(cause, t),
                    "counts": [one[cause] for one in counts.values()],
                }
                for cause in present
            ],
        },
        key=key,
    )
