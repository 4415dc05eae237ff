"""What went wrong in a run."""

from __future__ import annotations

from collections import Counter

from evaluation.reports.failures import failures_of
from tests.evaluation.reports.samples import answers_run, retrieval_run


def test_failures_of_searches_name_the_places() -> None:
    found = failures_of(retrieval_run())
    # bm25 has the first question's page second, which is near enough, and not the other two.
    assert found.causes == {"bm25": Counter(retrieval=2), "fused": Counter()}
    second, third = found.examples
    assert (second.question, second.expected, second.given) == (
        "Who signs the report?",
        ("site.pdf#2",),
        "other.pdf#1",
    )
    assert third.given == ""


def test_failures_of_answers_tell_refusals_from_errors() -> None:
    found = failures_of(answers_run(first_answer="20 米"))
    assert found.causes == {"extractive": Counter(answer=2, refusal=1)}
    wrong, refused, failed = found.examples
    assert (wrong.cause, wrong.expected, wrong.given) == ("answer", ("32 米",), "20 米")
    assert (refused.cause, refused.given) == ("refusal", None)
    assert (failed.cause, failed.given) == ("answer", "ModelTimeout")


def test_only_so_many_are_shown_of_a_cause() -> None:
    found = failures_of(retrieval_run(), most=1)
    assert found.causes["bm25"].total() == 2
    assert len(found.examples) == 1
