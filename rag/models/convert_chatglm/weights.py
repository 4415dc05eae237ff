"""A ChatGLM checkpoint's weights under the names of the native GLM class, shard by shard.

No number is changed: the fused query, key and value rows are cut apart, all else is renamed. One
shard is in memory at a time.
"""

from __future__ import annotations

import json
import pickle
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from rag.model_errors import CheckpointNotSupported, CheckpointUnreadable
from rag.models.convert_chatglm.architecture import Architecture, read_json

if TYPE_CHECKING:
    from torch import Tensor

Told = Callable[[int, int, str], None]
"""Is told, before each shard, its number from 1, how many there are, and its file name."""

_SINGLE: Final = ("model.safetensors", "pytorch_model.bin")
_WHOLE: Final = {
    "transformer.embedding.word_embeddings.weight": "model.embed_tokens.weight",
    "transformer.encoder.final_layernorm.weight": "model.norm.weight",
    "transformer.output_layer.weight": "lm_head.weight",
}
_IN_LAYER: Final = {
    "input_layernorm.weight": "input_layernorm.weight",
    "mlp.dense_4h_to_h.weight": "mlp.down_proj.weight",
    "mlp.dense_h_to_4h.weight": "mlp.gate_up_proj.weight",
    "post_attention_layernorm.weight": "post_attention_layernorm.weight",
    "self_attention.dense.weight": "self_attn.o_proj.weight",
}
_LAYER: Final = re.compile(r"transformer\.encoder\.layers\.(\d+)\.(.+)")
_FUSED: Final = re.compile(r"self_attention\.query_key_value\.(weight|bias)")
_COMPUTED: Final = "transformer.rotary_pos_emb.inv_freq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shards:
    """The weight files of a checkpoint, in order; ``size_bytes`` is that of all together."""

    files: tuple[Path, ...]
    size_bytes: int

    @classmethod
    def of(cls, folder: Path) -> Shards:
        """Safetensors where there are any, otherwise .bin files. Raises CheckpointUnreadable."""
        names: list[str] = []
        for single in _SINGLE:
            index = folder / f"{single}.index.json"
            if index.is_file():
                names = _indexed(index)
            elif (folder / single).is_file():
                names = [single]
            if names:
                break
        if not names:
            detail = "there is neither model.safetensors nor pytorch_model.bin, whole or in parts"
            raise CheckpointUnreadable(path=str(folder), detail=detail)
        files = tuple(folder / name for name in names)
        for file in files:
            if not file.is_file():
                raise CheckpointUnreadable(path=str(file), detail="there is no such file")
        return cls(files=files, size_bytes=sum(file.stat().st_size for file in files))


def convert_weights(shards: Shards, architecture: Architecture, target: Path, told: Told) -> str:
    """Write the weights into ``target`` as safetensors; the name of their dtype (``float16``).

    Raises CheckpointUnreadable for a damaged shard or a weight that is missing, and
    CheckpointNotSupported for one that is unknown, of another shape, or quantised.
    """
    from safetensors.torch import save_file

    expected = expected_shapes(architecture)
    placed: dict[str, str] = {}
    dtypes: set[str] = set()
    written_bytes = 0
    total = len(shards.files)
    for number, file in enumerate(shards.files, start=1):
        told(number, total, file.name)
        name = (
            "model.safetensors" if total == 1 else f"model-{number:05d}-of-{total:05d}.safetensors"
        )
        native: dict[str, Tensor] = {}
        for key, tensor in _load(file).items():
            for new, part in native_weights(key, tensor, architecture, file):
                if list(part.shape) != expected.get(new) or new in placed:
                    wanted = f"one weight of shape {expected.get(new)}"
                    _refuse(file, key, list(part.shape), wanted)
                native[new] = part
                placed[new] = name
                dtypes.add(str(part.dtype).removeprefix("torch."))
                written_bytes += part.numel() * part.element_size()
        save_file(native, str(target / name), metadata={"format": "pt"})
    missing = sorted(expected.keys() - placed.keys())
    if missing:
        detail = f"{len(missing)} weights are missing, the first is {missing[0]}"
        raise CheckpointUnreadable(path=str(shards.files[0].parent), detail=detail)
    if len(dtypes) != 1:
        _refuse(shards.files[0].parent, "dtype", sorted(dtypes), "one dtype for all weights")
    if total > 1:
        index = {"metadata": {"total_size": written_bytes}, "weight_map": placed}
        text = json.dumps(index, indent=2, sort_keys=True) + "\n"
        (target / "model.safetensors.index.json").write_text(text, "utf-8")
    return dtypes.pop()


def native_weights(
    key: str, tensor: Tensor, architecture: Architecture, file: Path
) -> Iterator[tuple[str, Tensor]]:
    """The native names and parts of one weight of the original; nothing for what is computed.

    Raises CheckpointNotSupported for a name that is not known and for numbers that are not floats.
    """
    import torch

    if key == _COMPUTED:
        return
    if not tensor.is_floating_point():
        _refuse(file, key, str(tensor.dtype), "floating point")
    if key in _WHOLE:
        yield _WHOLE[key], tensor
        return
    layer = _LAYER.fullmatch(key)
    inner = layer[2] if layer else ""
    prefix = f"model.layers.{layer[1]}" if layer else ""
    if inner in _IN_LAYER:
        yield f"{prefix}.{_IN_LAYER[inner]}", tensor
    elif fused := _FUSED.fullmatch(inner):
        rows = (architecture.heads, architecture.groups, architecture.groups)
        sizes = [count * architecture.head_dim for count in rows]
        if tensor.shape[0] != sum(sizes):
            _refuse(file, key, list(tensor.shape), f"{sum(sizes)} rows")
        for name, part in zip("qkv", torch.split(tensor, sizes), strict=True):
            yield f"{prefix}.self_attn.{name}_proj.{fused[1]}", part.clone()
    else:
        _refuse(file, key, list(tensor.shape), "a weight of ChatGLM2 or ChatGLM3")


def expected_shapes(architecture: Architecture) -> Mapping[str, list[int]]:
    """Every weight of the native class by name, with its shape."""
    hidden, feed_forward = architecture.hidden, architecture.feed_forward
    queries = architecture.heads * architecture.head_dim
    keys = architecture.groups * architecture.head_dim
    shapes = {
        "model.embed_tokens.weight": [architecture.vocabulary, hidden],
        "model.norm.weight": [hidden],
        "lm_head.weight": [architecture.vocabulary, hidden],
    }
    for number in range(architecture.layers):
        prefix = f"model.layers.{number}"
        for name, rows in (("q", queries), ("k", keys), ("v", keys)):
            shapes[f"{prefix}.self_attn.{name}_proj.weight"] = [rows, hidden]
            shapes[f"{prefix}.self_attn.{name}_proj.bias"] = [rows]
        shapes[f"{prefix}.self_attn.o_proj.weight"] = [hidden, queries]
        shapes[f"{prefix}.mlp.gate_up_proj.weight"] = [2 * feed_forward, hidden]
        shapes[f"{prefix}.mlp.down_proj.weight"] = [hidden, feed_forward]
        shapes[f"{prefix}.input_layernorm.weight"] = [hidden]
        shapes[f"{prefix}.post_attention_layernorm.weight"] = [hidden]
    return shapes


def _indexed(index: Path) -> list[str]:
    """The shards that an index names. Raises CheckpointUnreadable."""
    placed = read_json(index).get("weight_map")
    names = sorted(set(placed.values())) if isinstance(placed, dict) else []
    if not names or any(not isinstance(name, str) or Path(name).name != name for name in names):
        raise CheckpointUnreadable(path=str(index), detail="it names no files beside it")
    return names


def _load(file: Path) -> Mapping[str, Tensor]:
    """The weights of one shard; code in a pickle is refused, not run."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if file.suffix == ".safetensors":
            return load_file(file)
        mapped = zipfile.is_zipfile(file)
        loaded = torch.load(file, map_location="cpu", weights_only=True, mmap=mapped)
    except (OSError, RuntimeError, EOFError, ValueError) as error:
        raise CheckpointUnreadable(path=str(file), detail="it is damaged or cut off") from error
    except pickle.UnpicklingError as error:
        detail = "it is damaged, or holds more than weights"
        raise CheckpointUnreadable(path=str(file), detail=detail) from error
    except SafetensorError as error:
        raise CheckpointUnreadable(path=str(file), detail="it is damaged or cut off") from error
    if not isinstance(loaded, dict) or not all(torch.is_tensor(one) for one in loaded.values()):
        raise CheckpointUnreadable(path=str(file), detail="it holds no table of weights")
    return loaded


def _refuse(path: Path, name: str, value: object, expected: str) -> NoReturn:
    raise CheckpointNotSupported(path=str(path), name=name, value=value, expected=expected)
