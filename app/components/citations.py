"""The answer with its citation chips, and the sources they open.

Drawn in the browser from plain values, as text nodes only: nothing in a document, a name or a
model's reply can become markup. Knows neither the record nor the session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app.i18n import Translator
from app.passages import Sentence, Source

Chosen = Callable[[int], None]


def draw_answer(
    sentences: Sequence[Sentence],
    sources: Sequence[Source],
    t: Translator,
    *,
    key: str,
    chosen: int | None,
    footer: str,
    on_choice: Chosen,
) -> None:
    """Draw the sentences with a chip for each source; a click calls ``on_choice`` with its key."""
    labels = {source.number: source_label(source, t) for source in sources}
    data = {
        "chosen": chosen,
        "footer": footer,
        "unsupported": t("answer.unsupported"),
        "unsupportedHelp": t("answer.unsupported.help"),
        "sentences": [
            {
                "gap": sentence.gap,
                "text": sentence.text,
                "chips": [{"number": n, "label": labels[n]} for n in sentence.numbers],
            }
            for sentence in sentences
        ],
    }
    _component("answer")(data=data, key=key, on_choice_change=_passing(key, on_choice))


def draw_sources(
    sources: Sequence[Source],
    t: Translator,
    *,
    key: str,
    title: str,
    subtitle: str,
    chosen: int | None,
    reveal: int,
    on_choice: Chosen,
) -> None:
    """Draw the list of sources, the chosen one open; a change of ``reveal`` brings it into view."""
    data = {
        "chosen": chosen,
        "reveal": reveal,
        "title": title,
        "subtitle": subtitle,
        "passageLabel": t("source.passage"),
        "missing": t("source.missing"),
        "sources": [
            {
                "key": source.key,
                "number": source.number,
                "document": source.document,
                "page": source.page,
                "headings": list(source.headings),
                "before": source.before,
                "marked": source.marked,
                "after": source.after,
                "missing": source.missing,
                "label": source_label(source, t),
            }
            for source in sources
        ],
    }
    _component("sources")(data=data, key=key, on_choice_change=_passing(key, on_choice))


def source_label(source: Source, t: Translator) -> str:
    """What a screen reader says for a source."""
    place = t("source.separator").join(part for part in (source.document, source.page) if part)
    if source.number is None:
        return place
    return t("source.label", number=source.number, place=place)


def _passing(key: str, on_choice: Chosen) -> Callable[[], None]:
    def pass_on() -> None:
        number = st.session_state[key].get("choice")
        if isinstance(number, int):
            on_choice(number)

    return pass_on


@cache
def _component(name: str) -> Any:
    here = Path(__file__).parent
    return st.components.v2.component(
        f"quorum.{name}",
        html='<div class="root"></div>',
        css=(here / f"{name}.css").read_text(encoding="utf-8"),
        js=(here / f"{name}.js").read_text(encoding="utf-8"),
    )
