"""A tiny Llama as one GGUF file, the format of llama.cpp."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_TOKEN_TYPES: Final = {False: 1, True: 3}
"""By whether a token is special: GGUF's numbers for a normal and a control token."""


def tiny_gguf(model_folder: Path, file: Path) -> Path:
    """The Llama in ``model_folder`` (``tests.tiny_models.tiny_llama``) as ``file``, in float32."""
    import gguf
    from safetensors.numpy import load_file

    config: dict[str, Any] = json.loads((model_folder / "config.json").read_text("utf-8"))
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("tiny")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_vocab_size(config["vocab_size"])
    _add_words(writer, model_folder, config["vocab_size"])
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    for name, weight in load_file(model_folder / "model.safetensors").items():
        turned = _neighbours(weight, heads.get(name.split(".")[-2]))
        writer.add_tensor(_NAMES.get(name) or _inner(name), turned)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


_NAMES: Final = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
_PARTS: Final = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def _neighbours(weight: Any, heads: int | None) -> Any:
    """Rows in the order of llama.cpp, which turns neighbours where others turn a head's halves."""
    if heads is None:
        return weight
    rows, columns = weight.shape
    halves = weight.reshape(heads, 2, rows // heads // 2, columns)
    return halves.swapaxes(1, 2).reshape(rows, columns)


def _inner(name: str) -> str:
    _, _, layer, part = name.removesuffix(".weight").split(".", 3)
    return f"blk.{layer}.{_PARTS[part]}.weight"


def _add_words(writer: Any, model_folder: Path, size: int) -> None:
    words = json.loads((model_folder / "tokenizer.json").read_text("utf-8"))
    special = {one["content"] for one in words["added_tokens"]}
    by_id = {number: word for word, number in words["model"]["vocab"].items()}
    tokens = [by_id.get(number, f"<|unused{number}|>") for number in range(size)]
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types(
        [_TOKEN_TYPES[one in special or one.startswith("<|unused")] for one in tokens]
    )
    writer.add_token_merges([" ".join(pair) for pair in words["model"]["merges"]])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(0)
