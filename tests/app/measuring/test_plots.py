"""Charts, each with a sentence that says what is seen."""

from __future__ import annotations

from app.i18n import Translator
from app.measuring.plots import plots
from tests.app.measuring.runs_made import answers, read, searches

EN, ZH = Translator("en"), Translator("zh")


def test_answers_have_three_charts_and_each_says_what_is_seen() -> None:
    summary = read(answers("0 bar", "1 bar", "x", "y")).summary
    reliability, risk, latency = plots(summary, EN)
    assert reliability.says == (
        "Over 4 answers the stated confidence is 0.39 away from the share right on average; "
        "most where it says 0.89 and 0.50 were right.",
    )
    assert risk.says == (
        "extractive: of the surest half of its answers 0% were wrong, of all 50%.",
    )
    assert latency.says == (
        "extractive: half of the questions took up to 10 ms, 95 of 100 up to 10 ms.",
    )
    for plot in (reliability, risk, latency):
        assert plot.note
        assert plot.chart.to_dict()["config"]["legend"]["orient"] == "top"


def test_searches_have_times_alone() -> None:
    [latency] = plots(read(searches(4)).summary, ZH)
    assert latency.title == "用时分布"
    assert [one.split("：")[0] for one in latency.says] == ["dense", "bm25"]


def test_refusals_alone_have_no_confidence_to_draw() -> None:
    assert [plot.title for plot in plots(read(answers("", "")).summary, EN)] == [
        "How long it takes"
    ]
