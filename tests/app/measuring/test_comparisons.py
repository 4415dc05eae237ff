"""What a comparison says in words, and what can be compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.i18n import Translator
from app.measuring.comparisons import comparable, compared, verdicts
from evaluation.attribution import Cause
from evaluation.comparing import Side
from evaluation.errors import RunsDiffer
from evaluation.plan import Plan
from evaluation.results import Kind
from evaluation.runs import RunEntry
from tests.app.measuring.runs_made import answers, searches
from tests.evaluation.made import a_plan

EN, ZH = Translator("en"), Translator("zh")
NAMES = ("A", "B")


def test_what_differs_beyond_chance_is_said_first() -> None:
    run = searches()
    found = compared(Side.of(run, "dense"), Side.of(run, "bm25"))
    said = verdicts(found, NAMES, EN)
    better = [one for one in said if one.startswith("B is better than A in ")]
    assert any("hit@5: +66.7\u00a0points" in one for one in better)
    assert all("after correction for 7 metrics" in one for one in better)
    assert any(one.startswith("B is worse than A in hit@1") for one in said)
    assert len(found.flips) == 16
    assert [dict(one) for one in found.causes] == [{Cause.RETRIEVAL: 16}, {}]
    assert any("B 优于 A" in one for one in verdicts(found, NAMES, ZH))


def test_too_few_questions_tell_no_difference() -> None:
    before, after = answers("0 bar", "x", "2 bar"), answers("0 bar", "1 bar", "2 bar", run="ef56")
    found = compared(Side.of(before), Side.of(after))
    nothing, first = verdicts(found, NAMES, EN)
    assert nothing == "No difference can be told with 3 questions."
    assert "from A to B" in first
    assert verdicts(found, NAMES, ZH)[0] == "以 3 个问题看不出任何差异。"
    assert [flip.example.id for flip in found.flips] == ["q1"]


def test_equal_sides_are_said_to_be_equal() -> None:
    run = searches(6)
    found = compared(Side.of(run, "bm25"), Side.of(run, "bm25"))
    _, same = verdicts(found, NAMES, EN)
    assert same.startswith("A and B are equal in hit@1 on these questions; ")
    assert verdicts(found, NAMES, ZH)[1].startswith("hit@1：在这些问题上 A 与 B 相同")
    assert found.flips == ()


def test_runs_over_other_questions_are_refused() -> None:
    with pytest.raises(RunsDiffer):
        compared(Side.of(answers("0 bar")), Side.of(answers("0 bar", "1 bar")))


def an_entry(run: str, plan: Plan, *, finished: bool = True) -> RunEntry:
    began = datetime(2026, 1, 2, tzinfo=UTC)
    return RunEntry(
        id=run,
        plan=plan,
        questions=4,
        done=4,
        started_at=began,
        finished_at=began if finished else None,
    )


def test_runs_that_asked_the_same_can_be_compared() -> None:
    plan = a_plan(limit=20)
    entries = [
        an_entry("same", replace(plan, settings={"lexical_weight": "1.0"})),
        an_entry("stopped", plan, finished=False),
        an_entry("other seed", replace(plan, seed=1)),
        an_entry("other kind", replace(plan, kind=Kind.ANSWERS)),
        an_entry("other part", replace(plan, settings={"part": "dev"})),
        an_entry("ab12", plan),
    ]
    run = searches()
    assert [one.id for one in comparable(entries, run)] == ["same"]
    assert comparable(entries[:-1], run) == [], "a run that is not in the list"
