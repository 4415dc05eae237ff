"""A run as a file: it comes back equal, and equal results have equal digests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.errors import RunFileUnreadable
from evaluation.results import Cost
from evaluation.run_file import read_run, results_digest, write_run
from tests.evaluation.made import a_run, an_example, found, said

EXAMPLES = (an_example(0), an_example(1, question="重量是多少？"))


@pytest.mark.parametrize("name", ["base.json", "base.json.gz", "new folder/base.json"])
def test_a_run_comes_back_equal(tmp_path: Path, name: str) -> None:
    ranked = a_run(EXAMPLES, {"dense": (found("a"), found()), "fused": (found("b#2"), found("c"))})
    answered = a_run(EXAMPLES, {"openai": (said("四公斤"), said(""))})
    for run in (ranked, answered):
        write_run(run, tmp_path / name)
        assert read_run(tmp_path / name) == run


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    run = a_run(EXAMPLES, {"fused": (found("a"), found("b"))})
    write_run(run, tmp_path / "one.json.gz")
    write_run(run, tmp_path / "two.json.gz")
    assert (tmp_path / "one.json.gz").read_bytes() == (tmp_path / "two.json.gz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1, 2]", b"not json", b'{"id": "x"}'])
@pytest.mark.parametrize("name", ["run.json", "run.json.gz"])
def test_other_files_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RunFileUnreadable, match=r"run\.json"):
        read_run(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFileUnreadable, match="No such file"):
        read_run(tmp_path / "none.json")


def test_the_digest_is_of_results_not_of_times() -> None:
    run = a_run(EXAMPLES, {"fused": (found("a"), found("b"))})
    slower = replace(run, id="other", costs={"fused": (Cost(total_ms=99.0),) * 2})
    assert results_digest(run) == results_digest(slower)
    changed = replace(run, results={"fused": (found("a"), found("c"))})
    assert results_digest(run) != results_digest(changed)
