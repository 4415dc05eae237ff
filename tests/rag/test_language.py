"""Sentences of English and Chinese, and which of them a text is in."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.language import language_of, normalise, sentence_pieces, sentence_spans

PIECES = st.sampled_from(
    [
        *("Dr. Li came. ", "3.5 kg", "水泵重 4 公斤。", "“好！”他说。", "e.g. this"),
        *("？", "...", "\n", " ", "\u3000", "见附件。", "”", "2024年"),
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
        ("见附件。2024年起执行。", ["见附件。", "2024年起执行。"]),
        ("好的！3月开始？5月结束。", ["好的！", "3月开始？", "5月结束。"]),
        ("为何？！２月再来｡7天。", ["为何？！", "２月再来｡", "7天。"]),
        ("他说：“见附件。”2024年起执行。", ["他说：“见附件。”", "2024年起执行。"]),
        ("他問「好嗎？」3天後走。", ["他問「好嗎？」", "3天後走。"]),
        ("（见附件。）2024年\n起。1月", ["（见附件。）", "2024年", "起。", "1月"]),
        ("See it. 见附件。2024 begins.", ["See it.", "见附件。", "2024 begins."]),
        ("价格为 3。5 元。", ["价格为 3。5 元。"]),
        ("。2024", ["。", "2024"]),
        ("  \n \n", []),
        ("", []),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentence_spans(text)] == sentences


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


def test_full_width_and_compatibility_forms_are_plain_lower_case() -> None:
    assert normalise("Ｘ－２００Ｂ ﬁle ⑤ STRASSE Straße") == "x-200b file 5 strasse strasse"
    assert normalise("") == ""
