"""How a measurement on its way is said."""

from __future__ import annotations

from app.components.underway import pace_in_words, share_of
from app.i18n import Translator
from app.measuring.orders import Order
from app.measuring.progress import Progress
from evaluation.results import Kind

BEGUN = Progress(order=Order(kind=Kind.RETRIEVAL, question_set="水泵"))


def test_stage_count_and_time_left_are_said_as_far_as_they_are_known() -> None:
    en, zh = Translator("en"), Translator("zh")
    assert (pace_in_words(BEGUN, en), share_of(BEGUN)) == ("Starting…", 0.0)
    first = BEGUN.at("documents", 0, 20, now=100.0)
    assert pace_in_words(first, en) == "Reading the documents · 0 of 20"
    later = first.at("documents", 5, 20, now=110.0)
    assert pace_in_words(later, en) == "Reading the documents · 5 of 20 · about 30 s left"
    assert pace_in_words(later, zh).startswith("读取文档 · 5/20 · ")
    assert share_of(later) == 0.25
    assert pace_in_words(BEGUN.at("embedding", 1, 2, now=1.0), zh) == "embedding · 1/2"
