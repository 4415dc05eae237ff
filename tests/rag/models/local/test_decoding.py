from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.local.decoding import GrowingText, until
from tests.tiny_models import byte_tokenizer

MARK = "\ufffd"


def from_bytes(tokens: Sequence[int]) -> str:
    """The decoder of a vocabulary whose tokens are the 256 bytes."""
    return bytes(tokens).decode("utf-8", errors="replace")


def steps(data: bytes) -> list[str]:
    """The text after each byte."""
    growing = GrowingText(from_bytes)
    texts = []
    for byte in data:
        growing.add(byte)
        texts.append(growing.text)
    return texts


@pytest.mark.parametrize(
    "text", ["pump", "启动水泵", "a😀b", "👩‍🔧 阀门", "é", "", "\u0000", "𠮷野家", "a\u0301"]
)
def test_a_character_shows_once_all_its_bytes_are_there(text: str) -> None:
    shown = steps(text.encode())
    assert all(MARK not in one for one in shown)
    assert (shown or [""])[-1] == text
    assert len(set(shown) | {""}) == len(text) + 1


@given(st.text(max_size=40))
def test_any_text_grows_a_whole_character_at_a_time(text: str) -> None:
    shown = steps(text.encode("utf-8", "surrogatepass") if text.isascii() else text.encode())
    assert all(text.startswith(one) for one in shown)
    assert (shown or [""])[-1] == text


@given(st.binary(max_size=60))
def test_any_bytes_end_as_they_decode_and_never_shrink(data: bytes) -> None:
    growing = GrowingText(from_bytes)
    shown = [""]
    for byte in data:
        growing.add(byte)
        shown.append(growing.text)
    assert all(after.startswith(before) for before, after in pairwise(shown))
    assert growing.whole().startswith(growing.text)
    assert growing.whole().rstrip(MARK) == from_bytes(list(data)).rstrip(MARK)


def test_bytes_that_are_no_character_are_told_as_marks_in_the_end() -> None:
    growing = GrowingText(from_bytes)
    for byte in b"ok\xe6\xb0":
        growing.add(byte)
    assert growing.text == "ok"
    assert growing.whole() == "ok" + MARK
    growing.add(ord("!"))
    assert growing.text == "ok" + MARK + "!"


def test_the_blank_before_a_word_is_kept_where_a_decoder_drops_the_first() -> None:
    """SentencePiece drops the blank at the beginning of whatever it decodes."""
    words = [" Close", " the", " valve"]

    def decode(tokens: Sequence[int]) -> str:
        return "".join(words[token] for token in tokens).removeprefix(" ")

    growing = GrowingText(decode)
    for token in (0, 1, 2):
        growing.add(token)
    assert growing.text == "Close the valve"


def test_chinese_and_emoji_by_a_real_tokenizer() -> None:
    tokenizer: Any = byte_tokenizer()
    text = "启动水泵之前必须关闭阀门 😀 valve 龘"
    tokens = tokenizer.encode(text, add_special_tokens=False)
    growing = GrowingText(lambda ids: str(tokenizer.decode(ids)))
    shown = []
    for token in tokens:
        growing.add(token)
        shown.append(growing.text)
    assert len(tokens) > len(set(text))
    assert all(text.startswith(one) for one in shown)
    assert shown[-1] == text


@pytest.mark.parametrize(
    ("text", "growing", "left", "found"),
    [
        ("Yes.\nUser: and?", True, "Yes.", True),
        ("Yes.\nUser: and?", False, "Yes.", True),
        ("Yes.\nUs", True, "Yes.", False),
        ("Yes.\nUs", False, "Yes.\nUs", False),
        ("Yes.\n", True, "Yes.", False),
        ("是的。\nUser:", True, "是的。", True),
        ("", True, "", False),
    ],
)
def test_a_stop_is_neither_shown_nor_hinted_at(
    text: str, growing: bool, left: str, found: bool
) -> None:
    assert until(text, "\nUser:", growing=growing) == (left, found)


def test_no_stop_is_nowhere() -> None:
    assert until("anything\n", "", growing=True) == ("anything\n", False)
