"""Errors of jobs and data folders say what happened and what to do."""

from __future__ import annotations

import pytest

from rag import job_errors
from rag.errors import QuorumError
from rag.job_errors import FolderInUse, GaveUp, JobNotFound, NoProgress, NoSpace, WorkBroke


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (JobNotFound(id="ab"), "There is no job 'ab'."),
        (
            NoSpace(folder="data", free_mb=12.4, needed_mb=500.0),
            "The disk of 'data' has 12 MB left; 500 MB are needed.",
        ),
        (
            NoProgress(file="资料.pdf", waited_s=61.2),
            "'资料.pdf' did not get on for 61 seconds and was given up.",
        ),
        (
            GaveUp(file="a.pdf", attempts=3),
            "'a.pdf' was given up: the worker ended 3 times while at it.",
        ),
        (
            WorkBroke(file="a.pdf", detail="MemoryError"),
            "'a.pdf' could not be taken in: MemoryError.",
        ),
        (FolderInUse(folder="data"), "Another process uses the data folder 'data'."),
    ],
)
def test_an_error_says_what_and_what_next(error: QuorumError, message: str) -> None:
    assert str(error) == message
    assert len(error.hint) > 20
    assert type(error).__name__ in (job_errors.__doc__ or "")
