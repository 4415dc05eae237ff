"""A finished run opened: its metrics with intervals, what they show, charts, causes of failure.

Names of sets and models are drawn as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.components.cases import draw_cases
from app.components.causes import draw_causes
from app.components.metrics import draw_metrics
from app.components.notes import draw_note
from app.i18n import Translator
from app.measuring.cases import failed
from app.measuring.metric_table import MAIN, metric_table, report_language, timing_table
from app.measuring.plots import Plot, plots
from app.measuring.readings import Reading
from app.measuring.run_list import settings_in_words, system_name

if TYPE_CHECKING:
    from evaluation.reports.summary import RunSummary
    from rag.settings import Settings

_BETWEEN = " · "


def draw_run(
    reading: Reading, settings: Settings, t: Translator, *, beside: Callable[[], None]
) -> None:
    """Draw the run; ``beside`` draws what else can be done with it, in the row of downloads."""
    run = reading.run
    name = partial(system_name, settings, t, run.kind)
    summary, failures = reading.with_names(name)
    _head(summary, t)
    with st.container(horizontal=True, key="run-downloads"):
        beside()
        _downloads(reading, name, t)
    _metrics(summary, t)
    _differences(summary, t)
    _charts(plots(summary, t), t)
    st.subheader(t("cause.title"), anchor=False)
    if any(failures.causes.values()):
        st.markdown(t("cause.note"))
        draw_causes(failures.causes, summary.questions, t, key="run-causes")
        st.text(t("case.examples"))
        draw_cases(failed(run, failures, t), t, key="run-cases")
    else:
        draw_note(t("cause.none"), key="no-failures", kind="plain")


def draw_title(text: str, *lines: str) -> None:
    """Draw what is opened, and ``lines`` about it below; all as text."""
    with st.container(key="run-title", gap=None):
        st.text(text)
        for line in lines:
            if line:
                st.text(line)


def _head(summary: RunSummary, t: Translator) -> None:
    from evaluation.reports.wording import facts

    about = (*facts(summary, report_language(t)), f"{t('evaluate.run')} {summary.run_id}")
    draw_title(
        _BETWEEN.join((summary.dataset, t(f"evaluate.kind.{summary.kind}"))),
        _BETWEEN.join(about),
        settings_in_words(summary.settings, t),
    )
    if summary.synthetic:
        draw_note(t("evaluate.synthetic"), key="synthetic", kind="notice")


def _downloads(reading: Reading, name: Callable[[str], str], t: Translator) -> None:
    """The report under the names a reader knows, the numbers under those of the commands."""
    from evaluation.reports.as_json import as_json
    from evaluation.reports.failures import failures_of
    from evaluation.reports.html import as_html

    def html() -> str:
        short = replace(reading, failures=failures_of(reading.run))
        summary, failures = short.with_names(name)
        page: str = as_html(
            [summary], language=report_language(t), failures={summary.run_id: failures}
        )
        return page

    made: tuple[tuple[str, str, Callable[[], str]], ...] = (
        ("html", "text/html", html),
        ("json", "application/json", lambda: as_json(reading.summary)),
    )
    for suffix, media_type, make in made:
        st.download_button(
            t(f"evaluate.download.{suffix}"),
            make,
            file_name=f"{t('evaluate.file')}-{reading.run.id}.{suffix}",
            mime=media_type,
            key=f"download-{suffix}",
            icon=":material/download:",
            on_click="ignore",
        )


def _metrics(summary: RunSummary, t: Translator) -> None:
    from evaluation.reports.wording import notes

    systems = list(summary.systems)
    st.subheader(t("evaluate.metrics"), anchor=False)
    rows = metric_table(summary, t)
    main = [row for row in rows if row.metric in MAIN] or rows
    draw_metrics(main, systems, t, key="run-metrics", title=t("evaluate.metrics"))
    with st.container(key="run-notes", gap=None):
        for note in notes(summary, report_language(t)):
            st.text(note)
    others = [row for row in rows if row not in main]
    for key, more in (("others", others), ("timings", timing_table(summary, t))):
        if more:
            with st.expander(t(f"evaluate.{key}")):
                draw_metrics(more, systems, t, key=f"run-{key}", title=t(f"evaluate.{key}"))


def _differences(summary: RunSummary, t: Translator) -> None:
    from evaluation.reports.wording import statements

    told = statements(summary, report_language(t))
    if not told:
        return
    with st.expander(t("evaluate.differences"), key="run-differences"):
        for metric, words in told:
            st.text(t("evaluate.difference", metric=metric, words=words))


def _charts(drawn: tuple[Plot, ...], t: Translator) -> None:
    if not drawn:
        return
    st.subheader(t("evaluate.charts"), anchor=False)
    with st.container(horizontal=True, key="run-charts", gap="large"):
        for number, plot in enumerate(drawn):
            with st.container(key=f"run-chart-{number}", width=350, gap="small"):
                st.text(plot.title)
                st.altair_chart(
                    plot.chart, key=f"plot-{number}", width="content", alt=" ".join(plot.says)
                )
                for sentence in (*plot.says, plot.note):
                    st.text(sentence)
