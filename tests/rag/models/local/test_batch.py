from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from rag.models.local.batch import Batch, NotFinite
from tests import tiny_models

FAMILIES = ("llama", "glm", "glm4", "gemma", "qwen", "gpt2")
PROMPT = [7, 30, 200, 31, 9, 11, 100, 55]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("models")
    found: dict[str, Any] = {}
    for name in FAMILIES:
        make = getattr(tiny_models, f"tiny_{name}")
        found[name] = AutoModelForCausalLM.from_pretrained(make(folder / name))
        found[name].eval()
    return found


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


def spoken(
    model: Any, *, size: int, temperature: float, steps: int, seed: int = 0
) -> list[list[int]]:
    """The tokens of each row, none of which ends early."""
    batch = Batch(model, size=size, temperature=temperature, seed=seed)
    assert batch.read(PROMPT, lambda: False)
    rows: list[list[int]] = [[] for _ in range(size)]
    for step in range(steps):
        if step:
            batch.go_on(range(size))
        for row, (token, _) in zip(rows, batch.choose(), strict=True):
            row.append(token)
    return rows


@pytest.mark.parametrize("family", FAMILIES)
def test_greedy_is_what_transformers_itself_generates(models: dict[str, Any], family: str) -> None:
    model = models[family]
    expected = model.generate(
        torch.tensor([PROMPT]),
        attention_mask=torch.ones(1, len(PROMPT), dtype=torch.long),
        max_new_tokens=12,
        do_sample=False,
        eos_token_id=[],
        pad_token_id=0,
    )[0, len(PROMPT) :].tolist()
    assert spoken(model, size=1, temperature=0, steps=12) == [expected]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_says_what_each_row_would_say_alone(models: dict[str, Any], family: str) -> None:
    (alone,) = spoken(models[family], size=1, temperature=0, steps=10)
    assert spoken(models[family], size=4, temperature=0, steps=10) == [alone] * 4


def test_a_prompt_read_in_stretches_is_the_same_prompt(
    models: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = spoken(models["glm"], size=2, temperature=0, steps=8)
    monkeypatch.setattr("rag.models.local.batch._STRETCH_TOKENS", 3)
    assert spoken(models["glm"], size=2, temperature=0, steps=8) == whole


def test_reading_is_given_up_between_stretches(
    models: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.models.local.batch._STRETCH_TOKENS", 3)
    asked = iter([False, True])
    batch = Batch(models["llama"], size=1, temperature=0)
    assert not batch.read(PROMPT, lambda: next(asked))
    assert next(asked, None) is None


def test_samples_differ_and_come_again(models: dict[str, Any]) -> None:
    once = spoken(models["llama"], size=5, temperature=1, steps=12)
    assert len({tuple(row) for row in once}) == 5
    assert spoken(models["llama"], size=5, temperature=1, steps=12) == once
    others = spoken(models["llama"], size=5, temperature=1, steps=12, seed=5)
    assert not {tuple(row) for row in once} & {tuple(row) for row in others}


def test_logprobs_are_the_models_own(models: dict[str, Any]) -> None:
    model = models["llama"]
    batch = Batch(model, size=3, temperature=2)
    batch.read(PROMPT, lambda: False)
    first = batch.choose()
    batch.go_on(range(3))
    second = batch.choose()
    for (one, one_logprob), (two, two_logprob) in zip(first, second, strict=True):
        told = model(torch.tensor([[*PROMPT, one]])).logits[0].log_softmax(-1)
        assert one_logprob == pytest.approx(float(told[-2, one]), abs=1e-4)
        assert two_logprob == pytest.approx(float(told[-1, two]), abs=1e-4)


def test_rows_that_have_ended_leave_and_the_rest_go_on_as_before(models: dict[str, Any]) -> None:
    model = models["qwen"]
    batch = Batch(model, size=4, temperature=1)
    batch.read(PROMPT, lambda: False)
    said = [[token] for token, _ in batch.choose()]
    batch.go_on([1, 3])
    kept = batch.choose()
    assert len(kept) == 2
    for row, (token, logprob) in zip((1, 3), kept, strict=True):
        told = model(torch.tensor([PROMPT + said[row]])).logits[0, -1].log_softmax(-1)
        assert logprob == pytest.approx(float(told[token]), abs=1e-4)


def test_draws_follow_the_distribution() -> None:
    """Four tokens at 0.1, 0.2, 0.3, 0.4: 4,000 draws are within four standard deviations."""
    shares = torch.tensor([0.1, 0.2, 0.3, 0.4])
    batch = Batch(saying(shares.log()), size=4000, temperature=1)
    batch.read([0], lambda: False)
    counts = Counter(token for token, _ in batch.choose())
    for token, share in enumerate(shares.tolist()):
        assert abs(counts[token] - 4000 * share) < 4 * (4000 * share * (1 - share)) ** 0.5


def test_a_temperature_sharpens_the_draws_and_not_the_logprobs() -> None:
    """At 0.5 shares of 0.2 and 0.8 are drawn as 0.04 to 0.64, that is 1 in 17."""
    batch = Batch(saying(torch.tensor([0.2, 0.8]).log()), size=4000, temperature=0.5)
    batch.read([0], lambda: False)
    drawn = batch.choose()
    assert Counter(token for token, _ in drawn)[0] == pytest.approx(4000 / 17, abs=60)
    assert dict(drawn) == pytest.approx({0: -1.6094, 1: -0.2231}, abs=1e-3)


@pytest.mark.parametrize("temperature", [0.0, 1.0])
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_numbers_that_overflowed_are_refused(temperature: float, bad: float) -> None:
    batch = Batch(saying(torch.tensor([bad, 0.0, 0.0])), size=2, temperature=temperature)
    batch.read([0], lambda: False)
    with pytest.raises(NotFinite):
        batch.choose()


def saying(logits: torch.Tensor) -> Any:
    """A model that has these logits after whatever it reads, and nothing to remember."""

    class Memory:
        def batch_repeat_interleave(self, repeats: int) -> None:
            del repeats

    def forward(*, input_ids: torch.Tensor, **_: Any) -> SimpleNamespace:
        rows = logits.expand(len(input_ids), 1, -1)
        return SimpleNamespace(logits=rows, past_key_values=Memory())

    forward.device = torch.device("cpu")  # type: ignore[attr-defined]
    return forward
