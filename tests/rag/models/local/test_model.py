from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rag.model_errors import LocalModelError, LocalModelNotFound, LocalModelTooLarge
from rag.models.local import LocalChat, LocalModel
from rag.models.local.chat_format import chat_prompt
from rag.models.local.checkpoint import find_checkpoint
from rag.models.local.generating import THREAD_NAME
from rag.models.local.loading import load_tokenizer
from rag.replies import Finish, Message, Reply, Role, Sample, Trouble
from rag.settings import Settings
from rag.tokens import token_bound
from tests.tiny_models import (
    WINDOW,
    tiny_adapter,
    tiny_gemma,
    tiny_glm,
    tiny_glm4,
    tiny_gpt2,
    tiny_llama,
    tiny_qwen,
)

ASKED = (
    Message(role=Role.SYSTEM, content="Answer from the passages."),
    Message(role=Role.USER, content="Which valve is closed before the pump starts? 先关哪个阀门？"),
)
FAMILIES = (tiny_llama, tiny_qwen, tiny_gemma, tiny_glm, tiny_glm4, tiny_gpt2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama with two adapters beside it."""
    made = tmp_path_factory.mktemp("local")
    tiny_llama(made / "llama")
    tiny_adapter(made / "llama", made / "adapters" / "formal.v1", seed=1)
    tiny_adapter(made / "llama", made / "adapters" / "简洁", seed=2)
    return made


@pytest.fixture
def local(folder: Path) -> Iterator[LocalModel]:
    """The tiny Llama, which says at most 24 tokens."""
    model = a_model(folder / "llama", adapters=str(folder / "adapters"))
    yield model
    model.close()


def a_model(model: Path | str, **options: Any) -> LocalModel:
    return LocalModel(
        **{"model": str(model), "device": "cpu", "reply_tokens": 24, "deadline_s": 120.0, **options}
    )


def distinct(replies: Iterator[Reply]) -> list[Reply]:
    """Without those that are told again while nothing new has come."""
    found: list[Reply] = []
    for one in replies:
        if not found or found[-1] != one:
            found.append(one)
    return found


def last(chat: LocalChat, messages: Sequence[Message] = ASKED) -> Reply:
    *_, final = chat.stream(messages)
    return final


def finished(samples: Iterator[Sample]) -> dict[int, Reply]:
    found: dict[int, Reply] = {}
    for one in samples:
        if one.reply.finish:
            assert one.number not in found
            found[one.number] = one.reply
        else:
            assert one.number not in found
    return found


def is_loaded(model: LocalModel) -> bool:
    return model.loaded


def wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.01)


def threads() -> int:
    return sum(one.name == THREAD_NAME for one in threading.enumerate())


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.__name__)
def test_every_family_answers_and_streams(family: Callable[..., Path], tmp_path: Path) -> None:
    model = a_model(family(tmp_path / "model"))
    replies = distinct(model.chat().stream(ASKED))
    assert all(later.text.startswith(sooner.text) for sooner, later in pairwise(replies))
    final = replies[-1]
    assert final.text.strip()
    assert final.finish in (Finish.COMPLETE, Finish.CUT)
    assert [one for one in replies if one.finish] == [final]
    assert final.completion_tokens == len(final.token_logprobs) <= 24
    assert all(one <= 0 for one in final.token_logprobs)
    tokenizer = load_tokenizer(find_checkpoint(str(tmp_path / "model")))
    assert final.prompt_tokens == len(chat_prompt(tokenizer, ASKED).ids)
    assert len(replies) > 5
    assert last(model.chat()) == final
    assert model.chat().window == WINDOW
    stream = model.chat().stream(ASKED)
    next(stream)
    stream.close()
    wait_until(lambda: threads() == 0)
    model.close()


def test_greedy_is_what_transformers_itself_generates(local: LocalModel, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    tokenizer = load_tokenizer(find_checkpoint(str(folder / "llama")))
    ids = torch.tensor([chat_prompt(tokenizer, ASKED).ids])
    model: Any = AutoModelForCausalLM.from_pretrained(folder / "llama", dtype=torch.float32)
    done = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=24,
        do_sample=False,
        return_dict_in_generate=True,
        output_logits=True,
        pad_token_id=0,
    )
    tokens = done.sequences[0, ids.shape[1] :]
    reply = last(local.chat())
    assert reply.completion_tokens == len(tokens)
    spoken = tokenizer.decode(tokens, skip_special_tokens=True).lstrip()
    assert spoken.startswith(reply.text)
    logprobs = torch.cat(done.logits).log_softmax(-1).gather(-1, tokens[:, None])[:, 0]
    assert reply.token_logprobs == pytest.approx(logprobs.tolist(), abs=1e-4)


def test_samples_are_one_batch_of_different_replies(local: LocalModel) -> None:
    chat = local.chat()
    replies = finished(chat.sample(ASKED, n=5, temperature=1.0))
    assert sorted(replies) == [0, 1, 2, 3, 4]
    assert len({one.text for one in replies.values()}) == 5
    assert finished(chat.sample(ASKED, n=5, temperature=1.0)) == replies
    greedy = last(chat)
    cold = finished(chat.sample(ASKED, n=3, temperature=0.0))
    assert {one.text for one in cold.values()} == {greedy.text}
    assert list(finished(chat.sample(ASKED, n=1, temperature=0.0)).values()) == [greedy]


def test_samples_stream_side_by_side(local: LocalModel) -> None:
    order = [
        one.number
        for one in local.chat().sample(ASKED, n=3, temperature=1.0)
        if one.reply.finish is None
    ]
    assert {0, 1, 2} <= set(order[:3])


def test_an_adapter_changes_what_is_said_and_the_base_comes_back(local: LocalModel) -> None:
    assert local.adapters() == ("formal.v1", "简洁")
    base, formal, brief = local.chat(), local.chat("formal.v1"), local.chat("简洁")
    assert (base.name, formal.name, brief.name) == ("local", "local+formal.v1", "local+简洁")
    first = [last(one) for one in (base, formal, brief)]
    assert len({one.text for one in first}) == 3
    for _ in range(2):
        assert [last(one) for one in (base, formal, brief)] == first
    assert last(base) == first[0]


def test_chats_in_several_threads_wait_for_their_turn(local: LocalModel) -> None:
    chats = [local.chat(), local.chat("formal.v1"), local.chat("简洁")] * 2
    expected = [last(one) for one in chats]
    found: dict[int, Reply] = {}

    def ask(number: int) -> None:
        found[number] = last(chats[number])

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(len(chats))]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert [found[number] for number in range(len(chats))] == expected


def test_an_adapter_that_is_not_there_or_does_not_fit_leaves_the_base(
    local: LocalModel, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wider = tiny_llama(tmp_path / "wider", intermediate_size=96)
    tiny_adapter(wider, folder / "adapters" / "wide", seed=3)
    before = last(local.chat())
    try:
        for name in ("wide", "nobody"):
            with caplog.at_level(logging.WARNING):
                refused = last(local.chat(name))
            assert (refused.finish, refused.trouble) == (Finish.FAILED, Trouble.NOT_LOADED)
            assert name in caplog.text
        assert "wider" in caplog.text, "the base it was made for is named"
        assert last(local.chat()) == before
    finally:
        for one in (folder / "adapters" / "wide").iterdir():
            one.unlink()
        (folder / "adapters" / "wide").rmdir()


@pytest.mark.parametrize("quantisation", ["8bit", "4bit"])
def test_a_quantised_model_answers_with_and_without_an_adapter(
    quantisation: str, folder: Path
) -> None:
    model = a_model(folder / "llama", adapters=str(folder / "adapters"), quantisation=quantisation)
    base = last(model.chat())
    assert base.text.strip()
    assert last(model.chat("formal.v1")).text != base.text
    assert last(model.chat()) == base
    model.close()


def test_a_prompt_over_the_window_is_refused_before_anything_is_loaded(local: LocalModel) -> None:
    long = Message(role=Role.USER, content="关闭阀门 close the valve. " * 60)
    reply = last(local.chat(), (long,))
    assert (reply.text, reply.finish, reply.trouble) == ("", Finish.FAILED, Trouble.TOO_LONG)
    assert reply.prompt_tokens is not None
    assert reply.prompt_tokens > WINDOW
    assert not is_loaded(local)
    several = finished(local.chat().sample((long,), n=2, temperature=1.0))
    assert [one.trouble for one in several.values()] == [Trouble.TOO_LONG] * 2


def test_the_window_ends_a_reply(local: LocalModel, folder: Path) -> None:
    chat = a_model(folder / "llama", reply_tokens=100_000).chat()
    fill = next(count for count in range(400) if local.count_tokens("阀 " * count) >= WINDOW - 40)
    reply = last(chat, (Message(role=Role.USER, content="阀 " * fill),))
    assert reply.prompt_tokens is not None
    assert reply.completion_tokens is not None
    if reply.trouble is Trouble.LENGTH:
        assert reply.prompt_tokens + reply.completion_tokens == WINDOW
    assert reply.prompt_tokens + reply.completion_tokens <= WINDOW


def test_tokens_are_counted_as_the_model_counts_them(local: LocalModel, folder: Path) -> None:
    tokenizer = load_tokenizer(find_checkpoint(str(folder / "llama")))
    for text in ("", "Close the valve.", "关闭阀门。", "\ud800 half", "🙂" * 3):
        clean = text.encode("utf-8", "replace").decode("utf-8")
        assert local.count_tokens(text) == len(tokenizer.encode(clean, add_special_tokens=False))
    assert not is_loaded(local)


def test_a_model_that_does_not_fit_says_so_before_it_is_loaded(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = a_model(folder / "llama", free_bytes=lambda device: 1_000_000)
    with pytest.raises(LocalModelTooLarge, match=r"0\.0 GB are free"):
        model.check()
    with pytest.raises(LocalModelTooLarge):
        model.load()
    with caplog.at_level(logging.WARNING):
        reply = last(model.chat())
    assert (reply.finish, reply.trouble) == (Finish.FAILED, Trouble.NOT_LOADED)
    assert "QUORUM_LOCAL_QUANTISATION" in caplog.text


def test_a_model_that_is_not_there_never_raises_in_a_chat(tmp_path: Path) -> None:
    model = a_model(tmp_path / "nowhere")
    chat = model.chat()
    assert chat.window is None
    assert chat.count_tokens("关闭阀门") == token_bound("关闭阀门")
    assert last(chat).trouble is Trouble.NOT_LOADED
    with pytest.raises(LocalModelNotFound):
        model.load()
    with pytest.raises(LocalModelError):
        model.check()
    assert model.adapters() == ()


def test_the_deadline_cuts(folder: Path) -> None:
    model = a_model(folder / "llama", reply_tokens=400)
    model.load()
    reply = last(model.chat(deadline_s=0.0))
    assert (reply.finish, reply.trouble) == (Finish.FAILED, Trouble.DEADLINE)
    stream = model.chat(deadline_s=120).stream(ASKED)
    assert next(stream).finish is None
    stream.close()
    model.close()


def test_waiting_for_a_turn_counts_against_the_deadline_and_can_be_given_up(
    local: LocalModel,
) -> None:
    local.load()
    holding = local.chat().stream(ASKED)
    with local._turn:
        late = last(local.chat(deadline_s=0.1))
        assert late.trouble is Trouble.DEADLINE
        waiting = local.chat().stream(ASKED)
        assert next(waiting).text == ""
        waiting.close()
        wait_until(lambda: threads() == 0)
    assert list(holding)[-1].finish is not None


def test_memory_that_runs_out_is_a_reply_and_the_next_one_is_fine(
    local: LocalModel, caplog: pytest.LogCaptureFixture
) -> None:
    import torch

    before = last(local.chat())
    weights = local._weights
    assert weights is not None
    with weights.adapters.active(None) as model:
        hook = model.register_forward_pre_hook(lambda *_: torch.empty(1 << 60))
    with caplog.at_level(logging.WARNING):
        reply = last(local.chat())
    assert (reply.finish, reply.trouble) == (Finish.FAILED, Trouble.OUT_OF_MEMORY)
    hook.remove()
    assert last(local.chat()) == before


def test_numbers_that_overflow_end_as_a_reply(local: LocalModel) -> None:
    local.load()
    weights = local._weights
    assert weights is not None
    with weights.adapters.active(None) as model:
        model.lm_head.weight.data.fill_(float("nan"))
    for temperature in (0.0, 1.0):
        replies = finished(local.chat().sample(ASKED, n=2, temperature=temperature))
        assert [one.trouble for one in replies.values()] == [Trouble.OTHER] * 2


def test_close_ends_what_is_said_and_a_later_use_loads_again(folder: Path) -> None:
    model = a_model(folder / "llama", reply_tokens=400, temperature=2.0)
    stream = model.chat().stream(ASKED)
    first = next(one for one in stream if one.text)
    model.close()
    assert not is_loaded(model)
    rest = list(stream)
    assert rest[-1].text.startswith(first.text)
    assert rest[-1].trouble in (Trouble.BROKEN_OFF, Trouble.LENGTH, None)
    assert last(model.chat()).text
    assert is_loaded(model)
    model.close()
    model.close()


def test_settings_make_it(folder: Path) -> None:
    model = LocalModel.of(
        Settings(
            local_model=str(folder / "llama"),
            local_adapters=str(folder / "adapters"),
            local_device="cpu",
            reply_tokens=16,
            openai_temperature=1.0,
        )
    )
    assert model.adapters() == ("formal.v1", "简洁")
    assert model.device == "cpu"
    model.check()
    assert not is_loaded(model)
    reply = last(model.chat())
    assert is_loaded(model)
    assert reply.completion_tokens is not None
    assert reply.completion_tokens <= 16
    assert last(model.chat()) == reply, "sampling is repeatable"
    model.close()
