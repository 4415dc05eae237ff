"""A converted folder loads without any code of the checkpoint's and computes the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GlmForCausalLM

from rag.model_errors import (
    CheckpointUnreadable,
    ConversionError,
    DiskTooFull,
    FirstChatGLM,
    FolderTaken,
)
from rag.models.convert_chatglm.conversion import convert
from tests.rag.models.chatglm_reference import ChatGLM, OriginalTokenizer, Sizes, save_words


class Converted(NamedTuple):
    reference: ChatGLM
    original: OriginalTokenizer
    model: Any
    tokenizer: Any


def silent(number: int, total: int, name: str) -> None:
    del number, total, name


def checkpoint(folder: Path, sizes: Sizes | None = None, **saved: Any) -> ChatGLM:
    reference = ChatGLM(sizes or Sizes())
    reference.save(folder, **saved)
    save_words(folder)
    return reference


def loaded(folder: Path, sizes: Sizes | None = None, **saved: Any) -> Converted:
    reference = checkpoint(folder / "from", sizes, **saved)
    convert(folder / "from", folder / "to", told=silent)
    model: Any = AutoModelForCausalLM.from_pretrained(folder / "to")
    return Converted(
        reference=reference,
        original=save_words(folder / "from"),
        model=model.eval(),
        tokenizer=AutoTokenizer.from_pretrained(folder / "to"),
    )


def largest_difference(one: Converted, *, length: int = 64) -> float:
    chance = torch.Generator().manual_seed(1)
    ids = torch.randint(0, one.reference.sizes.vocabulary, (2, length), generator=chance)
    with torch.no_grad():
        return float((one.model(ids).logits - one.reference(ids)).abs().max())


@pytest.mark.parametrize("kind", ["bin", "safetensors"])
@pytest.mark.parametrize("shards", [1, 3])
def test_logits_are_those_of_the_original(tmp_path: Path, kind: str, shards: int) -> None:
    one = loaded(tmp_path, kind=kind, shards=shards)
    assert isinstance(one.model, GlmForCausalLM)
    assert largest_difference(one) == 0.0


@pytest.mark.parametrize(
    "sizes",
    [
        Sizes(groups=1),
        Sizes(groups=4),
        Sizes(heads=2, groups=2, head_dim=16, hidden=40),
        Sizes(rope_ratio=50),
        Sizes(rope_ratio=4, divides=True),
        Sizes(epsilon=1e-3, layers=3),
    ],
    ids=["one group", "a group a head", "wide heads", "base", "positions", "epsilon"],
)
def test_every_setting_is_carried_over(tmp_path: Path, sizes: Sizes) -> None:
    one = loaded(tmp_path, sizes)
    assert largest_difference(one) == 0.0


def test_dividing_positions_by_an_odd_number_rounds_once_more(tmp_path: Path) -> None:
    """The native class divides the frequency, the original the position."""
    one = loaded(tmp_path, Sizes(rope_ratio=3, divides=True))
    assert 0 <= largest_difference(one) < 1e-3


def test_the_reference_feels_every_setting() -> None:
    """Otherwise the comparisons above would say nothing."""
    ids = torch.arange(40)[None]
    plain = ChatGLM(Sizes())(ids)
    for sizes in (
        Sizes(rope_ratio=50),
        Sizes(rope_ratio=4, divides=True),
        Sizes(epsilon=1e-3),
    ):
        assert float((ChatGLM(sizes)(ids) - plain).abs().max()) > 1e-3


def test_generation_with_a_cache_says_what_the_original_says(tmp_path: Path) -> None:
    one = loaded(tmp_path)
    messages = [{"role": "user", "content": "泵在哪里？ Where?"}]
    prompt = one.tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt"
    )
    length = prompt["input_ids"].shape[1]
    said = one.model.generate(
        **prompt,
        generation_config=one.model.generation_config,
        do_sample=False,
        temperature=None,
        top_p=None,
        max_new_tokens=24,
        eos_token_id=None,
    )[0, length:].tolist()
    assert said == one.reference.greedy(prompt["input_ids"][0].tolist(), 24)
    assert len(set(said)) > 3


def test_two_prompts_of_unequal_length_are_one_batch(tmp_path: Path) -> None:
    one = loaded(tmp_path)
    texts = ["泵", "The pump on the north wall starts"]
    batch = one.tokenizer(texts, padding=True, return_tensors="pt")
    assert int(batch["attention_mask"][0, 0]) == 0
    said = one.model.generate(
        **batch, do_sample=False, temperature=None, top_p=None, max_new_tokens=8, eos_token_id=None
    )[:, batch["input_ids"].shape[1] :]
    for row, text in zip(said.tolist(), texts, strict=True):
        assert row == one.reference.greedy(one.tokenizer(text)["input_ids"], 8)


def test_a_reply_ends_where_the_original_ends_it(tmp_path: Path) -> None:
    one = loaded(tmp_path)
    settings = one.model.generation_config
    assert settings.eos_token_id == [2, 606, 608]
    assert [one.tokenizer.decode([n]) for n in (606, 608)] == ["<|user|>", "<|observation|>"]
    assert (settings.do_sample, settings.temperature, settings.top_p) == (True, 0.8, 0.8)
    assert (settings.pad_token_id, one.model.config.pad_token_id) == (0, 0)


def test_half_precision_stays_half(tmp_path: Path) -> None:
    reference = ChatGLM(Sizes()).half()
    reference.save(tmp_path / "from")
    save_words(tmp_path / "from")
    convert(tmp_path / "from", tmp_path / "to", told=silent)
    model: Any = AutoModelForCausalLM.from_pretrained(tmp_path / "to")
    assert model.dtype is torch.float16
    weight = reference.state_dict()["transformer.output_layer.weight"]
    assert torch.equal(model.lm_head.weight, weight)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_converting_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    checkpoint(tmp_path / "from", shards=3)
    before = bytes_of(tmp_path / "from")
    for name in ("one", "two"):
        convert(tmp_path / "from", tmp_path / name, told=silent)
    first = bytes_of(tmp_path / "one")
    assert first == bytes_of(tmp_path / "two")
    assert not any(name.endswith(".py") for name in first)
    assert bytes_of(tmp_path / "from") == before


def test_an_empty_folder_is_filled_and_a_left_over_is_replaced(tmp_path: Path) -> None:
    checkpoint(tmp_path / "from")
    (tmp_path / "to").mkdir()
    left_over = tmp_path / ".to.partial"
    left_over.mkdir()
    (left_over / "model.safetensors").write_bytes(b"half")
    convert(tmp_path / "from", tmp_path / "to", told=silent)
    assert not left_over.exists()
    assert (tmp_path / "to" / "config.json").is_file()


@pytest.mark.parametrize("taken", ["file", "full folder", "link"])
def test_what_is_there_is_not_touched(tmp_path: Path, taken: str) -> None:
    checkpoint(tmp_path / "from")
    target = tmp_path / "to"
    if taken == "file":
        target.write_text("mine", "utf-8")
    elif taken == "full folder":
        target.mkdir()
        (target / "mine.txt").write_text("mine", "utf-8")
    else:
        target.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FolderTaken):
        convert(tmp_path / "from", target, told=silent)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["from", "to"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    checkpoint(tmp_path / "from", shards=3)
    last = sorted((tmp_path / "from").glob("*.bin"))[-1]
    last.write_bytes(last.read_bytes()[:500])
    with pytest.raises(ConversionError):
        convert(tmp_path / "from", tmp_path / "to", told=silent)
    assert [one.name for one in tmp_path.iterdir()] == ["from"]


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    checkpoint(tmp_path / "from", shards=3)

    def interrupted(number: int, total: int, name: str) -> None:
        del total, name
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(tmp_path / "from", tmp_path / "to", told=interrupted)
    assert [one.name for one in tmp_path.iterdir()] == ["from"]


def test_a_disk_without_room_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint(tmp_path / "from")
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(DiskTooFull, match=r"0\.0 GB are free"):
        convert(tmp_path / "from", tmp_path / "to", told=silent)
    assert [one.name for one in tmp_path.iterdir()] == ["from"]


def test_more_words_than_weights_are_refused(tmp_path: Path) -> None:
    checkpoint(tmp_path / "from", Sizes(vocabulary=608))
    with pytest.raises(CheckpointUnreadable, match="609 tokens, the weights 608"):
        convert(tmp_path / "from", tmp_path / "to", told=silent)


def test_the_first_chatglm_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"position_encoding_2d": true}', "utf-8")
    with pytest.raises(FirstChatGLM):
        convert(tmp_path, tmp_path / "to", told=silent)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointUnreadable, match="no such folder"):
        convert(tmp_path / "nowhere", tmp_path / "to", told=silent)


def test_a_named_format_needs_no_code(tmp_path: Path) -> None:
    checkpoint(tmp_path / "from")
    (tmp_path / "from" / "tokenization_chatglm.py").unlink()
    assert convert(tmp_path / "from", tmp_path / "to", told=silent, chat="chatglm2").name == (
        "chatglm2"
    )
