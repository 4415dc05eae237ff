from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rag.model_errors import (
    ChatGLMNotConverted,
    LocalModelError,
    LocalModelNotFound,
    LocalModelUnreadable,
    ModelNeedsCode,
)
from rag.models.local.checkpoint import find_checkpoint, first_line
from tests.tiny_gguf import tiny_gguf
from tests.tiny_models import WINDOW, tiny_gpt2, tiny_llama


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("checkpoint") / "llama")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A good model that a test may spoil."""
    return Path(shutil.copytree(original, tmp_path / "模型 llama"))


def configure(folder: Path, **values: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def refusal(name: Path | str) -> LocalModelError:
    with pytest.raises(LocalModelError) as caught:
        find_checkpoint(str(name))
    assert str(name) in str(caught.value)
    assert caught.value.hint
    return caught.value


def test_a_folder(folder: Path) -> None:
    found = find_checkpoint(str(folder))
    assert (found.name, found.folder, found.gguf_file) == (str(folder), folder, None)
    assert found.weight_files == (folder / "model.safetensors",)
    assert found.window == WINDOW
    assert found.text_config["hidden_size"] == 64


def test_gpt2_names_its_window_otherwise(tmp_path: Path) -> None:
    assert find_checkpoint(str(tiny_gpt2(tmp_path))).window == WINDOW


def test_a_window_that_is_not_told_is_not_known(folder: Path) -> None:
    configure(folder, max_position_embeddings=None)
    assert find_checkpoint(str(folder)).window is None


def test_the_text_part_of_a_model_that_also_sees(folder: Path) -> None:
    configure(folder, text_config={"max_position_embeddings": 77})
    assert find_checkpoint(str(folder)).window == 77


def test_a_gguf_file(tmp_path: Path, original: Path) -> None:
    file = tiny_gguf(original, tmp_path / "tiny.GGUF")
    found = find_checkpoint(str(file))
    assert (found.folder, found.gguf_file) == (tmp_path, "tiny.GGUF")
    assert found.window == WINDOW


def test_a_home_folder_is_understood(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    assert find_checkpoint(f"~/{folder.name}").folder == folder


@pytest.mark.parametrize(
    "name", ["nobody/no-such-model", "/no/such/folder", "no such", "", "a/b/c"]
)
def test_a_name_that_is_nowhere_is_not_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert isinstance(refusal(name), LocalModelNotFound | LocalModelUnreadable)


def test_shards_are_those_of_the_index(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-1.safetensors")
    (folder / "unrelated.safetensors").write_bytes(b"")
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "model-2.safetensors" in str(refusal(folder))
    shutil.copy(folder / "model-1.safetensors", folder / "model-2.safetensors")
    assert [one.name for one in find_checkpoint(str(folder)).weight_files] == [
        "model-1.safetensors",
        "model-2.safetensors",
    ]


def test_an_index_reaches_no_other_folder(folder: Path) -> None:
    shutil.copy(folder / "model.safetensors", folder.parent / "outside.safetensors")
    index = {"weight_map": {"a": "../outside.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert isinstance(refusal(folder), LocalModelUnreadable)


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "safetensors" in str(refusal(folder))


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_told(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    assert isinstance(refusal(folder), LocalModelUnreadable)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"{}", b"null"])
def test_a_damaged_configuration_is_told(folder: Path, content: bytes) -> None:
    (folder / "config.json").write_bytes(content)
    assert isinstance(refusal(folder), LocalModelUnreadable)


def test_a_released_chatglm_is_sent_to_the_converter(folder: Path) -> None:
    configure(folder, model_type="chatglm", auto_map={"AutoConfig": "configuration_chatglm.X"})
    error = refusal(folder)
    assert isinstance(error, ChatGLMNotConverted)
    assert "rag.models.convert_chatglm" in error.hint
    assert "servers/chatglm-6b" in error.hint


def test_a_model_of_code_is_refused_and_the_code_never_runs(folder: Path) -> None:
    (folder / "modeling_own.py").write_text("raise SystemExit('it ran')")
    configure(folder, model_type="own", auto_map={"AutoModelForCausalLM": "modeling_own.Own"})
    assert isinstance(refusal(folder), ModelNeedsCode)


def test_code_beside_a_native_class_is_passed_over(folder: Path) -> None:
    configure(folder, auto_map={"AutoModelForCausalLM": "modeling_own.Own"})
    assert find_checkpoint(str(folder)).config["model_type"] == "llama"


@pytest.mark.parametrize("kind", ["t5", "no_such_kind"])
def test_what_does_not_continue_text_is_refused(folder: Path, kind: str) -> None:
    configure(folder, model_type=kind)
    assert kind in str(refusal(folder))


def test_a_classifier_is_refused(folder: Path) -> None:
    configure(folder, architectures=["LlamaForSequenceClassification"])
    assert "LlamaForSequenceClassification" in str(refusal(folder))


@pytest.mark.parametrize("content", [b"", b"GGUF", b"\x00" * 100, b"no model at all"])
def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    assert isinstance(refusal(file), LocalModelUnreadable)


def test_a_foreign_error_is_told_on_one_line() -> None:
    assert first_line(ValueError("\n  It broke here.\nand there")) == "It broke here"
    assert first_line(KeyError()) == "KeyError"
