"""Where a model's files are on this machine, and what they say before anything of it is loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rag.model_errors import (
    ChatGLMNotConverted,
    LocalModelNotFound,
    LocalModelUnreadable,
    ModelNeedsCode,
    PackageMissing,
)

_INDEX: Final = "model.safetensors.index.json"
_VOCABULARIES: Final = ("tokenizer.json", "vocab.json", "vocab.txt", "*.model", "*.tiktoken")
_PICKLED: Final = ("*.bin", "*.pt", "*.pth")
_SPEAKS: Final = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
_WINDOWS: Final = ("max_position_embeddings", "n_positions", "n_ctx", "seq_length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A model's files: a folder as transformers saves it, or one GGUF file.

    ``name`` is what the settings call it. ``gguf_file`` is the file's name in ``folder``, None for
    a folder. ``config`` is what its config.json says; of a GGUF file, its metadata that are numbers
    or texts, and ``parameters``, how many weights it has. ``weight_files`` are whole paths.
    """

    name: str
    folder: Path
    gguf_file: str | None
    config: Mapping[str, Any]
    weight_files: tuple[Path, ...]

    @property
    def window(self) -> int | None:
        """Most tokens of prompt and reply together; None where the files do not say."""
        names: tuple[str, ...] = _WINDOWS
        if self.gguf_file:
            names = (f"{self.config.get('general.architecture')}.context_length",)
        told = [self.text_config.get(name) for name in names]
        return next((int(one) for one in told if isinstance(one, int) and one > 0), None)

    @property
    def text_config(self) -> Mapping[str, Any]:
        """The part of ``config`` about text, where the model also sees or hears."""
        inner = self.config.get("text_config")
        return inner if isinstance(inner, dict) else self.config


def find_checkpoint(name: str) -> Checkpoint:
    """The checkpoint that ``name`` means: a folder, a .gguf file, or a hub id fetched before.

    Raises LocalModelNotFound, LocalModelUnreadable, ModelNeedsCode, ChatGLMNotConverted, and
    PackageMissing for a GGUF file that nothing here can read.
    """
    path = Path(name).expanduser()
    if path.suffix.lower() == ".gguf" and path.is_file():
        return Checkpoint(
            name=name,
            folder=path.parent,
            gguf_file=path.name,
            config=_gguf_metadata(name, path),
            weight_files=(path,),
        )
    folder = path if path.is_dir() else _fetched(name)
    try:
        config = read_json(folder / "config.json")
        _check_kind(name, config)
        weights = _weight_files(folder)
        detail = _lack(folder, weights)
    except (OSError, ValueError) as error:
        raise LocalModelUnreadable(model=name, detail=first_line(error)) from error
    if detail:
        raise LocalModelUnreadable(model=name, detail=detail)
    return Checkpoint(name=name, folder=folder, gguf_file=None, config=config, weight_files=weights)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises OSError, and ValueError for anything else in it."""
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} holds no object")
    return found


def first_line(error: BaseException) -> str:
    """What a foreign error says, on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".:")


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise LocalModelNotFound(model=name) from error


def _check_kind(name: str, config: Mapping[str, Any]) -> None:
    """Raise unless transformers itself has a causal language model of this kind."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = str(config.get("model_type", ""))
    if kind == "chatglm":
        raise ChatGLMNotConverted(model=name, kind=kind)
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        if config.get("auto_map"):
            raise ModelNeedsCode(model=name, kind=kind)
        raise LocalModelUnreadable(
            model=name, detail=f"transformers has no causal language model of its kind: {kind!r}"
        )
    classes = config.get("architectures") or ()
    if classes and not any(str(one).endswith(_SPEAKS) for one in classes):
        raise LocalModelUnreadable(
            model=name, detail=f"it is no causal language model: {classes[0]}"
        )


def _weight_files(folder: Path) -> tuple[Path, ...]:
    """The safetensors files with the weights. Raises OSError, ValueError."""
    index = folder / _INDEX
    if not index.is_file():
        return tuple(sorted(folder.glob("*.safetensors")))
    shards = read_json(index).get("weight_map")
    if not isinstance(shards, dict):
        raise ValueError(f"{index.name} names no weights")
    return tuple(folder / Path(str(name)).name for name in sorted(set(shards.values())))


def _lack(folder: Path, weights: tuple[Path, ...]) -> str | None:
    """Which file the folder lacks, in words; None where it has all of them."""
    if missing := [path.name for path in weights if not path.is_file()]:
        return f"a file is missing: {missing[0]}"
    if not weights and any(found for one in _PICKLED for found in folder.glob(one)):
        return "its weights are pickled (.bin, .pt), and only safetensors are read"
    if not weights:
        return "it has no weights (*.safetensors)"
    if not any(found for one in _VOCABULARIES for found in folder.glob(one)):
        return "it has no tokenizer"
    return None


def _gguf_metadata(name: str, path: Path) -> dict[str, Any]:
    """The numbers and texts of a GGUF file's header; lists are left out, a vocabulary is long."""
    try:
        from gguf import GGUFReader, GGUFValueType
    except ImportError as error:
        raise PackageMissing(purpose=name, package="gguf") from error
    try:
        reader = GGUFReader(path)
        found: dict[str, Any] = {
            key: field.contents()
            for key, field in reader.fields.items()
            if field.types and field.types[0] is not GGUFValueType.ARRAY
        }
        found["parameters"] = sum(int(tensor.n_elements) for tensor in reader.tensors)
    except (OSError, ValueError, LookupError) as error:
        raise LocalModelUnreadable(model=name, detail=first_line(error)) from error
    return found
