"""Sentences and words of English and Chinese."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.language import (
    content_words,
    language_of,
    normalise,
    prepare_dictionary,
    sentence_pieces,
    sentence_spans,
    stop_words,
    words,
)

PIECES = st.sampled_from(
    [
        *("Dr. Li came. ", "3.5 kg", "水泵重 4 公斤。", "“好！”他说。", "e.g. this"),
        *("？", "...", "\n", " ", "\u3000"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_sentence_pieces_join_to_the_text(text: str) -> None:
    assert "".join(sentence_pieces(text)) == text


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_sentence_spans_cover_everything_but_blanks(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    covered = "".join(text[span.start : span.end] for span in spans)
    assert "".join(covered.split()) == "".join(text.split())
    for span in spans:
        assert text[span.start : span.end] == text[span.start : span.end].strip()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Dr. Smith went to Washington. He paid 3.5 dollars.",
            ["Dr. Smith went to Washington.", "He paid 3.5 dollars."],
        ),
        ("Is it so? Yes! It is.", ["Is it so?", "Yes!", "It is."]),
        ("水泵重 4 公斤。它是蓝色的！对吗？", ["水泵重 4 公斤。", "它是蓝色的！", "对吗？"]),
        ("Heading\nA sentence. Another.", ["Heading", "A sentence.", "Another."]),
        ("  \n \n", []),
        ("", []),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentence_spans(text)] == sentences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("X-200B", "x200b"),
        ("X-200B", "x-200b"),
        ("Ｘ－２００Ｂ", "X-200B"),
        ("ＰＵＭＰ", "pump"),
        ("e-mail", "email"),
        ("１２３", "123"),
        ("pumps", "pump"),
        ("Running", "runs"),
        ("warranties", "warranty"),
        ("Straße", "STRASSE"),
        ("the employee's", "employee"),
        ("3.5", "3.5"),
        ("ﬁle", "file"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert set(words(one)) & set(words(other)) - stop_words()


def test_a_code_keeps_its_parts_but_no_single_letters() -> None:
    assert words("X-200B") == ["x200b", "200b"]
    assert "2025" in words("2025-03-18")
    assert words("3.5") == ["3.5"]


def test_chinese_is_cut_into_words() -> None:
    found = words("员工每年享有十五天带薪年假。")
    assert "员工" in found
    assert "带薪" in found
    assert max(map(len, found)) <= 4
    assert "保修" in words("产品的保修期为两年")


def test_chinese_and_english_are_cut_in_one_text() -> None:
    found = words("使用X-200B型水泵的manuals")
    assert {"x200b", "manual", "水泵"} <= set(found)


def test_words_without_content_are_left_out() -> None:
    assert content_words("What is the price of the pump?") == ["price", "pump"]
    assert "什么" not in content_words("水泵的价格是什么？")
    assert "价格" in content_words("水泵的价格是什么？")
    assert content_words("的 了 the of") == []


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_words_do_not_depend_on_width_or_case(text: str) -> None:
    assert words(text) == words(normalise(text))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is the price?", "en"),
        ("价格是多少？", "zh"),
        ("X-200B 的价格", "zh"),
        ("The word 水 means water in this long English sentence", "en"),
        ("", "en"),
        ("123 ?!", "en"),
        ("Combien ça coûte", "en"),
    ],
)
def test_language_of(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_dictionary_is_kept_where_it_is_told(tmp_path: Path) -> None:
    prepare_dictionary(tmp_path / "models")
    assert (tmp_path / "models").is_dir()
    assert words("水泵") == ["水泵"]
