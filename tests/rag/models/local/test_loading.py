from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from rag.model_errors import (
    DeviceMissing,
    LocalModelTooLarge,
    LocalModelUnreadable,
    PackageMissing,
)
from rag.models.local.checkpoint import find_checkpoint
from rag.models.local.loading import check_loadable, device_for, load_tokenizer, load_weights
from tests import tiny_models
from tests.tiny_gguf import tiny_gguf

PROMPT = torch.tensor([[7, 30, 200, 31, 9, 100]])
HOSTILE = "启动水泵 😀\n\tvalve  <|end|>"


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.tiny_llama(tmp_path_factory.mktemp("loading") / "llama")


def how(**other: Any) -> dict[str, Any]:
    usual = {"device": "cpu", "quantisation": "none", "tokens": 100}
    return {**usual, "free_bytes": lambda _: 1 << 40, **other}


def load(name: Path, **other: Any) -> Any:
    return load_weights(find_checkpoint(str(name)), **how(**other))


def logits(model: Any) -> torch.Tensor:
    found: torch.Tensor = model(PROMPT).logits[0].float()
    return found


@pytest.mark.parametrize("family", ["llama", "glm", "glm4", "gemma", "qwen", "gpt2"])
def test_every_family_loads_as_its_native_class(family: str, tmp_path: Path) -> None:
    folder = getattr(tiny_models, f"tiny_{family}")(tmp_path)
    model = load(folder)
    assert type(model).__module__.startswith("transformers.models.")
    assert not model.training
    assert model.dtype == torch.float32
    tokenizer = load_tokenizer(find_checkpoint(str(folder)))
    plain = HOSTILE.replace("<|end|>", "")
    assert tokenizer.decode(tokenizer(plain)["input_ids"], skip_special_tokens=True) == plain


@pytest.mark.parametrize("quantisation", ["8bit", "4bit"])
@pytest.mark.parametrize("family", ["llama", "glm"])
def test_quantised_models_are_smaller_and_say_nearly_the_same(
    family: str, quantisation: str, tmp_path: Path
) -> None:
    folder = getattr(tiny_models, f"tiny_{family}")(tmp_path)
    whole, small = load(folder), load(folder, quantisation=quantisation)
    assert small.get_memory_footprint() < whole.get_memory_footprint()
    alike = torch.cosine_similarity(logits(whole), logits(small), dim=-1)
    assert alike.mean() > {"8bit": 0.99, "4bit": 0.9}[quantisation]
    assert not torch.equal(logits(whole), logits(small))


def test_a_gguf_file_says_what_the_model_it_was_made_of_says(llama: Path, tmp_path: Path) -> None:
    file = tiny_gguf(llama, tmp_path / "tiny.gguf")
    assert torch.allclose(logits(load(file)), logits(load(llama)), atol=1e-4)
    ours = load_tokenizer(find_checkpoint(str(file)))
    original = load_tokenizer(find_checkpoint(str(llama)))
    assert ours(HOSTILE)["input_ids"] == original(HOSTILE)["input_ids"]
    assert ours.eos_token_id == original.eos_token_id


def test_a_gguf_file_is_not_quantised_again(llama: Path, tmp_path: Path) -> None:
    file = tiny_gguf(llama, tmp_path / "tiny.gguf")
    with pytest.raises(LocalModelUnreadable, match="QUORUM_LOCAL_QUANTISATION=none"):
        load(file, quantisation="8bit")


def refuse_all(*_: Any, **__: Any) -> Any:
    raise AssertionError("nothing may be loaded")


@pytest.mark.parametrize("act", [load_weights, check_loadable])
def test_what_does_not_fit_is_refused_before_it_is_loaded(
    act: Callable[..., Any], llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", refuse_all)
    with pytest.raises(LocalModelTooLarge, match=r"0\.3 GB on cpu; 0\.0 GB are free"):
        act(find_checkpoint(str(llama)), **how(free_bytes=lambda _: 1000))


def test_checking_loads_nothing_and_accepts_what_loads(
    llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", refuse_all)
    check_loadable(find_checkpoint(str(llama)), **how())
    check_loadable(find_checkpoint(str(llama)), **how(quantisation="4bit"))


def test_short_numbers_stay_short_only_where_long_ones_do_not_fit(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    folder = tiny_models.tiny_llama(tmp_path)
    AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).save_pretrained(folder)
    assert json.loads((folder / "config.json").read_text())["dtype"] == "bfloat16"
    assert load(folder).dtype == torch.float32
    free = 300_000_000 + 300_000  # a quarter of a megabyte in bfloat16, half of one in float32
    short = load(folder, free_bytes=lambda _: free)
    assert short.dtype == torch.bfloat16
    with pytest.raises(LocalModelTooLarge):
        load(folder, free_bytes=lambda _: 300_000_000)


def test_quantisation_without_its_package_says_how_to_get_it(
    llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec",
        lambda name, *rest: None if name == "bitsandbytes" else found(name, *rest),
    )
    with pytest.raises(PackageMissing, match="bitsandbytes") as caught:
        load(llama, quantisation="8bit")
    assert "requirements-quantisation.txt" in caught.value.hint


def test_a_device_is_there_or_refused() -> None:
    assert device_for("cpu") == "cpu"
    there = torch.cuda.is_available()
    assert device_for("auto") == ("cuda" if there else "cpu")
    if not there:
        with pytest.raises(DeviceMissing, match="cuda"):
            device_for("cuda")


def spoiled(folder: Path, **changes: bytes) -> Path:
    tiny_models.tiny_llama(folder)
    for name, content in changes.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"model": {"type": "BPE"}}', b"\xff"])
def test_a_damaged_tokenizer_is_told(tmp_path: Path, content: bytes) -> None:
    folder = spoiled(tmp_path, tokenizer__json=content)
    with pytest.raises(LocalModelUnreadable):
        load_tokenizer(find_checkpoint(str(folder)))


def test_truncated_weights_are_told(tmp_path: Path) -> None:
    folder = tiny_models.tiny_llama(tmp_path)
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(LocalModelUnreadable):
        load(folder)


@pytest.mark.parametrize("changed", [{"num_hidden_layers": 3}, {"intermediate_size": 96}])
def test_weights_that_are_missing_or_of_another_shape_are_told(
    tmp_path: Path, changed: dict[str, int]
) -> None:
    folder = tiny_models.tiny_llama(tmp_path)
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))
    with pytest.raises(LocalModelUnreadable):
        load(folder)
