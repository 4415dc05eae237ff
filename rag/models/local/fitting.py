"""Whether a model fits before it is loaded: the bytes it needs against those that are free."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rag.model_errors import GGUFTooLarge, LocalModelTooLarge, LocalModelUnreadable
from rag.models.local.checkpoint import Checkpoint

SPARE_BYTES: Final = 300_000_000
"""For what a forward pass holds besides weights and cache."""

_GB: Final = 1_000_000_000
_LONGEST_HEADER: Final = 100_000_000
_NO_LIMIT: Final = 1 << 62
_CONTROL_GROUP: Final = Path("/sys/fs/cgroup")

_FLOATS: Final = frozenset({"F64", "F32", "F16", "BF16"})
_BYTES: Final = {"I64": 8, "I32": 4, "I16": 2}
_QUANTISED_BYTES: Final = {"8bit": 1.0, "4bit": 0.52}
"""Of a weight in a linear layer; 64 weights of 4 bits share a scale, which is quantised too."""

_NEVER_QUANTISED: Final = ("embed", "lm_head", "wte", "wpe", ".experts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What a file's header says of a weight; ``kind`` as safetensors names it, such as ``BF16``."""

    name: str
    shape: tuple[int, ...]
    kind: str


def check_fits(
    checkpoint: Checkpoint,
    *,
    element_bytes: int,
    quantisation: str,
    tokens: int,
    device: str,
    free_bytes: Callable[[str], int],
) -> None:
    """Raise LocalModelTooLarge where the model needs more than is free on ``device``.

    It needs its weights as numbers of ``element_bytes`` (linear layers as ``quantisation`` makes
    them), the keys and values of a conversation of ``tokens``, and ``SPARE_BYTES``. Raises
    LocalModelUnreadable for a file without a header.
    """
    listed = weights(checkpoint)
    cache = cache_bytes(checkpoint, tokens=tokens, element_bytes=element_bytes)

    def needed(kind: str) -> int:
        held = weight_bytes(listed, element_bytes=element_bytes, quantisation=kind)
        return held + cache + SPARE_BYTES

    free = free_bytes(device)
    if needed(quantisation) <= free:
        return
    kind = GGUFTooLarge if checkpoint.gguf_file else LocalModelTooLarge
    raise kind(
        model=checkpoint.name,
        device=device,
        needed_gb=needed(quantisation) / _GB,
        free_gb=free / _GB,
        eight_bit_gb=needed("8bit") / _GB,
        four_bit_gb=needed("4bit") / _GB,
    )


def weights(checkpoint: Checkpoint) -> list[Weight]:
    """Every weight of ``checkpoint``, by its files' headers. Raises LocalModelUnreadable."""
    if not checkpoint.gguf_file:
        return [one for file in checkpoint.weight_files for one in _listed(checkpoint, file)]
    from gguf import GGUFReader

    found = GGUFReader(checkpoint.weight_files[0]).tensors
    # transformers unpacks them all to floats
    return [
        Weight(name=one.name, shape=tuple(int(n) for n in one.shape), kind="F32") for one in found
    ]


def weight_bytes(
    listed: Iterable[Weight], *, element_bytes: int, quantisation: str = "none"
) -> int:
    """Bytes that weights take once loaded.

    Floats become numbers of ``element_bytes``, those of linear layers what ``quantisation`` makes
    of them. What is no float, in a checkpoint that is quantised already, stays as it is.
    """
    total = 0.0
    for weight in listed:
        count = math.prod(weight.shape)
        linear = len(weight.shape) == 2 and not any(n in weight.name for n in _NEVER_QUANTISED)
        if weight.kind not in _FLOATS:
            total += count * _BYTES.get(weight.kind, 1)
        elif linear and quantisation in _QUANTISED_BYTES:
            total += count * _QUANTISED_BYTES[quantisation]
        else:
            total += count * element_bytes
    return math.ceil(total)


def cache_bytes(checkpoint: Checkpoint, *, tokens: int, element_bytes: int) -> int:
    """Bytes that the keys and values of ``tokens`` take; 0 where the files do not say."""
    config = checkpoint.text_config
    before = f"{config.get('general.architecture')}." if checkpoint.gguf_file else ""

    def number(*names: str) -> int:
        told = [config.get(before + name) for name in names]
        return next((one for one in told if isinstance(one, int)), 0)

    layers = number("num_hidden_layers", "n_layer", "block_count")
    heads = number("num_attention_heads", "n_head", "attention.head_count")
    hidden = number("hidden_size", "n_embd", "embedding_length")
    groups = number("num_key_value_heads", "attention.head_count_kv") or heads
    head_dim = number("head_dim", "attention.key_length") or hidden // max(1, heads)
    return 2 * layers * groups * head_dim * tokens * element_bytes


def free_bytes(device: str) -> int:
    """Bytes that can still be had: a GPU's own, or this machine's or container's memory."""
    if device.startswith("cuda"):
        import torch

        free, _ = torch.cuda.mem_get_info()
        return int(free + torch.cuda.memory_reserved() - torch.cuda.memory_allocated())
    import psutil

    return min(int(psutil.virtual_memory().available), free_in_container(_CONTROL_GROUP))


def free_in_container(group: Path) -> int:
    """Bytes left under the limit of a control group (version 2); very many where it has none.

    The page cache is given back when memory is needed, so what it holds counts as free.
    """
    try:
        limit = (group / "memory.max").read_text("ascii").strip()
        used = int((group / "memory.current").read_text("ascii"))
        lines = (group / "memory.stat").read_text("ascii").splitlines()
        cached = int(dict(line.split() for line in lines).get("inactive_file", 0))
        return _NO_LIMIT if limit == "max" else max(0, int(limit) - used + cached)
    except (OSError, ValueError):
        return _NO_LIMIT


def safetensors_header(file: Path) -> list[Weight]:
    """The weights in a safetensors file. Raises OSError or ValueError for any other file."""
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > _LONGEST_HEADER:
                raise ValueError("its header is too long")
            told = json.loads(stream.read(length))
        return [
            Weight(name=name, shape=tuple(map(int, one["shape"])), kind=one["dtype"])
            for name, one in told.items()
            if name != "__metadata__"
        ]
    except (struct.error, AttributeError, LookupError, TypeError) as error:
        raise ValueError("it is no safetensors file") from error


def _listed(checkpoint: Checkpoint, file: Path) -> list[Weight]:
    try:
        return safetensors_header(file)
    except (OSError, ValueError) as error:
        detail = f"a file is damaged: {file.name}"
        raise LocalModelUnreadable(model=checkpoint.name, detail=detail) from error
