"""Several samples of a local model as one batch, against the same number one after the other.

    python -m benchmarks.local_generation [--samples 8] [--json FILE]

The weights are random, so the words are noise; what a token costs is the same. On a GPU it is a GLM
of the size of glm-4-9b in bfloat16, on a CPU a Llama of 58 million weights in float32.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from rag.models.local.batch import Batch

PROMPT_TOKENS: Final = {"cpu": 500, "cuda": 3000}
_TEMPERATURE: Final = 1.0
_SEED: Final = 5

_LLAMA: Final = {
    "model_type": "llama",
    "vocab_size": 32_000,
    "hidden_size": 512,
    "intermediate_size": 1536,
    "num_hidden_layers": 8,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "max_position_embeddings": 8192,
}
_GLM_9B: Final = {
    "model_type": "glm",
    "vocab_size": 151_552,
    "hidden_size": 4096,
    "intermediate_size": 13_696,
    "num_hidden_layers": 40,
    "num_attention_heads": 32,
    "num_key_value_heads": 2,
    "head_dim": 128,
    "attention_bias": True,
    "max_position_embeddings": 131_072,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Tokens a second (``samples`` times ``reply_tokens``, the reading of the prompt included).

    ``ratio`` is that of the batch over that of the samples in turn, ``writing_ratio`` the same
    without the reading. ``seconds`` are medians of the runs.
    """

    model: str
    device: str
    weights: int
    samples: int
    prompt_tokens: int
    reply_tokens: int
    batch_seconds: float
    turns_seconds: float
    batch_tokens_per_s: float
    turns_tokens_per_s: float
    ratio: float
    writing_ratio: float


def measure(model: Any, *, samples: int, prompt_tokens: int, reply_tokens: int, runs: int) -> Speed:
    """The speed of ``model``, batch and turns measured alternately ``runs`` times."""
    import torch

    chance = torch.Generator().manual_seed(_SEED)
    words = torch.randint(model.config.vocab_size, (prompt_tokens,), generator=chance).tolist()

    def spoken(size: int) -> tuple[float, float]:
        return _spoken(model, words, size=size, tokens=reply_tokens)

    with torch.inference_mode():
        spoken(samples)
        spoken(1)
        batches, turns = [], []
        for _ in range(runs):
            batches.append(spoken(samples))
            turns.append(_sum(spoken(1) for _ in range(samples)))
    batch_s, turns_s = (median(read + written for read, written in one) for one in (batches, turns))
    tokens = samples * reply_tokens
    return Speed(
        model=type(model).__name__,
        device=model.device.type,
        weights=sum(one.numel() for one in model.parameters()),
        samples=samples,
        prompt_tokens=prompt_tokens,
        reply_tokens=reply_tokens,
        batch_seconds=batch_s,
        turns_seconds=turns_s,
        batch_tokens_per_s=tokens / batch_s,
        turns_tokens_per_s=tokens / turns_s,
        ratio=turns_s / batch_s,
        writing_ratio=median(written for _, written in turns)
        / median(written for _, written in batches),
    )


def random_model(config: dict[str, Any], *, device: str) -> Any:
    """A model of random weights: bfloat16 on a GPU, float32 on a CPU."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(_SEED)
    kind = config["model_type"]
    rest = {name: value for name, value in config.items() if name != "model_type"}
    with torch.device(device):
        made: Any = AutoModelForCausalLM.from_config(  # type: ignore[no-untyped-call]
            AutoConfig.for_model(kind, pad_token_id=0, **rest),
            dtype=torch.bfloat16 if device == "cuda" else torch.float32,
        )
    return made.eval()


def main() -> None:
    """Measure on the device there is, and print the table."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--prompt-tokens", type=int)
    parser.add_argument("--reply-tokens", type=int, default=64)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    speed = measure(
        random_model(_GLM_9B if device == "cuda" else _LLAMA, device=device),
        samples=asked.samples,
        prompt_tokens=asked.prompt_tokens or PROMPT_TOKENS[device],
        reply_tokens=asked.reply_tokens,
        runs=asked.runs,
    )
    for name, value in asdict(speed).items():
        print(f"{name:20} {value:.2f}" if isinstance(value, float) else f"{name:20} {value}")
    if asked.json:
        asked.json.write_text(json.dumps(asdict(speed), indent=2) + "\n", "utf-8")


def _spoken(model: Any, words: list[int], *, size: int, tokens: int) -> tuple[float, float]:
    """Seconds for reading the prompt, and for writing ``tokens`` a sample."""
    started = time.perf_counter()
    batch = Batch(model, size=size, temperature=_TEMPERATURE)
    batch.read(words, lambda: False)
    batch.choose()
    read = time.perf_counter() - started
    for _ in range(tokens - 1):
        batch.go_on(range(size))
        batch.choose()
    return read, time.perf_counter() - started - read


def _sum(pairs: Iterable[tuple[float, float]]) -> tuple[float, float]:
    read = written = 0.0
    for one, other in pairs:
        read += one
        written += other
    return read, written


if __name__ == "__main__":
    main()
