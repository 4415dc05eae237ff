"""A box for values on which the sources differ, each opening its place.

Drawn in the browser as text nodes only: what a document says cannot become markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.components.drawn_in_browser import Chosen, component, passing
from app.i18n import Translator
from app.passages import Disagreement, ShownSide


def draw_conflicts(
    disagreements: Sequence[Disagreement],
    t: Translator,
    *,
    key: str,
    chosen: int | None,
    on_choice: Chosen,
) -> None:
    """Draw what every source says; a click calls ``on_choice`` with the source's key.

    Nothing is drawn where no sources differ.
    """
    if not disagreements:
        return
    data = {
        "chosen": chosen,
        "title": t("conflict.title"),
        "used": t("conflict.used"),
        "conflicts": [
            {
                "about": t("conflict.about", sentence=one.about) if one.about else "",
                "sides": [_side(side, t) for side in one.sides],
            }
            for one in disagreements
        ],
    }
    name = f"conflicts-{key}"
    component("conflicts")(data=data, key=name, on_choice_change=passing(name, on_choice))


def _side(side: ShownSide, t: Translator) -> dict[str, Any]:
    added = t("conflict.added", day=side.added_on) if side.added_on else ""
    said = t("source.separator").join(part for part in (side.place, added) if part)
    return {
        "key": side.key,
        "number": side.number,
        "value": side.value,
        "place": side.place,
        "added": added,
        "used": side.used,
        "label": t("conflict.label", value=side.value, place=said),
    }
