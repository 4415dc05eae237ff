from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from rag.model_errors import AdapterError, AdapterMismatch, AdapterNotFound, AdapterUnreadable
from rag.models.local.adapters import Adapters, adapter_names
from rag.models.local.checkpoint import find_checkpoint
from rag.models.local.loading import load_weights
from tests import tiny_models

PROMPT = torch.tensor([[7, 30, 200, 31, 9]])


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


def made(folder: Path, family: str = "llama", **config: Any) -> Path:
    path: Path = getattr(tiny_models, f"tiny_{family}")(folder / f"base-{family}", **config)
    return path


def adapters_of(base: Path, folder: Path) -> tuple[Any, Adapters]:
    model: Any = AutoModelForCausalLM.from_pretrained(base)
    model.eval()
    return model, Adapters(model, folder=str(folder), model_name=str(base))


def logits(model: Any) -> torch.Tensor:
    found: torch.Tensor = model(PROMPT).logits.clone()
    return found


def test_names_are_the_folders_with_an_adapter_in_order(tmp_path: Path) -> None:
    for name in ("zoo", "阀门", "a.b", "empty"):
        (tmp_path / name).mkdir()
        if name != "empty":
            (tmp_path / name / "adapter_config.json").write_text("{}")
    (tmp_path / "adapter_config.json").write_text("{}")
    assert adapter_names(str(tmp_path)) == ("a.b", "zoo", "阀门")
    assert adapter_names(str(tmp_path / "nowhere")) == ()
    assert adapter_names("") == ()


@pytest.mark.parametrize("family", ["llama", "glm", "glm4", "gemma", "qwen", "gpt2"])
def test_adapters_change_the_output_and_the_base_comes_back_exactly(
    tmp_path: Path, family: str
) -> None:
    base = made(tmp_path, family)
    kept = tmp_path / "adapters"
    with torch.inference_mode(False):
        for seed, made_name in enumerate(("v1.0", "阀门")):
            tiny_models.tiny_adapter(base, kept / made_name, seed)
    model, adapters = adapters_of(base, kept)
    plain = logits(model)
    said: dict[str | None, torch.Tensor] = {}
    for name in (None, "v1.0", "阀门", None, "v1.0", "阀门", "阀门", None):
        with adapters.active(name) as one:
            now = logits(one)
        assert torch.equal(said.setdefault(name, now), now)
    assert torch.equal(said[None], plain)
    for first, second in (("v1.0", None), ("阀门", None), ("v1.0", "阀门")):
        assert (said[first] - said[second]).abs().max() > 0.01


def test_an_adapter_says_what_peft_says(tmp_path: Path) -> None:
    from peft import AutoPeftModelForCausalLM

    base = made(tmp_path)
    with torch.inference_mode(False):
        folder = tiny_models.tiny_adapter(base, tmp_path / "adapters" / "one", 3)
    _, adapters = adapters_of(base, folder.parent)
    reference = tiny_models.quietly(AutoPeftModelForCausalLM.from_pretrained, folder).eval()
    with adapters.active("one") as model:
        assert torch.allclose(logits(model), reference(PROMPT).logits, atol=1e-5)


def refused(base: Path, folder: Path, expected: type[AdapterError]) -> AdapterError:
    """How the adapter ``bad`` is refused, after which base and ``good`` answer as before."""
    model, adapters = adapters_of(base, folder)
    plain = logits(model)
    with pytest.raises(expected) as first, adapters.active("bad"):
        pass
    assert torch.equal(logits(model), plain)
    with adapters.active("good") as one:
        good = logits(one)
    assert not torch.equal(good, plain)
    with pytest.raises(expected), adapters.active("bad"):
        pass
    with adapters.active(None) as one:
        assert torch.equal(logits(one), plain)
    with adapters.active("good") as one:
        assert torch.equal(logits(one), good)
    return first.value


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Path]:
    """A base with four layers, and a folder of adapters with a good one."""
    base = made(tmp_path, num_hidden_layers=4)
    with torch.inference_mode(False):
        tiny_models.tiny_adapter(base, tmp_path / "adapters" / "good", 1)
    return base, tmp_path / "adapters"


@pytest.mark.parametrize(
    ("family", "config"),
    [
        ("llama", {"num_hidden_layers": 4, "intermediate_size": 96}),
        ("llama", {"num_hidden_layers": 6}),
        ("llama", {"num_hidden_layers": 2}),
        ("gpt2", {}),
        ("glm4", {"num_hidden_layers": 4}),
    ],
    ids=["width", "more layers", "fewer layers", "gpt2", "glm4"],
)
def test_an_adapter_of_another_model_is_refused(
    kept: tuple[Path, Path], tmp_path: Path, family: str, config: dict[str, Any]
) -> None:
    base, folder = kept
    other = made(tmp_path / "other", family, **config)
    with torch.inference_mode(False):
        tiny_models.tiny_adapter(other, folder / "bad", 1)
    error = refused(base, folder, AdapterMismatch)
    assert str(other) in str(error)
    assert str(base) in str(error)


def broken_config(folder: Path, **values: Any) -> None:
    path = folder / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_what_is_no_lora_is_refused(kept: tuple[Path, Path]) -> None:
    base, folder = kept
    shutil.copytree(folder / "good", folder / "bad")
    broken_config(folder / "bad", peft_type="PREFIX_TUNING")
    assert "PREFIX_TUNING" in str(refused(base, folder, AdapterUnreadable))


def test_pickled_weights_are_never_read(kept: tuple[Path, Path]) -> None:
    base, folder = kept
    shutil.copytree(folder / "good", folder / "bad")
    (folder / "bad" / "adapter_model.safetensors").rename(folder / "bad" / "adapter_model.bin")
    assert "adapter_model.safetensors" in str(refused(base, folder, AdapterUnreadable))


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"{}"])
def test_damaged_weights_are_refused(kept: tuple[Path, Path], content: bytes) -> None:
    base, folder = kept
    shutil.copytree(folder / "good", folder / "bad")
    (folder / "bad" / "adapter_model.safetensors").write_bytes(content)
    refused(base, folder, AdapterUnreadable)


@pytest.mark.parametrize("content", ["", "[]", "{", "{}", "null", '{"peft_type": "LORA"}'])
def test_a_damaged_configuration_is_refused(kept: tuple[Path, Path], content: str) -> None:
    base, folder = kept
    shutil.copytree(folder / "good", folder / "bad")
    (folder / "bad" / "adapter_config.json").write_text(content)
    refused(base, folder, AdapterUnreadable)


def test_a_name_that_is_not_there_names_those_that_are(kept: tuple[Path, Path]) -> None:
    base, folder = kept
    _, adapters = adapters_of(base, folder)
    for name in ("other", "../good", "", "."):
        with pytest.raises(AdapterNotFound, match="good"), adapters.active(name):
            pass


@pytest.mark.parametrize(
    ("made_for", "model", "fits"),
    [
        ("some-lab/pump-7b", "some-lab/Pump-7B", True),
        ("some-lab/pump-7b", "some-lab/pump-8b", False),
        ("some-lab/pump-7b", "FOLDER", True),
        ("/elsewhere/pump-7b", "some-lab/pump-7b", True),
        (None, "some-lab/pump-7b", True),
    ],
)
def test_of_two_hub_ids_both_must_mean_one_model(
    kept: tuple[Path, Path], made_for: str | None, model: str, fits: bool
) -> None:
    base, folder = kept
    broken_config(folder / "good", base_model_name_or_path=made_for)
    loaded, _ = adapters_of(base, folder)
    name = str(base) if model == "FOLDER" else model
    adapters = Adapters(loaded, folder=str(folder), model_name=name)
    if fits:
        plain = logits(loaded)
        with adapters.active("good") as one:
            assert not torch.equal(logits(one), plain)
    else:
        with pytest.raises(AdapterMismatch, match="some-lab/pump-7b"), adapters.active("good"):
            pass


@pytest.mark.parametrize("quantisation", ["8bit", "4bit"])
def test_adapters_over_a_quantised_base(kept: tuple[Path, Path], quantisation: str) -> None:
    base, folder = kept
    with torch.inference_mode(False):
        tiny_models.tiny_adapter(base, folder / "other", 2)
    model = load_weights(
        find_checkpoint(str(base)),
        device="cpu",
        quantisation=quantisation,
        tokens=100,
        free_bytes=lambda _: 1 << 40,
    )
    adapters = Adapters(model, folder=str(folder), model_name=str(base))
    plain = logits(model)
    said: dict[str | None, torch.Tensor] = {}
    for name in (None, "good", "other", None, "other", "good"):
        with adapters.active(name) as one:
            now = logits(one)
        assert torch.equal(said.setdefault(name, now), now)
    assert torch.equal(said[None], plain)
    assert (said["good"] - said["other"]).abs().max() > 0.01
