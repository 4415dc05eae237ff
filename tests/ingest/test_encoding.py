from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders.encoding import decode

SIMPLIFIED = "雅温岱水泵的维护手册：每天检查一次压力，不得超过三百千帕。"
TRADITIONAL = "公司的年假為十五天，員工須提前兩週申請。"
FRENCH = "Café déjà vu: la crème brûlée coûte cinq euros, naturellement à l'été."


@pytest.mark.parametrize(
    ("text", "encoding", "is_guess"),
    [
        (SIMPLIFIED, "utf-8", False),
        (SIMPLIFIED, "utf-8-sig", False),
        (SIMPLIFIED, "utf-16", False),
        ("Plain words in two bytes each.", "utf-16-le", True),
        ("Plain words in two bytes each.", "utf-16-be", True),
        (SIMPLIFIED, "utf-32", False),
        (SIMPLIFIED, "gb18030", True),
        ("你好，世界。", "gb18030", True),
        (TRADITIONAL, "big5", True),
        (FRENCH, "latin-1", True),
    ],
)
def test_encodings_are_recognised(text: str, encoding: str, is_guess: bool) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.guessed is is_guess
    assert bool(decoded.warnings) is is_guess


def test_declared_encoding_is_taken_at_its_word() -> None:
    assert decode(SIMPLIFIED.encode("gbk"), declared="GB2312").text == SIMPLIFIED
    assert decode("“quoted”".encode("cp1252"), declared="ISO-8859-1").text == "“quoted”"


def test_wrong_or_unknown_declaration_is_passed_over() -> None:
    assert decode(SIMPLIFIED.encode(), declared="ascii").text == SIMPLIFIED
    assert decode(SIMPLIFIED.encode(), declared="klingon").text == SIMPLIFIED
    assert decode(SIMPLIFIED.encode(), declared="utf-16").text == SIMPLIFIED


def test_few_broken_bytes_are_replaced_and_counted() -> None:
    data = SIMPLIFIED.encode() + b"\xff\xfe" + SIMPLIFIED.encode()
    decoded = decode(data)
    assert decoded.text.count(SIMPLIFIED) == 2
    assert decoded.replaced == 2
    assert decoded.warnings == ("characters that could not be decoded: 2",)


@given(st.binary())
def test_never_raises(data: bytes) -> None:
    assert isinstance(decode(data).text, str)


@given(st.text())
def test_utf8_always_comes_back(text: str) -> None:
    if text.count("\0") <= len(text) / 50 and not text.startswith("\ufeff"):
        assert decode(text.encode()).text == text
