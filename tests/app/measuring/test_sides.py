"""The sides of a comparison: found by address, named, offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.i18n import Translator
from app.measuring.sides import choices, sides_in_words
from evaluation.comparing import Side
from evaluation.runs import RunEntry
from rag.settings import Settings
from tests.app.measuring.runs_made import searches
from tests.evaluation.made import a_plan

EN, ZH = Translator("en"), Translator("zh")
BEGAN = datetime(2026, 1, 2, tzinfo=UTC)


def test_systems_of_one_run_are_named_alone_others_with_run_and_settings() -> None:
    run = searches()
    same = Side.of(run, "dense"), Side.of(run, "bm25")
    assert sides_in_words(same, Settings(), ZH) == ("向量检索", "词语检索（BM25）")
    other = replace(run, id="ef56", settings={"chunk_tokens": "40"})
    apart = Side.of(run, "bm25"), Side.of(other, "bm25")
    assert sides_in_words(apart, Settings(), EN) == (
        "Words (BM25) · ab12",
        "Words (BM25) · chunk_tokens: 40 · ef56",
    )


def test_what_can_be_compared_is_offered_by_address() -> None:
    run = searches()
    entries = [
        RunEntry(id=name, plan=plan, questions=24, done=48, started_at=BEGAN, finished_at=BEGAN)
        for name, plan in (
            ("ef56", a_plan(systems=("bm25", "fused"))),
            ("ab12", a_plan(systems=("dense", "bm25"))),
        )
    ]
    own, others = choices(entries, run, Settings(), EN)
    assert [address for address, _ in own] == ["ab12:dense", "ab12:bm25"]
    assert [address for address, _ in others] == ["ef56:fused", "ef56:bm25", *dict(own)]
    assert others[0][1] == "Quorum · ef56"
