"""Other answers to a question: asked for by another model or in another way, seen side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import asking, comparing
from app.asking import Way
from app.comparing import MOST_OTHERS, Side
from app.conversations import Turn
from app.i18n import Translator
from app.markup import as_text
from app.models import EXTRACTIVE
from app.strategies import STRATEGIES
from app.wiring import Services
from app.wording import model_name
from rag.strategies.names import StrategyName

_VOTING: Final = StrategyName.SELF_CONSISTENCY.value
_MOST_SAMPLES: Final = 15
_IN_A_ROW: Final = 2


def draw_again(turn: Turn, t: Translator, *, disabled: bool) -> None:
    """Draw what asks the question of ``turn`` again, and what shows its answers side by side."""
    full = len(turn.others) >= MOST_OTHERS
    st.button(
        t("again.ask"),
        key=f"again-{turn.id}",
        icon=":material/refresh:",
        type="tertiary",
        disabled=disabled or full,
        help=t("again.full", count=MOST_OTHERS) if full else None,
        on_click=comparing.offer,
        args=(turn.id,),
    )
    if turn.others and not comparing.is_compared(turn):
        st.button(
            t("again.compare", count=len(turn.others)),
            key=f"compare-{turn.id}",
            icon=":material/compare:",
            type="tertiary",
            disabled=disabled,
            on_click=comparing.compare,
            args=(turn.id,),
        )


def draw_choosing(services: Services, turn: Turn, t: Translator) -> None:
    """Draw a dialog that asks how the question of ``turn`` is to be asked again."""

    @st.dialog(t("again.title"), on_dismiss=partial(comparing.offer, None))
    def choose() -> None:
        st.text(turn.answer.standalone or turn.answer.question)
        models = services.models()
        other = next((one for one in models if one != turn.answer.model), models[0])
        model = st.selectbox(
            t("ask.model"),
            models,
            index=models.index(other),
            key="again-model",
            format_func=partial(model_name, services.settings, t),
        )
        way = Way() if model == EXTRACTIVE else _way(services, t)
        if st.button(t("again.go"), key="again-go", type="primary"):
            comparing.offer(None)
            comparing.compare(turn.id)
            asking.begin_again(turn, model, way)
            st.rerun()

    choose()


def draw_sides(
    sides: Sequence[Side],
    t: Translator,
    *,
    draw: Callable[[Turn], None],
    on_prefer: Callable[[str], None],
    on_forget: Callable[[str], None],
    growing: bool,
) -> DeltaGenerator | None:
    """Draw the answers side by side, each by ``draw``.

    Where another one is ``growing`` returns the place for it, and nothing else can be done.
    """
    room: DeltaGenerator | None = None
    key = sides[0].turn.id
    with st.container(key=f"sides-{key}"):
        drawn = [*sides, None] if growing else list(sides)
        for at in range(0, len(drawn), _IN_A_ROW):
            row = drawn[at : at + _IN_A_ROW]
            for side, column in zip(row, st.columns(_IN_A_ROW), strict=False):
                name = side.turn.id if side else "growing"
                with column, st.container(border=True, key=f"side-{name}"):
                    if side is None:
                        st.subheader(t("again.growing"), anchor=False)
                        room = st.container()
                    else:
                        _draw_side(side, t, draw, on_prefer, on_forget, busy=growing)
        if not growing:
            done = partial(comparing.compare, None)
            st.button(t("again.done"), key=f"done-{key}", on_click=done)
    return room


def _draw_side(
    side: Side,
    t: Translator,
    draw: Callable[[Turn], None],
    on_prefer: Callable[[str], None],
    on_forget: Callable[[str], None],
    *,
    busy: bool,
) -> None:
    with st.container(gap=None, key=f"about-{side.turn.id}"):
        st.subheader(as_text(side.title), anchor=False)
        for line in filter(None, (side.difference, side.facts)):
            st.text(line)
    draw(side.turn)
    if side.turn.beside is None:
        return
    turn_id = side.turn.id
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("again.prefer"),
            key=f"prefer-{turn_id}",
            icon=":material/check:",
            disabled=busy,
            on_click=on_prefer,
            args=(turn_id,),
        )
        st.button(
            t("again.forget"),
            key=f"forget-{turn_id}",
            type="tertiary",
            disabled=busy,
            on_click=on_forget,
            args=(turn_id,),
        )


def _way(services: Services, t: Translator) -> Way:
    settings = services.settings
    strategy = st.radio(
        t("way.strategy"),
        STRATEGIES,
        index=STRATEGIES.index(settings.strategy),
        key="again-strategy",
        format_func=lambda name: t(f"strategy.{name}"),
        captions=[t(f"strategy.{name}.help") for name in STRATEGIES],
    )
    if strategy != _VOTING:
        return Way(strategy=strategy)
    samples = st.slider(
        t("way.samples"),
        min(2, settings.samples),
        max(_MOST_SAMPLES, settings.samples),
        value=settings.samples,
        key="again-samples",
        help=t("way.samples.help"),
    )
    return Way(strategy=strategy, samples=samples)
