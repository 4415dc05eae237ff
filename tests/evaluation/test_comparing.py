"""Two systems over the same questions: which, whether they may be compared, and what differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.comparing import Side, check_comparable, differences, split_name
from evaluation.errors import RunsDiffer, SystemUnknown
from evaluation.results import Run
from tests.evaluation.made import a_run, an_example, found, said

EXAMPLES = tuple(an_example(number) for number in range(20))
RIGHT = tuple(found(f"d{number}") for number in range(20))
HALF = tuple(found(f"d{number}" if number % 2 else "other") for number in range(20))


@pytest.fixture
def run() -> Run:
    return a_run(EXAMPLES, {"dense": HALF, "fused": RIGHT})


def test_a_side_is_the_system_named_or_the_last(run: Run) -> None:
    assert Side.of(run).name == "run:fused"
    assert Side.of(run, "dense").name == "run:dense"
    with pytest.raises(SystemUnknown, match="bm25"):
        Side.of(run, "bm25")
    assert split_name("run:dense") == ("run", "dense")
    assert split_name("run") == ("run", "")


def test_two_systems_of_one_run_are_compared(run: Run) -> None:
    found_differences = {
        one.metric: one for one in differences(Side.of(run, "dense"), Side.of(run, "fused"))
    }
    first = found_differences["hit@1"]
    assert (first.before, first.after, first.value) == (0.5, 1.0, 0.5)
    assert (first.better, first.worse) == (10, 0)
    # ten discordant pairs, all one way: 2 * 0.5 ** 10
    assert first.p == pytest.approx(2 * 0.5**10)
    assert first.test == "mcnemar"
    assert "total_ms" not in found_differences, "times say nothing of accuracy"


def test_a_run_does_not_differ_from_itself(run: Run) -> None:
    for one in differences(Side.of(run), Side.of(run)):
        assert (one.value, one.p, one.better, one.worse) == (0.0, 1.0, 0, 0)


def test_only_the_same_questions_are_compared(run: Run) -> None:
    fewer = a_run(EXAMPLES[:5], {"fused": RIGHT[:5]})
    with pytest.raises(RunsDiffer, match="20 and 5 questions, 5 of them the same"):
        check_comparable(Side.of(run), Side.of(fewer))
    answered = a_run(EXAMPLES, {"openai": (said("x"),) * 20})
    with pytest.raises(RunsDiffer, match="one measured retrieval, the other answers"):
        check_comparable(Side.of(run), Side.of(answered))
    corrected = replace(run, examples=(replace(EXAMPLES[0], answers=("another",)), *EXAMPLES[1:]))
    with pytest.raises(RunsDiffer, match="known of the answers"):
        check_comparable(Side.of(run), Side.of(corrected))
