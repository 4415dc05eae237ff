from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.model_errors import GGUFTooLarge, LocalModelTooLarge, LocalModelUnreadable
from rag.models.local.checkpoint import Checkpoint, find_checkpoint
from rag.models.local.fitting import (
    SPARE_BYTES,
    Weight,
    cache_bytes,
    check_fits,
    free_bytes,
    free_in_container,
    weight_bytes,
    weights,
)
from tests.tiny_gguf import tiny_gguf
from tests.tiny_models import tiny_glm4, tiny_gpt2, tiny_llama

LINEAR = Weight(name="model.layers.0.mlp.up_proj.weight", shape=(100, 64), kind="BF16")
WORDS = Weight(name="model.embed_tokens.weight", shape=(1000, 64), kind="BF16")
HEAD = Weight(name="lm_head.weight", shape=(1000, 64), kind="F32")
NORM = Weight(name="model.norm.weight", shape=(64,), kind="F32")
PACKED = Weight(name="model.layers.0.mlp.up_proj.qweight", shape=(100, 8), kind="I32")


@pytest.mark.parametrize(
    ("listed", "element_bytes", "quantisation", "expected"),
    [
        ([], 4, "none", 0),
        ([LINEAR], 4, "none", 25_600),
        ([LINEAR], 2, "none", 12_800),
        ([LINEAR], 2, "8bit", 6_400),
        ([LINEAR], 2, "4bit", 3_328),
        ([WORDS, HEAD, NORM], 2, "4bit", 256_128),
        ([LINEAR, NORM], 4, "8bit", 6_656),
        ([PACKED], 4, "none", 3_200),
    ],
)
def test_bytes_of_weights(
    listed: list[Weight], element_bytes: int, quantisation: str, expected: int
) -> None:
    found = weight_bytes(listed, element_bytes=element_bytes, quantisation=quantisation)
    assert found == expected


@pytest.mark.parametrize(
    ("make", "expected"),
    [(tiny_llama, 2 * 2 * 2 * 16), (tiny_glm4, 2 * 2 * 2 * 16), (tiny_gpt2, 2 * 2 * 4 * 16)],
)
def test_bytes_of_the_cache(make: Callable[[Path], Path], expected: int, tmp_path: Path) -> None:
    """Keys and values, 2 layers, 2 groups (GPT-2: 4 heads), 16 numbers a head, a token."""
    checkpoint = find_checkpoint(str(make(tmp_path)))
    assert cache_bytes(checkpoint, tokens=1, element_bytes=1) == expected
    assert cache_bytes(checkpoint, tokens=300, element_bytes=2) == 600 * expected


def test_headers_tell_what_loading_takes(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    folder = tiny_llama(tmp_path)
    loaded: Any = AutoModelForCausalLM.from_pretrained(folder)
    listed = weights(find_checkpoint(str(folder)))
    held = sum(one.nbytes for one in loaded.parameters())
    assert weight_bytes(listed, element_bytes=4) == held


def test_a_gguf_file_is_counted_unpacked(tmp_path: Path) -> None:
    folder = tiny_llama(tmp_path / "llama")
    file = tiny_gguf(folder, tmp_path / "tiny.gguf")
    packed, plain = find_checkpoint(str(file)), find_checkpoint(str(folder))
    assert weight_bytes(weights(packed), element_bytes=4) == weight_bytes(
        weights(plain), element_bytes=4
    )
    for tokens in (1, 100):
        assert cache_bytes(packed, tokens=tokens, element_bytes=4) == cache_bytes(
            plain, tokens=tokens, element_bytes=4
        )


@pytest.fixture
def llama(tmp_path: Path) -> Checkpoint:
    return find_checkpoint(str(tiny_llama(tmp_path)))


def fits(checkpoint: Checkpoint, free: int, **other: Any) -> None:
    usual: dict[str, Any] = {"quantisation": "none", "tokens": 100, "device": "cpu"}
    check_fits(
        checkpoint,
        element_bytes=4,
        **{**usual, **other},
        free_bytes=lambda device: free if device == "cpu" else 0,
    )


def test_what_fits_to_the_byte_fits(llama: Checkpoint) -> None:
    needed = (
        weight_bytes(weights(llama), element_bytes=4)
        + cache_bytes(llama, tokens=100, element_bytes=4)
        + SPARE_BYTES
    )
    fits(llama, needed)
    with pytest.raises(LocalModelTooLarge):
        fits(llama, needed - 1)


def test_the_refusal_says_both_numbers_and_what_would_help(llama: Checkpoint) -> None:
    with pytest.raises(LocalModelTooLarge) as caught:
        fits(llama, 100_000_000)
    assert "needs 0.3 GB on cpu; 0.1 GB are free" in str(caught.value)
    assert "8bit needs 0.3 GB, 4bit 0.3 GB" in caught.value.hint
    values: dict[str, Any] = caught.value.values
    assert values["four_bit_gb"] < values["eight_bit_gb"] < values["needed_gb"]


def test_a_conversation_that_is_too_long_does_not_fit(llama: Checkpoint) -> None:
    fits(llama, SPARE_BYTES + 10_000_000, tokens=1000)
    with pytest.raises(LocalModelTooLarge):
        fits(llama, SPARE_BYTES + 10_000_000, tokens=100_000)


def test_memory_is_that_of_the_device(llama: Checkpoint) -> None:
    with pytest.raises(LocalModelTooLarge, match=r"on cuda; 0\.0 GB"):
        fits(llama, 1 << 40, device="cuda")


def test_a_gguf_file_that_does_not_fit_is_sent_to_llama_cpp(tmp_path: Path) -> None:
    file = tiny_gguf(tiny_llama(tmp_path / "llama"), tmp_path / "tiny.gguf")
    with pytest.raises(GGUFTooLarge) as caught:
        fits(find_checkpoint(str(file)), 1)
    assert "llama_cpp" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 7,
        struct.pack("<Q", 1 << 60) + b"{}",
        struct.pack("<Q", 4) + b"null",
        struct.pack("<Q", 7) + b'{"a":1}',
        struct.pack("<Q", 2) + b"\xff\xff",
        struct.pack("<Q", 12) + json.dumps({"a": {"b": 1}}).encode(),
    ],
)
def test_a_damaged_header_is_told(llama: Checkpoint, content: bytes) -> None:
    llama.weight_files[0].write_bytes(content)
    with pytest.raises(LocalModelUnreadable, match=r"model\.safetensors"):
        weights(llama)


def test_free_memory_is_some_of_this_machines() -> None:
    import psutil

    assert 0 < free_bytes("cpu") <= psutil.virtual_memory().total


def group(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"memory.{name}").write_text(text)
    return folder


def test_a_containers_limit_counts_and_its_page_cache_is_free(tmp_path: Path) -> None:
    told = {"max": "1000\n", "current": "700\n", "stat": "anon 300\ninactive_file 250\n"}
    assert free_in_container(group(tmp_path, **told)) == 550
    assert free_in_container(group(tmp_path, current="2000")) == 0
    assert free_in_container(group(tmp_path, max="max\n")) > 1 << 50


@pytest.mark.parametrize("stat", ["", "inactive_file", "inactive_file x", "\xff"])
def test_a_group_that_cannot_be_read_has_no_limit(tmp_path: Path, stat: str) -> None:
    assert free_in_container(tmp_path) > 1 << 50
    told = group(tmp_path, max="1000", current="700", stat=stat)
    assert free_in_container(told) in (300, 1 << 62)
