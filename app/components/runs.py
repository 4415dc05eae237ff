"""The list of runs: each can be opened, a stopped one gone on with, two be compared.

Drawn in the browser as text nodes only, so a set's name cannot become markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import streamlit as st

from app.components.drawn_in_browser import component
from app.i18n import Translator
from app.measuring.run_list import ShownRun

_KEY: Final = "run-list"
_COLUMNS: Final = ("set", "systems", "questions", "began", "state")
_TEXTS: Final = ("compare", "compare_two", "go_on", "remove")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunActions:
    """What is done with runs; each is given ids."""

    look: Callable[[str], None]
    compare: Callable[[str, str], None]
    go_on: Callable[[str], None]
    remove: Callable[[Sequence[str]], None]


def draw_runs(runs: Sequence[ShownRun], t: Translator, *, busy: bool, do: RunActions) -> None:
    """Draw ``runs``; while ``busy`` none can be gone on with."""

    def given(name: str) -> list[str]:
        ids = st.session_state[_KEY].get(name)
        return [str(one) for one in ids] if isinstance(ids, list) else []

    def look() -> None:
        for run in given("look")[:1]:
            do.look(run)

    def compare() -> None:
        if len(ids := given("compare")) == 2:
            do.compare(ids[0], ids[1])

    def go_on() -> None:
        for run in given("go_on")[:1]:
            do.go_on(run)

    def remove() -> None:
        if ids := given("remove"):
            do.remove(ids)

    component("runs")(
        data={
            "language": t.language,
            "columns": {name: t(f"runs.{name}") for name in _COLUMNS},
            "texts": {name: t(f"runs.{name}") for name in _TEXTS},
            "selected": t("runs.selected", number="{number}"),
            "busy": busy,
            "rows": [
                asdict(run)
                | {
                    "look": t("runs.look", run=run.id),
                    "tick": t("runs.tick", set=run.question_set, run=run.id),
                }
                for run in runs
            ],
        },
        key=_KEY,
        on_look_change=look,
        on_compare_change=compare,
        on_go_on_change=go_on,
        on_remove_change=remove,
    )
