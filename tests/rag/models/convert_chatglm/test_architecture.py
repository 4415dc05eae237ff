"""A ChatGLM config as native settings: every entry mapped, harmless, or refused by name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.model_errors import CheckpointNotSupported, CheckpointUnreadable, FirstChatGLM
from rag.models.convert_chatglm.architecture import Architecture
from tests.rag.models.chatglm_reference import Sizes

RELEASED = Sizes(
    hidden=4096,
    heads=32,
    groups=2,
    head_dim=128,
    feed_forward=13696,
    layers=28,
    vocabulary=65024,
    window=32768,
)


def written(folder: Path, config: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder


def test_the_released_sizes_are_mapped(tmp_path: Path) -> None:
    read = Architecture.read(written(tmp_path, RELEASED.config()))
    native = read.native(dtype="float16", end_ids=[2, 64795, 64797], pad_id=0)
    assert native == {
        "architectures": ["GlmForCausalLM"],
        "attention_bias": True,
        "bos_token_id": None,
        "dtype": "float16",
        "eos_token_id": [2, 64795, 64797],
        "head_dim": 128,
        "hidden_act": "silu",
        "hidden_size": 4096,
        "intermediate_size": 13696,
        "max_position_embeddings": 32768,
        "num_attention_heads": 32,
        "num_hidden_layers": 28,
        "num_key_value_heads": 2,
        "pad_token_id": 0,
        "rms_norm_eps": 1e-5,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10000.0,
            "partial_rotary_factor": 0.5,
        },
        "tie_word_embeddings": False,
        "vocab_size": 65024,
    }


@pytest.mark.parametrize(
    ("code", "theta", "divisor"),
    [
        ("base = base * self.rope_ratio", 500_000.0, 1.0),
        ("seq_idx = torch.arange(n,\n  dtype=dtype) / self.rope_ratio", 10_000.0, 50.0),
    ],
)
def test_the_checkpoints_code_says_what_a_rope_ratio_scales(
    tmp_path: Path, code: str, theta: float, divisor: float
) -> None:
    written(tmp_path, {**RELEASED.config(), "rope_ratio": 50})
    (tmp_path / "modeling_chatglm.py").write_text(code, "utf-8")
    read = Architecture.read(tmp_path)
    assert (read.rope_theta, read.position_divisor) == (theta, divisor)
    rope = read.native(dtype="float32", end_ids=[2], pad_id=0)["rope_parameters"]
    assert rope["rope_theta"] == theta
    assert rope.get("factor", 1) == divisor


@pytest.mark.parametrize("code", [None, "pass", "base * self.rope_ratio; x / self.rope_ratio"])
def test_a_rope_ratio_that_nothing_explains_is_refused(tmp_path: Path, code: str | None) -> None:
    written(tmp_path, {**RELEASED.config(), "rope_ratio": 50})
    if code is not None:
        (tmp_path / "modeling_chatglm.py").write_text(code, "utf-8")
    with pytest.raises(CheckpointNotSupported, match="rope_ratio=50"):
        Architecture.read(tmp_path)


def test_a_rope_ratio_of_one_needs_no_explanation(tmp_path: Path) -> None:
    read = Architecture.read(written(tmp_path, {**RELEASED.config(), "rope_ratio": 1}))
    assert (read.rope_theta, read.position_divisor) == (10_000.0, 1.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model_type", "llama"),
        ("add_bias_linear", True),
        ("add_qkv_bias", False),
        ("apply_residual_connection_post_layernorm", True),
        ("fp32_residual_connection", True),
        ("multi_query_attention", False),
        ("original_rope", False),
        ("post_layer_norm", False),
        ("rmsnorm", False),
        ("pre_seq_len", 128),
        ("interleaved_qkv", True),
        ("quantization_bit", 4),
        ("tie_word_embeddings", True),
        ("num_hidden_layers", 27),
        ("vocab_size", 65025),
        ("multi_query_group_num", 3),
        ("multi_query_group_num", 0),
        ("kv_channels", 130),
        ("num_layers", "28"),
        ("num_layers", True),
        ("seq_length", 1.5),
        ("layernorm_epsilon", 0),
        ("rope_ratio", 0),
        ("rope_ratio", True),
        ("rope_ratio", "50"),
        ("ffn_hidden_size", None),
        ("sliding_window", 4096),
    ],
)
def test_what_is_not_understood_is_refused_by_name_and_value(
    tmp_path: Path, name: str, value: object
) -> None:
    written(tmp_path, {**RELEASED.config(), name: value})
    with pytest.raises(CheckpointNotSupported) as refused:
        Architecture.read(tmp_path)
    assert refused.value.values["name"] == name
    assert refused.value.values["value"] == value
    assert f"{name}={value!r}" in str(refused.value)


def test_what_changes_nothing_is_passed_over(tmp_path: Path) -> None:
    same = {"num_hidden_layers": 28, "vocab_size": 65024, "classifier_dropout": None}
    more = {"pre_seq_len": None, "quantization_bit": 0, "prefix_projection": False, "odd": None}
    extended = replace(RELEASED, extra={**same, **more})
    plain = Architecture.read(written(tmp_path / "plain", RELEASED.config()))
    assert Architecture.read(written(tmp_path / "more", extended.config())) == plain


def test_a_missing_entry_is_refused(tmp_path: Path) -> None:
    config = RELEASED.config()
    del config["rmsnorm"]
    with pytest.raises(CheckpointNotSupported, match="rmsnorm=None"):
        Architecture.read(written(tmp_path, config))


@pytest.mark.parametrize("sign", [{"position_encoding_2d": True}, {"inner_hidden_size": 16384}])
def test_the_first_chatglm_is_pointed_to_its_server(tmp_path: Path, sign: dict[str, Any]) -> None:
    written(tmp_path, {"model_type": "chatglm", "hidden_size": 4096, **sign})
    with pytest.raises(FirstChatGLM) as refused:
        Architecture.read(tmp_path)
    assert "servers/chatglm-6b" in refused.value.hint


@pytest.mark.parametrize("content", [None, "", "{", "[1]", "\ufeff{}"])
def test_a_config_that_cannot_be_read_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content, "utf-8")
    with pytest.raises(CheckpointUnreadable, match=r"config\.json"):
        Architecture.read(tmp_path)
