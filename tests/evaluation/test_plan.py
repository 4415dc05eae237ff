"""A plan's id: equal for equal plans, in every process."""

from __future__ import annotations

from evaluation.results import Kind
from tests.evaluation.made import a_plan


def test_the_id_is_of_the_content() -> None:
    assert a_plan().id == a_plan().id == "d56fc4da49"
    assert a_plan(settings={"a": "1", "b": "2"}).id == a_plan(settings={"b": "2", "a": "1"}).id
    assert a_plan(kind=Kind.ANSWERS).id != a_plan().id
    assert a_plan(dataset="小集").id != a_plan().id
