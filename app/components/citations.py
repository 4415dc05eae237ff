"""The answer with its citation chips, and the sources they open.

Drawn in the browser from plain values, as text nodes only: nothing in a document, a name or a
model's reply can become markup. Knows neither the record nor the session.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from app.cited_page import CitedPage, library_link
from app.components.drawn_in_browser import Chosen, component, passing
from app.components.sheets import Sheet, sheet_data
from app.i18n import Translator
from app.passages import Sentence, Source
from app.source_cards import card_of
from app.verdicts import reasons_of, verdict_name

_WORDS: Final = ("table", "text", "row", "cited", "open")


def draw_answer(
    sentences: Sequence[Sentence],
    sources: Sequence[Source],
    t: Translator,
    *,
    key: str,
    chosen: int | None,
    notes: Sequence[str],
    footer: str,
    on_choice: Chosen,
) -> None:
    """Draw the sentences with a chip for each source; a click calls ``on_choice`` with its key.

    A chip that is pointed at or has the focus shows its source on a card. A sentence in doubt
    says so and opens to the reasons. ``notes`` stand below the answer.
    """
    labels = {source.number: source_label(source, t) for source in sources}
    cited = [source for source in sources if source.number is not None]
    data = {
        "chosen": chosen,
        "notes": [note for note in notes if note],
        "footer": footer,
        "unsupported": t("answer.unsupported"),
        "unsupportedHelp": t("answer.unsupported.help"),
        "missing": t("source.missing"),
        "tapAgain": t("source.tap_again"),
        "cards": {str(source.number): asdict(card_of(source)) for source in cited},
        "sentences": [_sentence(one, labels, t) for one in sentences],
    }
    component("answer")(data=data, key=key, on_choice_change=passing(key, on_choice))


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
    page: CitedPage | None = None,
    sheet: Sheet | None = None,
    on_turn: Chosen = lambda _page: None,
) -> None:
    """Draw the list of sources, the chosen one open; a change of ``reveal`` brings it into view.

    ``page`` is what stands around the chosen one, ``sheet`` its drawn page; ``on_turn`` is called
    with the number of another page to be shown.
    """
    table = page.table if page and not sheet else None
    data = {
        "chosen": chosen,
        "reveal": reveal,
        "title": title,
        "subtitle": subtitle,
        "passageLabel": t("source.passage"),
        "missing": t("source.missing"),
        "sheet": sheet_data(sheet, t) if sheet else None,
        "table": asdict(table) if table else None,
        "words": {name: t(f"source.{name}") for name in _WORDS},
        "sources": [_source(one, page if one.key == chosen else None, t) for one in sources],
    }
    component("sources")(
        data=data,
        key=key,
        on_choice_change=passing(key, on_choice),
        on_leaf_change=passing(key, on_turn, "leaf"),
    )


def _source(source: Source, page: CitedPage | None, t: Translator) -> dict[str, Any]:
    """``page`` is what stands around it, where that is shown."""
    around = page if page and source.marked else source
    return {
        "key": source.key,
        "number": source.number,
        "document": source.document,
        "page": source.page,
        "headings": list(source.headings),
        "before": around.before,
        "marked": around.marked,
        "after": around.after,
        "missing": source.missing,
        "label": source_label(source, t),
        "link": library_link(source.leaf, t.language),
    }


def source_label(source: Source, t: Translator) -> str:
    """What a screen reader says for a source."""
    place = t("source.separator").join(part for part in (source.document, source.page) if part)
    if source.number is None:
        return place
    return t("source.label", number=source.number, place=place)


def _sentence(
    sentence: Sentence, labels: Mapping[int | None, str], t: Translator
) -> dict[str, Any]:
    check = sentence.check
    return {
        "gap": sentence.gap,
        "text": sentence.text,
        "chips": [{"number": n, "label": labels[n]} for n in sentence.numbers],
        "verdict": str(check.verdict) if check else "",
        "word": verdict_name(check, t) if check else "",
        "reasons": [
            {"about": reason.about, "text": reason.text}
            for reason in (reasons_of(check, t) if check else ())
        ],
    }
