"""What a reader chooses beside a conversation: where to look, how narrowly, and what answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from app.asking import AS_SET, Way
from app.components.conversations import draw_conversations
from app.components.narrowing import draw_narrowing
from app.components.ways import draw_way
from app.conversations import LOCAL_USER
from app.i18n import Translator
from app.models import EXTRACTIVE
from app.wiring import Services
from app.wording import model_name
from rag.filter import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Collections to look in, what narrows them down, the model that answers and how it is asked.

    The documents' own sentences can be asked in one way only.
    """

    collections: tuple[str, ...]
    where: Filter
    model: str
    way: Way


def draw_choices(
    services: Services, names: Sequence[str], t: Translator, *, on_new: Callable[[], None]
) -> Chosen:
    """Draw the choices in the sidebar; ``names`` are the collections there are."""
    with st.sidebar:
        st.button(t("ask.new"), key="new", icon=":material/add:", width="stretch", on_click=on_new)
        draw_conversations(services.conversation_list, LOCAL_USER, t)
        chosen = st.multiselect(
            t("ask.collections"),
            names,
            key="collections",
            placeholder=t("ask.collections.all"),
            help=t("ask.collections.help"),
        )
        collections = tuple(chosen or names)
        record = services.record
        where = draw_narrowing(record.narrowing.choices(record.chosen(collections)), t)
        models = services.models()
        before = st.session_state.get("model")
        model = st.session_state.model = st.selectbox(
            t("ask.model"),
            models,
            index=models.index(before) if before in models else 0,
            format_func=partial(model_name, services.settings, t),
            help=t("ask.model.help"),
        )
        way = AS_SET if model == EXTRACTIVE else draw_way(services.settings, t)
    return Chosen(collections=collections, where=where, model=model, way=way)
