"""The converted tokenizer gives the very ids of the sentencepiece library, and its texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rag.model_errors import CheckpointNotSupported, CheckpointUnreadable
from rag.models.convert_chatglm.chat_format import FORMATS
from rag.models.convert_chatglm.tokenizer import fast_tokenizer
from tests.rag.models.chatglm_reference import (
    ROLES,
    SPECIAL,
    OriginalTokenizer,
    save_words,
    sentencepiece_model,
)

HOSTILE = (
    "",
    " ",
    "   ",
    "\n",
    "\n\n \n",
    "\t\tx\t",
    "\r\n",
    "\0",
    " leading and trailing  ",
    "four    blanks",
    "The pump on the north wall",
    "北墙的水泵在水箱剩下四分之一时启动",
    "Model X-40 重 17.5 公斤。Battery 电池 9 小时",
    "🙂👩‍👩‍👧 emoji 🇨🇳",
    "e\u0301 é ﬁ Ａ１：，。\u3000",
    "\u2581 typed \u2581\u2581",
    "𠮷 rare 㐂",
    "<|user|> <|assistant|>\n <|system|>",
    "[gMASK]sop [MASK] eop soprano <s> </s> <unk>",
    "<0x0A> <0xE6><0xB0><0xB4>",
    "aaaaaaa abababab aba aab",
    "\ufeff\u200b\u202e\ufffd",
    "line one\nline two\n\n第三行",
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> OriginalTokenizer:
    return save_words(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("source")
    save_words(folder)
    return fast_tokenizer(folder, FORMATS["chatglm3"], window=256)


def ids_of(tokenizer: Any, text: str) -> list[int]:
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_have_the_originals_ids(
    converted: Any, original: OriginalTokenizer, text: str
) -> None:
    ids = original.encode(text)
    assert ids_of(converted, text) == ids
    assert converted.decode(ids) == original.words.decode(ids) == text.replace("\u2581", " ")


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [*ROLES, *SPECIAL, "</s>", "<0x41>", " ", "  ", "\n", "水泵", "the ", "17", "▁"]
            ),
            st.text(max_size=3),
        ),
        max_size=12,
    )
)
@settings(max_examples=400, deadline=None)
def test_any_text_has_the_originals_ids(
    converted: Any, original: OriginalTokenizer, parts: list[str]
) -> None:
    text = "".join(parts).replace("\ufdd0", "")
    assert ids_of(converted, text) == original.encode(text)


@given(st.lists(st.one_of(st.integers(259, 599), st.integers(3, 130)), max_size=12))
@example([35])
@example([13, 35])
@settings(max_examples=200, deadline=None)
def test_any_ids_have_the_originals_text(
    converted: Any, original: OriginalTokenizer, ids: list[int]
) -> None:
    """Where bytes are no UTF-8, sentencepiece saves more of a run than the tokenizers library."""
    text = original.words.decode(ids)
    assume("\ufffd" not in text)
    assert converted.decode(ids) == text


def test_what_a_person_types_is_never_a_special_token(converted: Any) -> None:
    specials = {0, 1, 2, *range(600, 609)}
    for text in (*ROLES, *SPECIAL, "<s>", "</s>", "<unk>"):
        assert specials.isdisjoint(ids_of(converted, text)), text


def test_special_tokens_have_the_originals_ids(converted: Any, original: OriginalTokenizer) -> None:
    words = converted.get_vocab()
    for name, number in original.ids.items():
        assert words[f"{name}\ufdd0"] == number
        assert converted.decode([number]) == name
        assert converted.decode([number], skip_special_tokens=True) == ""
    assert (converted.pad_token_id, converted.eos_token_id) == (0, 2)
    assert len(converted) == 600 + 9


def test_a_text_by_itself_begins_as_the_originals_do(
    converted: Any, original: OriginalTokenizer
) -> None:
    assert converted("水泵")["input_ids"] == [*original.prefix, *original.encode("水泵")]
    padded = converted(["水泵", "The pump on the north wall"], padding=True)
    assert padded["input_ids"][0][0] == 0
    assert padded["attention_mask"][0][0] == 0
    assert padded["input_ids"][0][-1] == original.encode("水泵")[-1]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"model_type": "unigram", "vocab_size": 450}, "is_bpe"),
        ({"byte_fallback": False}, "byte_fallback"),
        ({"normalization_rule_name": "nmt_nfkc"}, "character_map"),
        ({"remove_extra_whitespaces": True}, "removes_extra_blanks"),
        ({"add_dummy_prefix": False}, "dummy_prefix"),
        ({"user_defined_symbols": "<n>"}, "piece 3"),
        ({"bos_piece": "<start>"}, "the first pieces"),
    ],
)
def test_a_model_that_works_otherwise_is_refused(
    tmp_path: Path, changes: dict[str, Any], name: str
) -> None:
    (tmp_path / "tokenizer.model").write_bytes(sentencepiece_model(**changes))
    with pytest.raises(CheckpointNotSupported) as refused:
        fast_tokenizer(tmp_path, FORMATS["chatglm3"], window=256)
    assert refused.value.values["name"] == name


def test_a_missing_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointUnreadable, match=r"tokenizer\.model"):
        fast_tokenizer(tmp_path, FORMATS["chatglm2"], window=256)
