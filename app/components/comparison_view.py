"""Two systems compared: what differs beyond chance, and the questions that flipped.

Names of sets and models are drawn as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from app.components.cases import draw_cases
from app.components.causes import draw_causes
from app.components.metrics import draw_metrics
from app.components.notes import draw_note
from app.components.run_view import draw_title
from app.i18n import Translator
from app.measuring.cases import MOST_CASES, flipped
from app.measuring.comparisons import Compared, verdicts
from app.measuring.metric_table import comparison_table

LETTERS: Final = ("A", "B")
"""What the sides are called in sentences and columns."""


def draw_comparison(found: Compared, names: tuple[str, str], t: Translator) -> None:
    """Draw the comparison; ``names`` are what the sides are called, the earlier first."""
    sides = [
        t("compare.side", letter=letter, name=name)
        for letter, name in zip(LETTERS, names, strict=True)
    ]
    run = found.before.run
    asked = t("evaluate.facts.questions", count=len(run.examples))
    about = (run.dataset, t(f"evaluate.kind.{run.kind}"), asked)
    draw_title(t("compare.title"), " · ".join(about), *sides)
    draw_note(*verdicts(found, LETTERS, t), key="verdicts", kind="plain")
    st.subheader(t("compare.metrics"), anchor=False)
    columns = [*LETTERS, t("compare.difference")]
    rows = comparison_table(found.comparisons, t)
    draw_metrics(rows, columns, t, key="compare-metrics", title=t("compare.metrics"))
    st.text(t("compare.note", count=len(found.comparisons)))
    st.subheader(t("cause.title"), anchor=False)
    counts = dict(zip(LETTERS, found.causes, strict=True))
    if any(counts.values()):
        draw_causes(counts, len(found.before.run.examples), t, key="compare-causes")
    else:
        draw_note(t("cause.none"), key="no-causes", kind="plain")
    _flips(found, (sides[0], sides[1]), t)


def draw_choice_of_sides(
    systems: Sequence[tuple[str, str]],
    others: Sequence[tuple[str, str]],
    t: Translator,
    *,
    on_compare: Callable[[str, str], None],
) -> None:
    """Draw the choosers of what is compared with what; both give (address, name) pairs.

    ``systems`` are those of the opened run, ``others`` what they can be compared with.
    """
    names = dict((*systems, *others))
    with st.popover(t("compare.choose"), icon=":material/compare_arrows:", key="compare-choose"):
        after = st.selectbox(
            t("compare.after"),
            [address for address, _ in reversed(systems)],
            key="compare-after",
            format_func=names.__getitem__,
        )
        left = [address for address, _ in others if address != after]
        if not left:
            st.text(t("compare.none_to_choose"))
            return
        st.selectbox(t("compare.before"), left, key="compare-before", format_func=names.__getitem__)

        def compare() -> None:
            on_compare(st.session_state["compare-before"], st.session_state["compare-after"])

        st.button(t("runs.compare"), type="primary", key="compare-start", on_click=compare)


def _flips(found: Compared, names: tuple[str, str], t: Translator) -> None:
    st.subheader(t("compare.flips"), anchor=False)
    if not found.flips:
        draw_note(t("compare.no_flips"), key="no-flips", kind="plain")
        return
    right = sum(flip.became_right for flip in found.flips)
    st.text(t("compare.flips.said", right=right, wrong=len(found.flips) - right))
    cases = flipped(found.flips, found.before, found.after, names, t)
    draw_cases(cases, t, key="compare-cases")
    if len(found.flips) > MOST_CASES:
        st.text(t("compare.more", count=len(found.flips) - MOST_CASES))
