"""The page Evaluate: measure, look at a run, compare two.

Draws only: what can be measured is ``app/measuring/question_sets.py``, how far a measurement has
come ``app/measuring/process.py``, what is seen of runs the other files beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st

from app import session
from app.components.comparison_view import draw_choice_of_sides, draw_comparison
from app.components.notes import draw_failure, draw_note, drawn_failures
from app.components.ordering import SET, draw_choice_of_set, draw_ordering
from app.components.removal import draw_removal
from app.components.run_view import draw_run
from app.components.runs import RunActions, draw_runs
from app.components.set_intake import draw_feedback, draw_handing_in
from app.components.underway import UnderwayActions, draw_underway
from app.conversations import LOCAL_USER
from app.failures import caught
from app.i18n import Translator
from app.measuring.comparisons import compared
from app.measuring.orders import Order, order_of
from app.measuring.process import MeasuringProcess
from app.measuring.question_sets import QuestionSets
from app.measuring.readings import Readings
from app.measuring.run_list import remove_runs, shown_runs
from app.measuring.sides import choices, side_of, sides_in_words
from app.wiring import Services
from app.workbench import Workbench


def show(services: Services, measuring: MeasuringProcess, t: Translator) -> None:
    """Draw the page."""
    bench = Workbench(services)
    with st.container(key="evaluate"):
        st.title(t("evaluate.title"), anchor=False)
        if opened := session.opened_run():
            st.button(
                t("evaluate.all"),
                key="all-runs",
                icon=":material/arrow_back:",
                type="tertiary",
                on_click=session.close_run,
            )
            with st.spinner(t("evaluate.reading"), show_time=False), drawn_failures(t, key="run"):
                _opened(bench, opened, t)
            return
        st.markdown(t("evaluate.welcome"))
        _measure(bench, measuring, t)
        _runs(bench, measuring, t)


def _opened(bench: Workbench, opened: str, t: Translator) -> None:
    readings: Readings = st.session_state.setdefault("readings", Readings())
    settings = bench.services.settings
    if before := session.run_before():
        sides = side_of(readings, bench.runs, before), side_of(readings, bench.runs, opened)
        names = sides_in_words(sides, settings, t)
        draw_comparison(compared(*sides), names, t)
        return
    reading = readings.of(bench.runs, side_of(readings, bench.runs, opened).run.id)
    systems, others = choices(bench.runs.entries(), reading.run, settings, t)
    draw_run(
        reading,
        settings,
        t,
        beside=lambda: draw_choice_of_sides(
            systems, others, t, on_compare=lambda one, two: session.open_run(two, before=one)
        ),
    )


def _measure(bench: Workbench, measuring: MeasuringProcess, t: Translator) -> None:
    services = bench.services
    sets: QuestionSets = st.session_state.setdefault("question-sets", QuestionSets(services))
    with st.container(key="order", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom", key="order-set-row"):
            chosen = draw_choice_of_set(sets.names(), t)
            _intake(sets, services, t)
        with drawn_failures(t, key="order"):
            facts = sets.facts(chosen)
            busy = measuring.underway() is not None
            if order := draw_ordering(services, chosen, facts, t, busy=busy):
                measuring.start(order)
                st.rerun()
    again = partial(_give, measuring)
    draw_underway(measuring, t, do=UnderwayActions(look=session.open_run, go_on=again))


def _intake(sets: QuestionSets, services: Services, t: Translator) -> None:
    def choose(make: Callable[[], str], failure: str) -> None:
        st.session_state.pop(failure, None)
        with caught(lambda found: st.session_state.update({failure: found})):
            st.session_state[SET] = make()
            st.session_state["set-batch"] = st.session_state.get("set-batch", 0) + 1

    draw_handing_in(
        [one.name for one in services.record.collections()],
        t,
        limit_mb=services.settings.max_file_mb,
        failure=st.session_state.get("sets_failure"),
        on_hand_in=lambda *given: choose(lambda: sets.hand_in(*given), "sets_failure"),
    )
    draw_feedback(
        sets.vouched_for(),
        t,
        failure=st.session_state.get("feedback_failure"),
        on_make=lambda: choose(lambda: sets.grow_from_feedback(date.today()), "feedback_failure"),
    )


def _runs(bench: Workbench, measuring: MeasuringProcess, t: Translator) -> None:
    st.subheader(t("runs.title"), anchor=False)
    underway = measuring.underway()
    runs = shown_runs(bench, underway, t)
    if not runs:
        draw_note(t("runs.none"), t("runs.none.hint"), key="no-runs", kind="plain")
        return
    do = RunActions(
        look=session.open_run,
        compare=lambda before, after: session.open_run(after, before=before),
        go_on=lambda run: _give(measuring, order_of(bench.runs, run, LOCAL_USER)),
        remove=lambda ids: st.session_state.update(removing_runs=ids),
    )
    draw_runs(runs, t, busy=underway is not None, do=do)
    if failure := st.session_state.pop("runs_failure", None):
        draw_failure(failure, t, key="runs")
    if ids := st.session_state.get("removing_runs"):
        draw_removal(
            [f"{run.question_set} · {run.kind} · {run.id}" for run in runs if run.id in ids],
            t,
            title=t("runs.remove.title", count=len(ids)),
            warning=t("runs.remove.warning"),
            on_sure=lambda: remove_runs(bench, ids),
            on_end=lambda: st.session_state.pop("removing_runs", None),
        )


def _give(measuring: MeasuringProcess, order: Order) -> None:
    with caught(lambda failure: st.session_state.update(runs_failure=failure)):
        measuring.start(order)
