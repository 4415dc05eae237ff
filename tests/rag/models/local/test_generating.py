from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest

from rag.model_errors import LocalModelNotFound
from rag.models.local.chat_format import ChatPrompt
from rag.models.local.generating import (
    THREAD_NAME,
    Generation,
    GrowingReply,
    broken,
    end_tokens,
    is_out_of_memory,
)
from rag.replies import Finish, Reply, Sample, Trouble

END = 0
PIECES = ("", "Close", " the", " valve", ".", "关", "闭", "<think>", "</think>", "\nUser", ":", " ")


def decode(tokens: Sequence[int]) -> str:
    return "".join(PIECES[token] for token in tokens)


def growing_reply(*, opening: str = "", stop: str = "", longest: int = 20) -> GrowingReply:
    prompt = ChatPrompt(ids=(1, 2, 3), opening=opening, stop=stop)
    return GrowingReply(prompt, decode, ends={END}, longest=longest)


def said(reply: GrowingReply, *tokens: int) -> list[Reply]:
    return [reply.add(token, -0.5) for token in tokens]


def wait_for_no_thread() -> None:
    ends = time.monotonic() + 20
    while any(one.name == THREAD_NAME for one in threading.enumerate()):
        assert time.monotonic() < ends, "the thread goes on"
        time.sleep(0.01)


def test_a_reply_grows_and_ends_complete_with_its_end_token() -> None:
    replies = said(growing_reply(), 1, 2, 3, 4, END)
    assert [one.text for one in replies] == [
        "Close",
        "Close the",
        "Close the valve",
        "Close the valve.",
        "Close the valve.",
    ]
    assert [one.finish for one in replies] == [None] * 4 + [Finish.COMPLETE]
    assert [one.completion_tokens for one in replies] == [1, 2, 3, 4, 5]
    assert replies[-1].token_logprobs == (-0.5,) * 5
    assert replies[-1].prompt_tokens == 3
    assert replies[-1].trouble is None


def test_the_longest_reply_is_cut() -> None:
    last = said(growing_reply(longest=2), 5, 6)[-1]
    assert (last.text, last.finish, last.trouble) == ("关闭", Finish.CUT, Trouble.LENGTH)


@pytest.mark.parametrize("tokens", [(END,), (11, END), (7, 1, 8, END)])
def test_a_reply_that_answers_nothing_is_empty(tokens: tuple[int, ...]) -> None:
    last = said(growing_reply(), *tokens)[-1]
    assert (last.text, last.finish, last.trouble) == ("", Finish.FAILED, Trouble.EMPTY)


def test_reasoning_is_apart_from_the_answer() -> None:
    last = said(growing_reply(), 7, 5, 6, 8, 11, 1, 4, END)[-1]
    assert (last.reasoning, last.text) == ("关闭", "Close.")


def test_reasoning_that_the_template_has_opened() -> None:
    replies = said(growing_reply(opening="<think>"), 5, 6, 8, 1, END)
    assert [one.text for one in replies] == ["", "", "", "Close", "Close"]
    assert replies[-1].reasoning == "关闭"


def test_nothing_but_reasoning_at_the_longest_has_failed() -> None:
    last = said(growing_reply(longest=2), 7, 5)[-1]
    assert (last.reasoning, last.text) == ("关", "")
    assert (last.finish, last.trouble) == (Finish.FAILED, Trouble.LENGTH)


def test_a_reply_ends_where_the_other_side_would_speak() -> None:
    replies = said(growing_reply(stop="\nUser:"), 1, 4, 9, 10)
    assert [one.text for one in replies] == ["Close", "Close.", "Close.", "Close."]
    assert replies[-1].finish is Finish.COMPLETE


def samples(
    make: Callable[[Generation], None], *, size: int = 1, deadline_s: float = 30.0
) -> list[Sample]:
    generation = Generation(size=size, deadline_s=deadline_s)
    return list(generation.samples(lambda: make(generation)))


def test_each_number_ends_with_one_finish_in_whatever_order() -> None:
    def make(generation: Generation) -> None:
        generation.tell(1, Reply(text="b", finish=Finish.COMPLETE))
        generation.tell(0, Reply(text="a"))
        generation.tell(0, Reply(text="ab", finish=Finish.COMPLETE))

    told = samples(make, size=2)
    assert [(one.number, one.reply.text) for one in told] == [(1, "b"), (0, "a"), (0, "ab")]


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (LocalModelNotFound(model="m"), Trouble.NOT_LOADED),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), Trouble.OUT_OF_MEMORY),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), Trouble.OUT_OF_MEMORY),
        (MemoryError(), Trouble.OUT_OF_MEMORY),
        (RuntimeError("shapes do not fit"), Trouble.OTHER),
        (ValueError("the chat template refuses"), Trouble.OTHER),
        (KeyError("inputs"), Trouble.OTHER),
        (ZeroDivisionError(), Trouble.OTHER),
    ],
)
def test_whatever_goes_wrong_ends_as_replies(
    error: Exception, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    def make(generation: Generation) -> None:
        generation.tell(1, Reply(text="关闭"))
        raise error

    with caplog.at_level(logging.WARNING):
        told = samples(make, size=2)
    assert [(one.number, one.reply.text, one.reply.finish) for one in told] == [
        (1, "关闭", None),
        (0, "", Finish.FAILED),
        (1, "关闭", Finish.CUT),
    ]
    assert {one.reply.trouble for one in told[1:]} == {trouble}
    assert len(caplog.records) == 1


def test_the_deadline_ends_what_hangs() -> None:
    goes_on = threading.Event()

    def make(generation: Generation) -> None:
        generation.tell(0, Reply(text="Close"))
        goes_on.wait(20)

    told = samples(make, deadline_s=0.05)
    goes_on.set()
    assert (told[-1].reply.text, told[-1].reply.trouble) == ("Close", Trouble.DEADLINE)
    assert told[-1].reply.finish is Finish.CUT
    wait_for_no_thread()


def test_closing_stops_the_thread() -> None:
    def make(generation: Generation) -> None:
        while not generation.is_over:
            generation.tell(0, Reply(text="Close"))
            time.sleep(0.001)

    generation = Generation(size=1, deadline_s=60)
    stream = generation.samples(lambda: make(generation))
    assert next(stream).reply.text == "Close"
    stream.close()
    wait_for_no_thread()


def test_a_generation_that_is_stopped_breaks_off() -> None:
    told = samples(Generation.stop)
    assert [(one.reply.finish, one.reply.trouble) for one in told] == [
        (Finish.FAILED, Trouble.BROKEN_OFF)
    ]


def test_the_last_reply_is_told_again_while_nothing_new_comes() -> None:
    goes_on = threading.Event()

    def make() -> None:
        generation.tell(0, Reply(text="关"))
        goes_on.wait(20)
        generation.tell(0, Reply(text="关闭", finish=Finish.COMPLETE))

    generation = Generation(size=1, deadline_s=60, beat_s=0.02)
    stream = generation.samples(make)
    assert [next(stream).reply.text for _ in range(3)] == ["关", "关", "关"]
    goes_on.set()
    assert list(stream)[-1].reply.text == "关闭"


def test_what_is_broken_is_cut_where_it_says_something() -> None:
    assert broken(Reply(text=" \n"), Trouble.DEADLINE).finish is Finish.FAILED
    assert broken(Reply(text="x"), Trouble.DEADLINE).finish is Finish.CUT


def test_out_of_memory_is_told_by_torchs_words() -> None:
    assert is_out_of_memory(RuntimeError("[enforce fail] not enough memory: you tried 4 bytes"))
    assert not is_out_of_memory(RuntimeError("index out of range"))


@pytest.mark.parametrize(
    ("generation", "config", "tokenizer", "ends"),
    [
        ([1, 2], None, 3, {1, 2, 3}),
        (None, 4, None, {4}),
        (None, [5, 6], 5, {5, 6}),
        (None, None, None, set()),
    ],
)
def test_end_tokens_are_collected(
    generation: object, config: object, tokenizer: object, ends: set[int]
) -> None:
    text_config = SimpleNamespace(eos_token_id=config)
    model = SimpleNamespace(
        generation_config=SimpleNamespace(eos_token_id=generation),
        config=SimpleNamespace(get_text_config=lambda: text_config),
    )
    assert end_tokens(model, SimpleNamespace(eos_token_id=tokenizer)) == ends
