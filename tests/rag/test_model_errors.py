"""Errors of chat models: what a person reads of the ones that take more than a name."""

from __future__ import annotations

import pytest

from rag.errors import QuorumError
from rag.model_errors import (
    AdapterMismatch,
    ChatGLMNotConverted,
    GGUFTooLarge,
    LocalModelNotConfigured,
    LocalModelTooLarge,
    ModelError,
    ModelNeedsCode,
    ModelNotConfigured,
    UnknownModel,
)

SIZES = {"device": "cpu", "needed_gb": 15.97, "free_gb": 3.04}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            UnknownModel(name="gpt", known="openai, local"),
            "There is no model 'gpt'; there are: openai, local.",
        ),
        (ModelNotConfigured(name="openai"), "The model 'openai' has no address and no key."),
        (
            LocalModelNotConfigured(name="local+合同"),
            "The model 'local+合同' is not configured: no local model is named.",
        ),
        (
            LocalModelTooLarge(model="/models/八", **SIZES, eight_bit_gb=8.0, four_bit_gb=4.5),
            "The model '/models/八' needs 16.0 GB on cpu; 3.0 GB are free.",
        ),
        (
            AdapterMismatch(name="a", base="x", model="y", detail="64 for 32"),
            "The adapter 'a' was made for 'x' and does not fit 'y': 64 for 32.",
        ),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, QuorumError) else "",
)
def test_a_message_holds_what_happened_with_which_value(error: ModelError, message: str) -> None:
    assert str(error) == message


def test_what_does_not_fit_says_what_each_quantisation_needs() -> None:
    error = LocalModelTooLarge(model="m", **SIZES, eight_bit_gb=8.04, four_bit_gb=4.46)
    assert "8bit needs 8.0 GB, 4bit 4.5 GB" in error.hint
    assert "QUORUM_LOCAL_QUANTISATION" in error.hint


def test_a_gguf_file_that_does_not_fit_is_sent_to_llama_cpp() -> None:
    error = GGUFTooLarge(model="m.gguf", **SIZES)
    assert "QUORUM_PROVIDER=llama_cpp" in error.hint


def test_each_chatglm_is_told_its_own_way() -> None:
    error = ChatGLMNotConverted(model="THUDM/chatglm3-6b", kind="ChatGLMModel")
    assert isinstance(error, ModelNeedsCode)
    assert "python -m rag.models.convert_chatglm SRC DST" in error.hint
    assert "servers/chatglm-6b" in error.hint
