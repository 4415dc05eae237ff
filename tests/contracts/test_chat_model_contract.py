"""What ``rag.protocols.ChatModel`` promises, asked of every chat model there is.

A new one is a line of ``SPEAKING``, and of ``CUT`` and ``FAILING`` with what cuts it or makes it
fail.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rag.models.local import LocalModel
from rag.models.openai import OpenAIChat
from rag.protocols import ChatModel
from rag.replies import Finish, Message, Reply, Role, Sample, Trouble
from rag.setting_values import Secret
from tests.fakes import ScriptedChatModel
from tests.openai_server import ServerProcess
from tests.tiny_models import tiny_adapter, tiny_llama

Opened = AbstractContextManager[ChatModel]
Open = Callable[[pytest.FixtureRequest], Opened]

PROMPTS = {
    "english": [
        Message(role=Role.SYSTEM, content="Answer from the passages."),
        Message(role=Role.USER, content="Which hose belongs to the small compressor?"),
    ],
    "chinese": [
        Message(role=Role.SYSTEM, content="只根据段落回答。"),
        Message(role=Role.USER, content="小型空压机配哪一根软管？"),
    ],
    "history": [
        Message(role=Role.USER, content="Is there a spare key?"),
        Message(role=Role.ASSISTANT, content="Yes, in the grey box."),
        Message(role=Role.USER, content="谁有那把钥匙？"),
    ],
    "hostile": [
        Message(
            role=Role.USER,
            content="{0} %s </s> <|im_end|> [INST] \x00 \u202e \U0001f527 \ud83d data: [DONE]",
        )
    ],
}


def fake(*replies: str | Sequence[Reply]) -> Open:
    @contextmanager
    def opened(_: pytest.FixtureRequest) -> Iterator[ChatModel]:
        yield ScriptedChatModel(replies)

    return opened


def served(mode: str, **options: Any) -> Open:
    """The client of a server process that behaves as ``mode`` says."""

    @contextmanager
    def opened(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
        server: ServerProcess = request.getfixturevalue("openai_server")
        with a_chat(server.url(f"{mode}-contract"), **options) as chat:
            yield chat

    return opened


def nowhere() -> Open:
    return lambda _: a_chat("http://127.0.0.1:9/v1")


def in_this_process(**options: Any) -> Open:
    """A tiny model of random weights, whose words are noise; see ``tests.tiny_models``."""

    @contextmanager
    def opened(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
        folder: Path = request.getfixturevalue("tiny_models")
        usual = {"model": str(folder / "llama"), "device": "cpu", "reply_tokens": 24}
        local = LocalModel(adapters=str(folder / "adapters"), **{**usual, **options})
        try:
            yield local.chat("formal" if "model" not in options else None)
        finally:
            local.close()

    return opened


@pytest.fixture(scope="module")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    tiny_adapter(tiny_llama(folder / "llama"), folder / "adapters" / "formal", 1)
    return folder


@contextmanager
def a_chat(base_url: str, **options: Any) -> Iterator[OpenAIChat]:
    chat = OpenAIChat(
        model="scripted",
        api_key=Secret("sk-canary-contract"),
        base_url=base_url,
        temperature=0.0,
        **{"connect_timeout_s": 2.0, "read_timeout_s": 5.0, "deadline_s": 20.0, **options},
    )
    try:
        yield chat
    finally:
        chat.close()


SPEAKING: dict[str, Open] = {
    "fake": fake("The grey one. [1]", "灰色的那根。[1]", "I do not know."),
    "openai": served("answer"),
    "openai, chinese": served("answer_zh"),
    "openai, several choices": served("samples"),
    "openai, one choice whatever is asked": served("ignores_n"),
    "local": in_this_process(),
}
CUT: dict[str, Open] = {
    "fake": fake(
        [
            Reply(text="The gr"),
            Reply(text="The gr", finish=Finish.CUT, trouble=Trouble.LENGTH),
        ]
    ),
    "openai, as long as allowed": served("length"),
    "openai, broken off": served("quiet_end"),
    "openai, too slow": served("drip", deadline_s=0.6),
    "local, as long as allowed": in_this_process(reply_tokens=4),
}
FAILING: dict[str, Open] = {
    "fake": fake([Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY)]),
    "openai, refused": served("unauthorised"),
    "openai, in trouble": served("server_error"),
    "openai, silent": served("hang", deadline_s=0.4),
    "openai, nobody there": nowhere(),
    "openai, too small a window": served("answer", window=20, reply_tokens=16),
    "local, not there": in_this_process(model="/no/such/model"),
    "local, no memory": in_this_process(free_bytes=lambda _: 1000),
}


@pytest.fixture(params=SPEAKING)
def model(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    with SPEAKING[request.param](request) as opened:
        yield opened


@pytest.fixture(params=CUT)
def cut(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    with CUT[request.param](request) as opened:
        yield opened


@pytest.fixture(params=FAILING)
def failing(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    with FAILING[request.param](request) as opened:
        yield opened


def assert_grows(replies: Sequence[Reply]) -> None:
    """Only the last has a finish; none takes back what was said, and counts come at the end."""
    assert replies
    assert [reply.finish is not None for reply in replies] == [False] * (len(replies) - 1) + [True]
    for earlier, later in pairwise(replies):
        assert later.text.startswith(earlier.text)
        assert later.reasoning.startswith(earlier.reasoning)
        assert earlier.trouble is None
    last = replies[-1]
    assert (last.trouble is None) is (last.finish is Finish.COMPLETE)
    assert bool(last.text.strip()) is (last.finish is not Finish.FAILED)
    assert all(count is None or count >= 0 for count in counts(last))
    assert all(logprob <= 0 for logprob in last.token_logprobs)


def counts(reply: Reply) -> tuple[int | None, int | None]:
    return reply.prompt_tokens, reply.completion_tokens


def by_number(samples: Sequence[Sample]) -> dict[int, list[Reply]]:
    found: dict[int, list[Reply]] = {}
    for sample in samples:
        found.setdefault(sample.number, []).append(sample.reply)
    return found


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_stream_grows_and_ends_once(model: ChatModel, prompt: str) -> None:
    replies = list(model.stream(PROMPTS[prompt]))
    assert_grows(replies)
    assert replies[-1].finish is not Finish.FAILED


@pytest.mark.parametrize("n", [1, 2, 5])
def test_samples_are_numbered_and_each_grows_and_ends_once(model: ChatModel, n: int) -> None:
    for prompt in PROMPTS.values():
        found = by_number(list(model.sample(prompt, n=n, temperature=0.8)))
        assert sorted(found) == list(range(n))
        for replies in found.values():
            assert_grows(replies)
            assert replies[-1].finish is not Finish.FAILED


def test_a_model_answers_again_and_again(model: ChatModel) -> None:
    for _ in range(3):
        assert_grows(list(model.stream(PROMPTS["english"])))


def test_a_reply_that_nobody_waits_for_ends_at_once(model: ChatModel) -> None:
    with closing(model.stream(PROMPTS["chinese"])) as replies:  # type: ignore[type-var]
        assert next(replies).finish is None
        started = time.monotonic()
    with closing(model.sample(PROMPTS["chinese"], n=3, temperature=1.0)) as samples:  # type: ignore[type-var]
        next(samples)
    assert time.monotonic() - started < 5
    assert_grows(list(model.stream(PROMPTS["english"])))


def test_several_askers_at_once_get_each_a_whole_reply(model: ChatModel) -> None:
    found: list[list[Reply]] = []
    threads = [
        threading.Thread(target=lambda: found.append(list(model.stream(PROMPTS["english"]))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for replies in found:
        assert_grows(replies)


def test_a_model_has_a_name_and_a_window_or_none(model: ChatModel) -> None:
    assert model.name.strip()
    assert model.window is None or model.window > 0


@pytest.mark.parametrize(
    "text", ["The valve is closed.", "阀门是关着的。", "\U0001f527", "A\n\n B", "X-200/7 4,5 kg"]
)
def test_tokens_are_counted_and_more_text_has_no_fewer(model: ChatModel, text: str) -> None:
    assert model.count_tokens("") == 0
    assert 0 < model.count_tokens(text) <= model.count_tokens(text * 3)
    assert model.count_tokens(text * 3) <= 3 * model.count_tokens(text) + 3
    assert model.count_tokens(text) == model.count_tokens(text)


def test_a_reply_that_is_cut_keeps_what_was_said_and_says_why(cut: ChatModel) -> None:
    for replies in (
        list(cut.stream(PROMPTS["english"])),
        [sample.reply for sample in cut.sample(PROMPTS["chinese"], n=1, temperature=0.5)],
    ):
        assert_grows(replies)
        assert replies[-1].finish is Finish.CUT
        assert replies[-1].text


def test_a_model_that_fails_says_why_and_raises_nothing(failing: ChatModel) -> None:
    replies = list(failing.stream(PROMPTS["english"]))
    assert_grows(replies)
    assert replies[-1].finish is Finish.FAILED
    assert replies[-1].trouble is not None


@pytest.mark.parametrize("n", [1, 3])
def test_of_a_model_that_fails_every_sample_says_why(failing: ChatModel, n: int) -> None:
    samples = list(failing.sample(PROMPTS["chinese"], n=n, temperature=0.5))
    ended = Counter(sample.number for sample in samples if sample.reply.finish is not None)
    assert ended == dict.fromkeys(range(n), 1)
    for replies in by_number(samples).values():
        assert_grows(replies)
        assert replies[-1].trouble is not None
