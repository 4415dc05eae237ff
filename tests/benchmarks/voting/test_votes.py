"""Many questions, by the design of their samples."""

from __future__ import annotations

import pytest

from benchmarks.voting.electorate import evenly
from benchmarks.voting.votes import over_http, votes


def test_stopping_early_saves_calls_and_changes_little() -> None:
    rows = list(votes(60, 3, stopping=True, designs=(evenly(0.7),)))
    both = [row for part, row in rows if part == "stopping" and row["design"] == "even, all"]
    assert [row["samples"] for row in both] == [9, 15]
    for row in both:
        assert row["saved"] >= 0.3
        assert abs(row["change"]) <= 0.02
    predicted = {row["samples"]: row["predicted"] for part, row in rows if part == "votes"}
    assert predicted[1] == pytest.approx(0.7)
    assert predicted[1] < predicted[5] < predicted[9] < predicted[15]


def test_votes_over_http_end_as_those_in_process() -> None:
    row = over_http(6, 0)
    assert row["alike"] == row["questions"] == 6
