import logging

import pytest

from app.failures import Failure, Unforeseen, caught, in_words
from app.i18n import Translator
from rag.errors import EmptyQuestion


def fail(error: BaseException) -> None:
    raise error


def failure_of(error: BaseException) -> Failure:
    told: list[Failure] = []
    with caught(told.append):
        fail(error)
    return told[0]


def test_our_own_errors_say_themselves() -> None:
    error = EmptyQuestion()
    assert failure_of(error) is error
    assert in_words(error, Translator("zh"))[0] == "问题是空的。"


def test_what_nobody_foresaw_is_logged_under_its_id(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="quorum"):
        failure = failure_of(ZeroDivisionError("secret detail"))
    assert isinstance(failure, Unforeseen)
    assert failure.id in caplog.text
    assert "secret detail" in caplog.text
    message, hint = in_words(failure, Translator("en"))
    assert failure.id in message
    assert "secret detail" not in message + hint


def test_control_flow_passes() -> None:
    with pytest.raises(KeyboardInterrupt):
        failure_of(KeyboardInterrupt())


def test_nothing_is_told_when_nothing_happens() -> None:
    told: list[Failure] = []
    with caught(told.append):
        pass
    assert told == []
