"""How far an order has come, told through a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.failures import Unforeseen
from app.measuring.orders import Order
from app.measuring.progress import (
    Progress,
    ProgressFile,
    State,
    Teller,
    failure_of,
    stored_failure,
)
from evaluation.errors import QuestionSetNotFound
from evaluation.results import Kind

ORDER = Order(kind=Kind.RETRIEVAL, question_set="水泵")


def test_what_is_left_is_told_from_the_pace_of_the_stage() -> None:
    begun = Progress(order=ORDER)
    assert begun.left_s is None
    first = begun.at("questions", 4, 20, now=100.0)
    assert (first.done_before, first.left_s) == (4, None), "4 were there before"
    later = first.at("questions", 8, 20, now=106.0)
    assert later.left_s == pytest.approx(12 * 6 / 4)
    assert later.at("documents", 0, 3, now=107.0).left_s is None
    assert replace(later, state=State.STOPPED).left_s is None
    assert first.at("questions", 20, 20, now=110.0).left_s == 0


def test_a_teller_writes_stages_at_once_and_the_end(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path / "evaluation")
    assert file.read() is None
    teller = Teller(file, ORDER)
    assert file.read() == Progress(order=ORDER)
    teller("documents", 0, 4)
    teller("documents", 1, 4)
    told = file.read()
    assert told is not None
    assert (told.stage, told.done, told.total) == ("documents", 0, 4), "too soon to be seen"
    teller("questions", 0, 9)
    teller.end(State.DONE, run="ab12")
    told = file.read()
    assert told is not None
    assert (told.stage, told.state, told.run) == ("questions", State.DONE, "ab12")
    assert [one.name for one in (tmp_path / "evaluation").iterdir()] == ["measuring.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"order": "{}", "state": "running"}'])
def test_a_file_that_tells_nothing_is_no_progress(tmp_path: Path, content: str) -> None:
    (tmp_path / "measuring.json").write_text(content)
    assert ProgressFile(tmp_path).read() is None


def test_failures_come_back_from_the_file(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path)
    failed = QuestionSetNotFound(name="无", known="samples")
    for failure in (failed, Unforeseen(id="0badcafe")):
        Teller(file, ORDER).end(State.FAILED, error=stored_failure(failure))
        told = file.read()
        assert told is not None
        found = failure_of(told)
        assert type(found) is type(failure)
        assert str(found) == str(failure)
    assert failure_of(Progress(order=ORDER)) is None
