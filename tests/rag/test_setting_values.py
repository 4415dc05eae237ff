"""Parsers of settings: what they take, what they refuse, and that they say what they expect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rag.setting_values import Secret, model_name, number, one_of, url, whole, yes_or_no

Parser = Callable[[str], Any]


@pytest.mark.parametrize(
    ("parse", "raw", "value"),
    [
        (whole(1, 5), "1", 1),
        (whole(1, 5), "5", 5),
        (whole(-2, 5), "-2", -2),
        (number(0, 2), "0.5", 0.5),
        (number(0, 2), "2", 2.0),
        (number(0, 2), "1e-1", 0.1),
        (one_of("none", "8bit"), "8bit", "8bit"),
        (yes_or_no, "yes", True),
        (yes_or_no, "no", False),
        (url, "", ""),
        (url, "http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1"),
        (url, "https://模型.example/v1", "https://模型.example/v1"),
        (url, "http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        (model_name, "auto", "auto"),
        (model_name, "extractive", "extractive"),
        (model_name, "openai", "openai"),
        (model_name, "local", "local"),
        (model_name, "local+contracts", "local+contracts"),
        (model_name, "local+合同", "local+合同"),
    ],
)
def test_what_can_be_used_is_read(parse: Parser, raw: str, value: object) -> None:
    assert parse(raw) == value
    assert type(parse(raw)) is type(value)


@pytest.mark.parametrize(
    ("parse", "raw", "expected"),
    [
        (whole(1, 5), "0", "a whole number from 1 to 5"),
        (whole(1, 5), "6", "a whole number from 1 to 5"),
        (whole(1, 5), "2.0", "a whole number from 1 to 5"),
        (whole(1, 5), "二", "a whole number from 1 to 5"),
        (number(0, 2), "2.1", "a number from 0 to 2"),
        (number(0, 2), "nan", "a number from 0 to 2"),
        (number(0, 2), "-inf", "a number from 0 to 2"),
        (number(0, 2), "warm", "a number from 0 to 2"),
        (one_of("none", "8bit"), "8 bit", "one of none, 8bit"),
        (one_of("none", "8bit"), "", "one of none, 8bit"),
        (yes_or_no, "Yes", "yes or no"),
        (yes_or_no, "是", "yes or no"),
        (url, "127.0.0.1:8000", "an address that starts with http"),
        (url, "javascript:alert(1)", "an address that starts with http"),
        (url, "http://", "names a host"),
        (url, "http:///v1", "names a host"),
        (url, "https://:8000/v1", "names a host"),
        (url, "http://[::1/v1", "names a host"),
        (url, "http://127.0.0.1:99999/v1", "names a host"),
        (url, "http://127.0.0.1:0/v1", "names a host"),
        (url, "http://local host/v1", "names a host"),
        (url, "http://local\thost/v1", "names a host"),
        (url, "http://me:secret@127.0.0.1/v1", "without a name and password"),
        (model_name, "gpt", "auto, extractive, openai, local or local+ADAPTER"),
        (model_name, "local+", "auto, extractive, openai, local or local+ADAPTER"),
        (model_name, "openai+x", "auto, extractive, openai, local or local+ADAPTER"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_is_expected(
    parse: Parser, raw: str, expected: str
) -> None:
    with pytest.raises(ValueError, match=r"^expected ") as caught:
        parse(raw)
    assert expected in str(caught.value)


@pytest.mark.parametrize("value", ["sk-canary-1", "钥匙-1", "a\nb"])
def test_a_secret_shows_only_to_who_asks_for_it(value: str) -> None:
    secret = Secret(value)
    assert secret.reveal() == value
    assert value not in f"{secret} {secret!r} {[secret]} {{'key': {secret!r}}}"


def test_an_empty_secret_is_false_and_says_that_it_is_empty() -> None:
    assert not Secret("")
    assert repr(Secret("")) == "Secret('')"
    assert repr(Secret("x")) != repr(Secret(""))
