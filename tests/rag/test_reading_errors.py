"""Errors of reading say what happened and what to do, and are found by their names."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from rag import reading_errors
from rag.errors import EmptyFile, LoadError, QuorumError
from rag.reading_errors import (
    ReaderCrashed,
    ReadingStalled,
    ReadingTooLarge,
    ReadingTooLong,
    error_named,
    stored_error,
)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            ReaderCrashed(file="a.pdf", detail="signal 11"),
            "'a.pdf' cannot be read: its reader broke off (signal 11).",
        ),
        (
            ReadingTooLong(file="资料.pdf", limit_s=60),
            "'资料.pdf' was not read within 60 seconds of work.",
        ),
        (
            ReadingTooLarge(file="a.pdf", limit_mb=1000.0),
            "'a.pdf' needs more than 1000 MB of memory to be read.",
        ),
        (
            ReadingStalled(file="a.pdf", waited_s=45.0),
            "'a.pdf' cannot be read: its reader did nothing for 45 seconds.",
        ),
    ],
)
def test_an_error_says_what_and_what_next(error: QuorumError, message: str) -> None:
    assert str(error) == message
    assert isinstance(error, LoadError)
    assert len(error.hint) > 20
    assert type(error).__name__ in (reading_errors.__doc__ or "")
    same = error_named(type(error).__name__, error.values)
    assert (type(same), str(same)) == (type(error), message)


def test_an_error_is_kept_by_name_and_plain_values() -> None:
    error = ReadingTooLong(file="资料.pdf", limit_s=60)
    assert stored_error(error) == {
        "error": "ReadingTooLong",
        "values": {"file": "资料.pdf", "limit_s": 60},
    }
    path = stored_error(EmptyFile(file=PurePosixPath("a/b.txt")))
    assert path["values"] == {"file": "a/b.txt"}


def test_errors_of_other_modules_are_found_too() -> None:
    assert isinstance(error_named("EmptyFile", {"file": "x"}), EmptyFile)


def test_an_unknown_name_is_still_an_error() -> None:
    found = error_named("NoSuchKind", {"file": "x"})
    assert (type(found), found.values) == (QuorumError, {"file": "x"})
