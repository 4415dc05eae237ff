"""The form that says what is to be measured: a question set, what is asked, how many questions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from app.conversations import LOCAL_USER
from app.i18n import Translator
from app.measuring.orders import Order
from app.measuring.question_sets import SetFacts
from app.measuring.run_list import system_name
from app.models import EXTRACTIVE
from app.strategies import STRATEGIES
from app.wiring import Services
from app.wording import model_name
from evaluation.results import Kind
from evaluation.systems import SYSTEMS
from rag.strategies.names import StrategyName

SET: Final = "chosen-set"
"""Where the session keeps the chosen set."""

_SET_FIELD: Final = "order-set"
_USUAL_QUESTIONS: Final = 20
_MOST_SAMPLES: Final = 15
_PARTS: Final = ("", "train", "dev", "test")


def draw_choice_of_set(names: list[str], t: Translator) -> str:
    """Draw the chooser of a question set; the choice outlives a look at a run."""

    def keep() -> None:
        st.session_state[SET] = st.session_state[_SET_FIELD]

    if st.session_state.get(SET) not in names:
        st.session_state[SET] = names[0]
    st.session_state[_SET_FIELD] = st.session_state[SET]
    chosen: str = st.selectbox(t("evaluate.set"), names, key=_SET_FIELD, on_change=keep)
    return chosen


def draw_ordering(
    services: Services, chosen: str, facts: SetFacts, t: Translator, *, busy: bool
) -> Order | None:
    """Draw what can be chosen; gives the order when it is given. ``busy``: none can be."""
    st.text(facts_in_words(facts, t))
    kind: Kind = st.segmented_control(
        t("evaluate.what"),
        list(Kind),
        default=Kind.RETRIEVAL,
        required=True,
        key="order-kind",
        format_func=lambda one: t(f"evaluate.kind.{one}"),
    )
    systems = _systems(services, kind, t)
    models = [name for name in services.models() if name != EXTRACTIVE]
    asked = [name for name in systems if name in models]
    settings = _way(services, t) if asked else {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        limit = st.number_input(
            t("evaluate.questions"),
            min_value=1,
            max_value=max(1, facts.questions),
            value=min(_USUAL_QUESTIONS, max(1, facts.questions)),
            key=f"order-limit-{chosen}",
            width=160,
        )
        besides = _besides(models if kind is Kind.ANSWERS else [], services, t)
        pressed = st.button(
            t("evaluate.start"),
            key="order-start",
            type="primary",
            disabled=busy or not systems,
            help=t("evaluate.busy") if busy else None,
        )
    if not pressed:
        return None
    return Order(
        kind=kind,
        question_set=chosen,
        systems=systems,
        settings=settings,
        limit=int(limit),
        user=LOCAL_USER,
        **besides,
    )


def facts_in_words(facts: SetFacts, t: Translator) -> str:
    """What a set holds, in a line."""
    told = [
        t("evaluate.facts.questions", count=facts.questions),
        t("evaluate.facts.places", count=facts.places),
        t("evaluate.facts.answers", count=facts.answers),
    ]
    if facts.unanswerable:
        told.append(t("evaluate.facts.unanswerable", count=facts.unanswerable))
    if facts.collections:
        names = t("evaluate.comma").join(facts.collections)
        told.append(t("evaluate.facts.library", names=names))
    else:
        told.append(t("evaluate.facts.documents", count=facts.documents))
    return " · ".join(told)


def _systems(services: Services, kind: Kind, t: Translator) -> tuple[str, ...]:
    """What is put to the test, in the order in which it is reported."""
    names = SYSTEMS if kind is Kind.RETRIEVAL else services.models()
    chosen: list[str] = st.multiselect(
        t(f"evaluate.systems.{kind}"),
        names,
        default=names if kind is Kind.RETRIEVAL else names[:1],
        key=f"order-systems-{kind}",
        format_func=partial(system_name, services.settings, t, kind),
        placeholder=t("evaluate.choose"),
    )
    return tuple(name for name in names if name in chosen)


def _besides(judges: Sequence[str], services: Services, t: Translator) -> dict[str, Any]:
    """What is rarely changed, by its name in ``Order``."""
    judge = ""
    with st.popover(t("evaluate.more"), key="order-more"):
        seed = st.number_input(
            t("evaluate.seed"), 0, 9999, 0, key="order-seed", help=t("evaluate.seed.help")
        )
        part = st.selectbox(
            t("evaluate.part"),
            _PARTS,
            key="order-part",
            format_func=lambda one: t(f"evaluate.part.{one or 'all'}"),
            help=t("evaluate.part.help"),
        )
        if judges:
            judge = st.selectbox(
                t("evaluate.judge"),
                ["", *judges],
                key="order-judge",
                format_func=lambda one: (
                    model_name(services.settings, t, one) if one else t("evaluate.judge.none")
                ),
                help=t("evaluate.judge.help"),
            )
        again = st.checkbox(t("evaluate.again"), key="order-again")
    return {"seed": int(seed), "part": part, "judge": judge, "again": again}


def _way(services: Services, t: Translator) -> dict[str, str]:
    """How chat models are asked, as far as that is not what the settings say."""
    usual = services.settings
    strategy = st.selectbox(
        t("way.strategy"),
        STRATEGIES,
        index=STRATEGIES.index(usual.strategy),
        key="order-strategy",
        format_func=lambda name: t(f"strategy.{name}"),
    )
    chosen = {} if strategy == usual.strategy else {"strategy": strategy}
    if strategy == StrategyName.SELF_CONSISTENCY:
        most = max(_MOST_SAMPLES, usual.samples)
        samples = st.slider(t("way.samples"), 2, most, usual.samples, key="order-samples")
        chosen |= {} if samples == usual.samples else {"samples": str(samples)}
    return chosen
