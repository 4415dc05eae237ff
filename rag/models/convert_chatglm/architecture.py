"""What a ChatGLM checkpoint's ``config.json`` says, as the settings of the native GLM class.

Every entry is mapped, known to change nothing, or refused: an entry that is passed over could
change what the model says. Knows nothing of weights and words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from rag.model_errors import CheckpointNotSupported, CheckpointUnreadable, FirstChatGLM

_CODE: Final = "modeling_chatglm.py"
_THETA: Final = 10000.0
_ROTATED_SHARE: Final = 0.5

_REQUIRED: Final[Mapping[str, object]] = {
    "model_type": "chatglm",
    "add_bias_linear": False,
    "add_qkv_bias": True,
    "apply_residual_connection_post_layernorm": False,
    "fp32_residual_connection": False,
    "multi_query_attention": True,
    "original_rope": True,
    "post_layer_norm": True,
    "rmsnorm": True,
}
_UNSET: Final = (
    "interleaved_qkv",
    "pre_seq_len",
    "prefix_projection",
    "quantization_bit",
    "tie_word_embeddings",
)
_ALIASES: Final = {"num_hidden_layers": "num_layers", "vocab_size": "padded_vocab_size"}
_SIZES: Final = (
    "ffn_hidden_size",
    "hidden_size",
    "kv_channels",
    "multi_query_group_num",
    "num_attention_heads",
    "num_layers",
    "padded_vocab_size",
    "seq_length",
)
_CHANGE_NOTHING: Final = frozenset(
    {
        "_name_or_path",
        "apply_query_key_layer_scaling",  # divides and multiplies by the same number
        "architectures",
        "attention_dropout",
        "attention_softmax_in_fp32",
        "auto_map",
        "bias_dropout_fusion",
        "bos_token_id",
        "classifier_dropout",
        "dtype",
        "eos_token_id",
        "hidden_dropout",
        "pad_token_id",
        "torch_dtype",
        "transformers_version",
        "use_cache",
    }
)
_READ_APART: Final = ("layernorm_epsilon", "rope_ratio")
_OF_THE_FIRST: Final = ("position_encoding_2d", "inner_hidden_size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """The sizes of a ChatGLM2 or ChatGLM3 model and how it turns positions into angles.

    ``rope_theta`` is the base of the rotary frequencies, ``position_divisor`` what positions are
    divided by before.
    """

    layers: int
    hidden: int
    heads: int
    groups: int
    head_dim: int
    feed_forward: int
    vocabulary: int
    window: int
    norm_epsilon: float
    rope_theta: float
    position_divisor: float

    @classmethod
    def read(cls, folder: Path) -> Architecture:
        """What ``folder/config.json`` says.

        Raises CheckpointUnreadable, FirstChatGLM, and CheckpointNotSupported for an entry with a
        value that the native class cannot express.
        """
        config = read_json(folder / "config.json")
        if any(config.get(name) for name in _OF_THE_FIRST):
            raise FirstChatGLM(path=str(folder))
        _check_entries(config, folder)
        sizes = {name: _size(config, name, folder) for name in _SIZES}
        theta, divisor = _rope(config, folder)
        epsilon = config.get("layernorm_epsilon")
        if not isinstance(epsilon, float) or not 0 < epsilon < 1:
            _refuse(folder, "layernorm_epsilon", epsilon, "a number between 0 and 1")
        if sizes["num_attention_heads"] % sizes["multi_query_group_num"]:
            expected = f"a divisor of num_attention_heads={sizes['num_attention_heads']}"
            _refuse(folder, "multi_query_group_num", sizes["multi_query_group_num"], expected)
        if sizes["kv_channels"] % 4:
            _refuse(folder, "kv_channels", sizes["kv_channels"], "a multiple of 4")
        return cls(
            layers=sizes["num_layers"],
            hidden=sizes["hidden_size"],
            heads=sizes["num_attention_heads"],
            groups=sizes["multi_query_group_num"],
            head_dim=sizes["kv_channels"],
            feed_forward=sizes["ffn_hidden_size"],
            vocabulary=sizes["padded_vocab_size"],
            window=sizes["seq_length"],
            norm_epsilon=epsilon,
            rope_theta=theta,
            position_divisor=divisor,
        )

    def native(self, *, dtype: str, end_ids: list[int], pad_id: int) -> dict[str, Any]:
        """The keywords of ``transformers.GlmConfig``; ``dtype`` is that of the weights."""
        rope: dict[str, Any] = {"rope_type": "default", "rope_theta": self.rope_theta}
        if self.position_divisor != 1:
            rope |= {"rope_type": "linear", "factor": self.position_divisor}
        return {
            "architectures": ["GlmForCausalLM"],
            "attention_bias": True,
            "bos_token_id": None,
            "dtype": dtype,
            "eos_token_id": end_ids,
            "head_dim": self.head_dim,
            "hidden_act": "silu",
            "hidden_size": self.hidden,
            "intermediate_size": self.feed_forward,
            "max_position_embeddings": self.window,
            "num_attention_heads": self.heads,
            "num_hidden_layers": self.layers,
            "num_key_value_heads": self.groups,
            "pad_token_id": pad_id,
            "rms_norm_eps": self.norm_epsilon,
            "rope_parameters": {**rope, "partial_rotary_factor": _ROTATED_SHARE},
            "tie_word_embeddings": False,
            "vocab_size": self.vocabulary,
        }


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in ``path``. Raises CheckpointUnreadable."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or "it is not JSON"
        raise CheckpointUnreadable(path=str(path), detail=detail) from error
    if not isinstance(value, dict):
        raise CheckpointUnreadable(path=str(path), detail="it is not a JSON object")
    return value


def _check_entries(config: Mapping[str, Any], folder: Path) -> None:
    for name, wanted in _REQUIRED.items():
        if name not in config or config[name] != wanted:
            _refuse(folder, name, config.get(name), repr(wanted))
    for name in _UNSET:
        if config.get(name):
            _refuse(folder, name, config[name], "nothing")
    for alias, name in _ALIASES.items():
        if alias in config and config[alias] != config.get(name):
            _refuse(folder, alias, config[alias], f"the same as {name}={config.get(name)!r}")
    known = {*_REQUIRED, *_UNSET, *_ALIASES, *_SIZES, *_CHANGE_NOTHING, *_READ_APART}
    for name in sorted(config.keys() - known):
        if config[name] is not None:
            _refuse(folder, name, config[name], "nothing of that name")


def _size(config: Mapping[str, Any], name: str, folder: Path) -> int:
    value = config.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        _refuse(folder, name, value, "a whole number from 1")
    return int(value)


def _rope(config: Mapping[str, Any], folder: Path) -> tuple[float, float]:
    """The rotary base and what positions are divided by.

    ``rope_ratio`` means two things: ChatGLM2-32k divides the positions by it (position
    interpolation, Chen et al. 2023, arXiv:2306.15595), ChatGLM3 multiplies the base by it. The
    checkpoint's own code says which; it is read as text and never run.
    """
    ratio = config.get("rope_ratio")
    ratio = 1 if ratio is None else ratio
    if not isinstance(ratio, int | float) or isinstance(ratio, bool) or ratio <= 0:
        _refuse(folder, "rope_ratio", ratio, "a number above 0")
    if ratio == 1:
        return _THETA, 1.0
    try:
        code = "".join((folder / _CODE).read_text("utf-8").split())
    except (OSError, UnicodeDecodeError):
        code = ""
    multiplied, divided = "base*self.rope_ratio" in code, "/self.rope_ratio" in code
    if multiplied == divided:
        _refuse(folder, "rope_ratio", ratio, f"a {_CODE} beside it that shows what it scales")
    return (_THETA * ratio, 1.0) if multiplied else (_THETA, float(ratio))


def _refuse(folder: Path, name: str, value: object, expected: str) -> NoReturn:
    raise CheckpointNotSupported(path=str(folder), name=name, value=value, expected=expected)
