"""What narrows a question down, in the sidebar: documents, types, days and a heading.

The choice is kept in the session, so that neither another page nor another language loses it: a
filter that fell away unseen would widen the search.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from functools import partial
from typing import Any, Final

import streamlit as st

from app.i18n import Translator
from app.wording import narrowed_to, type_name
from rag.filter import EVERYTHING, Filter
from vectorstore.filtering import Choices

_KEPT: Final = "narrowing"
_NAMES: Final = tuple(field.name for field in fields(Filter))


def draw_narrowing(choices: Choices, t: Translator) -> Filter:
    """Draw the chooser and return what is chosen; how much of it shows when it is closed."""
    where = _chosen()
    count = len(where.as_json())
    with st.expander(t("ask.filter.set", count=count) if count else t("ask.filter"), key="narrow"):
        st.multiselect(
            t("ask.filter.documents"),
            _with_those_gone(choices.documents, where.documents),
            key=_key("documents"),
            placeholder=t("ask.filter.documents.all"),
        )
        st.pills(
            t("ask.filter.types"),
            _with_those_gone(choices.types, where.types),
            key=_key("types"),
            selection_mode="multi",
            format_func=partial(type_name, t),
        )
        for name in ("added_from", "added_until"):
            st.date_input(
                t(f"ask.filter.{name}"),
                value=None,
                key=_key(name),
                format="YYYY-MM-DD",
                help=t("ask.filter.days"),
            )
        st.text_input(
            t("ask.filter.heading"),
            key=_key("heading"),
            placeholder=t("ask.filter.heading.example"),
        )
        st.button(
            t("ask.filter.reset"),
            key="filter-reset",
            disabled=not count,
            width="stretch",
            on_click=_reset,
        )
    return where


def draw_narrowed(where: Filter, t: Translator, *, key: str) -> None:
    """Draw what a question was narrowed down to, as text; nothing where it was not."""
    if said := narrowed_to(t, where):
        with st.container(key=f"narrowed-{key}"):
            st.text(said)


def _chosen() -> Filter:
    """What the widgets hold; those that are not drawn yet get what was chosen before."""
    kept = asdict(st.session_state.get(_KEPT, EVERYTHING))
    now: dict[str, Any] = {name: st.session_state.get(_key(name), kept[name]) for name in _NAMES}
    where = Filter(
        documents=tuple(now["documents"]),
        types=tuple(now["types"]),
        added_from=now["added_from"],
        added_until=now["added_until"],
        heading=now["heading"].strip(),
    )
    _keep(where)
    return where


def _keep(where: Filter) -> None:
    st.session_state[_KEPT] = where
    for name, value in asdict(where).items():
        st.session_state[_key(name)] = list(value) if isinstance(value, tuple) else value


def _reset() -> None:
    _keep(EVERYTHING)


def _key(name: str) -> str:
    return f"filter-{name}"


def _with_those_gone(offered: tuple[str, ...], chosen: tuple[str, ...]) -> list[str]:
    """What is offered and what is chosen though it is gone: the reader is to see it, and say so."""
    return [*offered, *(one for one in chosen if one not in offered)]
