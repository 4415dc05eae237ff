"""A run's questions in their clusters."""

from __future__ import annotations

from tests.evaluation.made import a_run, an_example, found, in_


def test_each_example_has_its_cluster() -> None:
    examples = (
        an_example(0, gold=in_("a.pdf", 1)),
        an_example(1, gold=in_("b.pdf", 1)),
        an_example(2, gold=in_("a.pdf", 9)),
    )
    run = a_run(examples, {"fused": (found("a.pdf#1"), found(), found())})
    assert run.clusters == ("a.pdf", "b.pdf", "a.pdf")
