"""ChatGLM2/3 in plain torch, after its published description, and checkpoints of it.

The parameters have the original's names, so a state dict of it is a ChatGLM-shaped checkpoint. It
shares no code with the converter: it is what converted checkpoints are compared with.

Rotary positions turn neighbouring couples of the first half of a head; query, key and value come
from one matrix, with fewer key and value groups than heads; RMSNorm before each part; SwiGLU.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

SPECIAL = ("[MASK]", "[gMASK]", "[sMASK]", "sop", "eop")
ROLES = ("<|system|>", "<|user|>", "<|assistant|>", "<|observation|>")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """A tiny model; ``rope_ratio`` scales the rotary base, or the positions with ``divides``."""

    hidden: int = 32
    heads: int = 4
    groups: int = 2
    head_dim: int = 8
    feed_forward: int = 48
    layers: int = 2
    vocabulary: int = 640
    window: int = 256
    epsilon: float = 1e-5
    rope_ratio: float = 1
    divides: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    def config(self) -> dict[str, Any]:
        """The ``config.json`` of such a checkpoint, with the entries of a released one."""
        ratio = {} if self.rope_ratio == 1 else {"rope_ratio": self.rope_ratio}
        return {
            "_name_or_path": "somewhere/chatglm",
            "model_type": "chatglm",
            "architectures": ["ChatGLMModel"],
            "auto_map": {"AutoModel": "modeling_chatglm.ChatGLMForConditionalGeneration"},
            "add_bias_linear": False,
            "add_qkv_bias": True,
            "apply_query_key_layer_scaling": True,
            "apply_residual_connection_post_layernorm": False,
            "attention_dropout": 0.0,
            "attention_softmax_in_fp32": True,
            "bias_dropout_fusion": True,
            "ffn_hidden_size": self.feed_forward,
            "fp32_residual_connection": False,
            "hidden_dropout": 0.0,
            "hidden_size": self.hidden,
            "kv_channels": self.head_dim,
            "layernorm_epsilon": self.epsilon,
            "multi_query_attention": True,
            "multi_query_group_num": self.groups,
            "num_attention_heads": self.heads,
            "num_layers": self.layers,
            "original_rope": True,
            "padded_vocab_size": self.vocabulary,
            "post_layer_norm": True,
            "rmsnorm": True,
            "seq_length": self.window,
            "use_cache": True,
            "torch_dtype": "float32",
            "transformers_version": "4.30.2",
            "tie_word_embeddings": False,
            "eos_token_id": 2,
            "pad_token_id": 0,
            **ratio,
            **self.extra,
        }


class Norm(nn.Module):
    """RMSNorm (Zhang and Sennrich 2019)."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))
        self.epsilon = epsilon

    def forward(self, states: Tensor) -> Tensor:
        variance = states.float().pow(2).mean(-1, keepdim=True)
        return (self.weight * (states * torch.rsqrt(variance + self.epsilon))).to(states.dtype)


class Attention(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        rows = (sizes.heads + 2 * sizes.groups) * sizes.head_dim
        self.query_key_value = nn.Linear(sizes.hidden, rows)
        self.dense = nn.Linear(sizes.heads * sizes.head_dim, sizes.hidden, bias=False)

    def forward(self, states: Tensor, angles: Tensor) -> Tensor:
        sizes = self.sizes
        batch, length, _ = states.shape
        counts = [count * sizes.head_dim for count in (sizes.heads, sizes.groups, sizes.groups)]
        # part by part, for a matrix product of other sizes may round otherwise
        rows = zip(
            torch.split(self.query_key_value.weight, counts),
            torch.split(self.query_key_value.bias, counts),
            strict=True,
        )
        parts = [functional.linear(states, weight, bias) for weight, bias in rows]
        query, key, value = (
            part.reshape(batch, length, -1, sizes.head_dim).transpose(1, 2) for part in parts
        )
        query, key = turned(query, angles), turned(key, angles)
        copies = sizes.heads // sizes.groups
        key, value = key.repeat_interleave(copies, 1), value.repeat_interleave(copies, 1)
        heads = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        out: Tensor = self.dense(heads.transpose(1, 2).reshape(batch, length, -1))
        return out


class FeedForward(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.dense_h_to_4h = nn.Linear(sizes.hidden, 2 * sizes.feed_forward, bias=False)
        self.dense_4h_to_h = nn.Linear(sizes.feed_forward, sizes.hidden, bias=False)

    def forward(self, states: Tensor) -> Tensor:
        gate, up = self.dense_h_to_4h(states).chunk(2, dim=-1)
        out: Tensor = self.dense_4h_to_h(functional.silu(gate) * up)
        return out


class Layer(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.input_layernorm = Norm(sizes.hidden, sizes.epsilon)
        self.self_attention = Attention(sizes)
        self.post_attention_layernorm = Norm(sizes.hidden, sizes.epsilon)
        self.mlp = FeedForward(sizes)

    def forward(self, states: Tensor, angles: Tensor) -> Tensor:
        states = states + self.self_attention(self.input_layernorm(states), angles)
        out: Tensor = states + self.mlp(self.post_attention_layernorm(states))
        return out


class ChatGLM(nn.Module):
    """Logits (batch, length, vocabulary) of token ids (batch, length)."""

    def __init__(self, sizes: Sizes, *, seed: int = 0) -> None:
        super().__init__()
        self.sizes = sizes
        embedding = nn.ModuleDict({"word_embeddings": nn.Embedding(sizes.vocabulary, sizes.hidden)})
        encoder = nn.ModuleDict(
            {
                "layers": nn.ModuleList(Layer(sizes) for _ in range(sizes.layers)),
                "final_layernorm": Norm(sizes.hidden, sizes.epsilon),
            }
        )
        output = nn.Linear(sizes.hidden, sizes.vocabulary, bias=False)
        self.transformer = nn.ModuleDict(
            {"embedding": embedding, "encoder": encoder, "output_layer": output}
        )
        chance = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for name, weight in self.named_parameters():
                weight.normal_(0, 0.3, generator=chance)
                if "layernorm" in name:
                    weight.add_(1)

    @torch.no_grad()
    def forward(self, ids: Tensor) -> Tensor:
        inner: Any = self.transformer
        states = inner["embedding"]["word_embeddings"](ids)
        angles = self.angles(ids.shape[1])
        for layer in inner["encoder"]["layers"]:
            states = layer(states, angles)
        out: Tensor = inner["output_layer"](inner["encoder"]["final_layernorm"](states))
        return out

    def angles(self, length: int) -> Tensor:
        """(length, head_dim / 4): by how much each couple is turned at each place."""
        rotated = self.sizes.head_dim // 2
        ratio = self.sizes.rope_ratio
        base = 10000 if self.sizes.divides else 10000 * ratio
        frequencies = 1.0 / (base ** (torch.arange(0, rotated, 2, dtype=torch.float) / rotated))
        places = torch.arange(length, dtype=torch.float) / (ratio if self.sizes.divides else 1)
        return torch.outer(places, frequencies)

    def greedy(self, ids: list[int], count: int) -> list[int]:
        """The likeliest next ids, everything computed anew each time."""
        said = list(ids)
        for _ in range(count):
            said.append(int(self(torch.tensor([said]))[0, -1].argmax()))
        return said[len(ids) :]

    def save(self, folder: Path, *, shards: int = 1, kind: str = "bin") -> None:
        """Write config, weights and code as a released checkpoint has them."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(self.sizes.config()), "utf-8")
        state: dict[str, Tensor] = {k: v.detach() for k, v in self.state_dict().items()}
        state["transformer.rotary_pos_emb.inv_freq"] = torch.ones(2)
        base = ("pytorch_model", "bin") if kind == "bin" else ("model", "safetensors")
        placed: dict[str, str] = {}
        for number in range(shards):
            part = {name: state[name].clone() for name in list(state)[number::shards]}
            name = ".".join(base)
            if shards > 1:
                name = f"{base[0]}-{number + 1:05d}-of-{shards:05d}.{base[1]}"
            placed |= dict.fromkeys(part, name)
            if kind == "bin":
                torch.save(part, folder / name)
            else:
                save_file(part, folder / name)
        if shards > 1:
            index = json.dumps({"metadata": {}, "weight_map": placed})
            (folder / f"{'.'.join(base)}.index.json").write_text(index, "utf-8")
        step = "seq_idx = seq_idx / self.rope_ratio"
        code = step if self.sizes.divides else "base = base * self.rope_ratio"
        (folder / "modeling_chatglm.py").write_text(code, "utf-8")


def turned(states: Tensor, angles: Tensor) -> Tensor:
    """The first half of each head turned couple by couple; (batch, heads, length, head_dim)."""
    count = 2 * angles.shape[-1]
    even, odd = states[..., :count:2], states[..., 1:count:2]
    cos, sin = angles.cos(), angles.sin()
    couples = torch.stack((even * cos - odd * sin, odd * cos + even * sin), dim=-1)
    return torch.cat((couples.flatten(-2), states[..., count:]), dim=-1)


SENTENCES = (
    "The pump on the north wall starts when the tank is three quarters empty.",
    "Please return the borrowed ladder before Friday, or tell the desk why.",
    "北墙的水泵在水箱剩下四分之一时启动，请不要手动关闭。",
    "借出的梯子请在周五之前归还，否则告诉前台原因。",
    "Model X-40 weighs 17.5 kg (38.6 lb), its battery lasts 9 hours.",
    "型号 X-40 重 17.5 公斤，电池可用 9 小时；充电需要 2 小时。",
    "def turn(valve):    return valve.open()  # four blanks in a row",
    "问：怎么更换滤芯？答：先关水，再拧开盖子。[Round 1] aaaa abab aba",
)


@cache
def sentencepiece_model(**changes: Any) -> bytes:
    """A byte-pair model like ChatGLM's, trained on a few invented sentences."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 3),
        model_writer=written,
        **{
            "vocab_size": 600,
            "model_type": "bpe",
            "byte_fallback": True,
            "normalization_rule_name": "identity",
            "remove_extra_whitespaces": False,
            "allow_whitespace_only_pieces": True,
            "split_digits": True,
            "character_coverage": 0.99,
            "hard_vocab_limit": False,
            "minloglevel": 2,
            **changes,
        },
    )
    return written.getvalue()


class OriginalTokenizer:
    """How the originals turn conversations into ids, on the sentencepiece library itself."""

    def __init__(self, model: bytes, special: Sequence[str]) -> None:
        self.words = sentencepiece.SentencePieceProcessor(model_proto=model)
        start = self.words.vocab_size()
        self.ids = {name: start + number for number, name in enumerate(special)}
        self.prefix = [self.ids["[gMASK]"], self.ids["sop"]]

    def encode(self, text: str) -> list[int]:
        """The ids of ``text`` without any special token."""
        ids: list[int] = self.words.encode(text)
        return ids

    def chatglm3(self, messages: Sequence[tuple[str, str]], *, ask: bool = True) -> list[int]:
        """A role's id, a line break, the words; then the assistant's id when it is to speak."""
        ids = list(self.prefix)
        for role, content in messages:
            ids += [self.ids[f"<|{role}|>"], *self.encode("\n"), *self.encode(content)]
        return ids + ([self.ids["<|assistant|>"]] if ask else [])

    def chatglm2(self, rounds: Sequence[tuple[str, str]], question: str) -> list[int]:
        """Numbered rounds as one text."""
        text = "".join(
            f"[Round {number}]\n\n问：{asked}\n\n答：{answer}\n\n"
            for number, (asked, answer) in enumerate(rounds, start=1)
        )
        return [
            *self.prefix,
            *self.encode(f"{text}[Round {len(rounds) + 1}]\n\n问：{question}\n\n答："),
        ]


def save_words(folder: Path, *, generation: int = 3) -> OriginalTokenizer:
    """Put ``tokenizer.model`` and the tokenizer's code into ``folder``; the original on it."""
    folder.mkdir(parents=True, exist_ok=True)
    model = sentencepiece_model()
    (folder / "tokenizer.model").write_bytes(model)
    sign = '"<|observation|>"' if generation == 3 else '"[Round {}]\\n\\n问：{}"'
    (folder / "tokenization_chatglm.py").write_text(f"signs = {sign}\n", "utf-8")
    return OriginalTokenizer(model, SPECIAL + (ROLES if generation == 3 else ()))
