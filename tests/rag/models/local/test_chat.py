from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.models.local import LocalModel
from rag.replies import Finish, Message, Role, Trouble
from tests.tiny_models import WINDOW, tiny_llama

ASKED = (Message(role=Role.USER, content="When is the valve closed? 何时关闭阀门？"),)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalModel]:
    model = LocalModel(
        model=str(tiny_llama(tmp_path / "llama")),
        device="cpu",
        reply_tokens=12,
        deadline_s=120.0,
    )
    yield model
    model.close()


def test_a_chat_is_named_by_its_adapter(local: LocalModel) -> None:
    assert local.chat().name == "local"
    assert local.chat("法律").name == "local+法律"


def test_a_chat_knows_the_models_window_and_tokens(local: LocalModel) -> None:
    chat = local.chat("not there")
    assert chat.window == WINDOW
    assert chat.count_tokens("") == 0
    assert chat.count_tokens("关闭阀门") == local.count_tokens("关闭阀门") >= 4


def test_a_stream_is_the_one_sample_at_the_models_temperature(local: LocalModel) -> None:
    *_, streamed = local.chat().stream(ASKED)
    *_, sampled = local.chat().sample(ASKED, n=1, temperature=0.0)
    assert (sampled.number, sampled.reply) == (0, streamed)


def test_a_chats_deadline_can_only_be_shorter(local: LocalModel) -> None:
    for deadline_s, trouble in ((0.0, Trouble.DEADLINE), (math.inf, None)):
        *_, final = local.chat(deadline_s=deadline_s).stream(ASKED)
        assert (final.trouble is Trouble.DEADLINE) == (trouble is Trouble.DEADLINE)
    brief = LocalModel(model="nowhere", deadline_s=0.0).chat(deadline_s=100.0)
    *_, final = brief.stream(ASKED)
    assert final.finish is Finish.FAILED


def test_a_stream_tells_its_last_reply_again_while_it_waits(local: LocalModel) -> None:
    local.load()
    with local._turn:
        stream = local.chat().stream(ASKED)
        assert [next(stream).text for _ in range(2)] == ["", ""]
    *_, final = stream
    assert final.finish is not None
