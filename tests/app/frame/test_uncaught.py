"""What nothing on a page caught is a sentence with an id that the log knows, in both languages."""

from __future__ import annotations

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

from app.frame.uncaught import tell
from rag.errors import EmptyQuestion


def page(language: str, foreseen: bool) -> None:
    from app import session
    from app.frame.uncaught import tell as tell_reader
    from rag.errors import EmptyQuestion as Foreseen

    session.choose_language(language)
    error: Exception = Foreseen() if foreseen else ZeroDivisionError("secret detail")
    assert tell_reader(error)
    assert tell_reader(ZeroDivisionError("and again"))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", r"error ([0-9a-f]{6})"), ("zh", r"编号 ([0-9a-f]{6})")],
)
def test_the_reader_is_told_an_id_that_the_log_knows(
    caplog: pytest.LogCaptureFixture, language: str, sentence: str
) -> None:
    with caplog.at_level(logging.ERROR, logger="quorum"):
        drawn = AppTest.from_function(page, args=(language, False)).run()
    assert not drawn.exception
    texts = [one.value for one in drawn.text]
    ids = [found[1] for one in texts if (found := re.search(sentence, one))]
    assert len(set(ids)) == 2
    logged = [one for one in caplog.records if ids[0] in one.getMessage()]
    assert "secret detail" in str(logged[0].exc_info)
    assert not any("secret detail" in one for one in texts)


def test_our_own_errors_say_themselves() -> None:
    drawn = AppTest.from_function(page, args=("zh", True)).run()
    assert drawn.text[0].value == "问题是空的。"
    assert EmptyQuestion().hint


def test_the_app_hands_its_errors_over() -> None:
    from app.main import app

    assert vars(app)["_on_script_error"] is tell
