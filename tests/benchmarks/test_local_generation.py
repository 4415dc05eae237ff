from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import local_generation
from benchmarks.local_generation import measure, random_model

TINY = {
    "model_type": "glm",
    "vocab_size": 300,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 16,
}


def test_speeds_hang_together() -> None:
    speed = measure(
        random_model(TINY, device="cpu"), samples=3, prompt_tokens=20, reply_tokens=4, runs=2
    )
    assert (speed.model, speed.device, speed.samples) == ("GlmForCausalLM", "cpu", 3)
    assert speed.batch_tokens_per_s == pytest.approx(12 / speed.batch_seconds)
    assert speed.turns_tokens_per_s == pytest.approx(12 / speed.turns_seconds)
    assert speed.ratio == pytest.approx(speed.batch_tokens_per_s / speed.turns_tokens_per_s)
    assert speed.writing_ratio > 0


def test_the_same_weights_come_again() -> None:
    one, two = (random_model(TINY, device="cpu") for _ in range(2))
    assert all((a == b).all() for a, b in zip(one.parameters(), two.parameters(), strict=True))


def test_the_command_prints_and_writes_its_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(local_generation, "_LLAMA", TINY)
    monkeypatch.setattr(local_generation, "_GLM_9B", TINY)
    file = tmp_path / "speed.json"
    words = "--samples 2 --prompt-tokens 9 --reply-tokens 3 --runs 1 --json"
    monkeypatch.setattr(sys, "argv", ["local_generation", *words.split(), str(file)])
    local_generation.main()
    told = json.loads(file.read_text())
    assert (told["samples"], told["prompt_tokens"], told["reply_tokens"]) == (2, 9, 3)
    assert f"ratio                {told['ratio']:.2f}" in capsys.readouterr().out
