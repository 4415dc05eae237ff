"""How a chat model is asked: once, thinking first, or several times; chosen beside the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from app.asking import Way
from app.i18n import Translator
from app.strategies import STRATEGIES
from rag.settings import Settings
from rag.strategies.names import StrategyName

_VOTING: Final = StrategyName.SELF_CONSISTENCY.value
_MOST_OFFERED: Final = 15
_KEPT: Final = "way"
_STRATEGY: Final = "way-strategy"
_SAMPLES: Final = "way-samples"


def draw_way(settings: Settings, t: Translator) -> Way:
    """Draw the chooser, which begins with the settings' way, and return what is chosen.

    The choice is kept in the session, so that neither another page nor another language loses it.
    """
    kept: Way = st.session_state.get(_KEPT, Way())
    strategy, samples = kept.strategy or settings.strategy, kept.samples or settings.samples
    st.session_state[_STRATEGY], st.session_state[_SAMPLES] = strategy, samples
    votes = strategy == _VOTING
    label = t("way.votes", count=samples) if votes else t(f"strategy.{strategy}")
    with st.popover(label, width="stretch", key="ways"):
        st.radio(
            t("way.strategy"),
            STRATEGIES,
            key=_STRATEGY,
            format_func=lambda name: t(f"strategy.{name}"),
            captions=[t(f"strategy.{name}.help") for name in STRATEGIES],
            on_change=_keep_strategy,
        )
        if votes:
            st.slider(
                t("way.samples"),
                min(2, settings.samples),
                max(_MOST_OFFERED, settings.samples),
                key=_SAMPLES,
                help=t("way.samples.help"),
                on_change=_keep_samples,
            )
    return Way(
        strategy=strategy if strategy != settings.strategy else None,
        samples=samples if votes and samples != settings.samples else None,
    )


def _keep_strategy() -> None:
    kept: Way = st.session_state.get(_KEPT, Way())
    st.session_state[_KEPT] = replace(kept, strategy=st.session_state[_STRATEGY])


def _keep_samples() -> None:
    kept: Way = st.session_state.get(_KEPT, Way())
    st.session_state[_KEPT] = replace(kept, samples=st.session_state[_SAMPLES])
