"""The words of a report."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from evaluation.reports import texts
from evaluation.reports.texts import cause_name, text

FOLDER = Path(texts.__file__).parent
TABLE = texts._TEXTS


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("key", TABLE)
def test_both_languages_say_it_with_the_same_values(key: str) -> None:
    english, chinese = TABLE[key]
    assert placeholders(english) == placeholders(chinese)
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert key == "no_text" or re.search(r"[\u4e00-\u9fff]", chinese), chinese


def test_values_are_put_in() -> None:
    assert text("questions", "en", n=12) == "12 questions"
    assert text("questions", "zh", n=12) == "12 个问题"


def test_a_key_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("no such key", "en")


def test_causes_are_named_and_unknown_ones_stay() -> None:
    assert cause_name("retrieval", "zh") == "检索"
    assert cause_name("weather", "zh") == "weather"


def test_no_text_is_left_unused() -> None:
    code = "".join(
        path.read_text("utf-8")
        for path in sorted(FOLDER.iterdir())
        if path.suffix in {".py", ".j2"} and path.name != "texts.py"
    )
    said = {"retrieval", "answers"}
    unused = [
        key
        for key in TABLE
        if key not in said
        and not key.startswith("cause_")
        and not re.search(rf"""["']{key.removesuffix("_note")}(_note)?["']""", code)
    ]
    assert unused == []
