"""Which models there are by the settings, what is refused, and when a local one is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.i18n import Translator
from app.models import WRITING_DEADLINE_S, ChatModels
from rag.model_errors import (
    LocalModelNotConfigured,
    ModelError,
    ModelNotConfigured,
    UnknownModel,
)
from rag.replies import Finish, Message, Role, Trouble
from rag.setting_values import Secret
from rag.settings import Settings
from tests.openai_server import ServerProcess
from tests.tiny_models import tiny_adapter, tiny_llama

ASKED = [Message(role=Role.USER, content="How heavy is the valve? 阀门有多重？")]
SERVICE: dict[str, Any] = {"openai_base_url": "http://127.0.0.1:9/v1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama in ``model``, two adapters for it in ``adapters``."""
    folder = tmp_path_factory.mktemp("llama")
    model = tiny_llama(folder / "model")
    for seed, name in enumerate(("正式", "plain")):
        tiny_adapter(model, folder / "adapters" / name, seed)
    return folder


@pytest.fixture
def local(folder: Path) -> dict[str, Any]:
    """Settings of the tiny model with its adapters."""
    return {
        "local_model": str(folder / "model"),
        "local_adapters": str(folder / "adapters"),
        "local_device": "cpu",
        "reply_tokens": 16,
    }


@pytest.fixture
def opened(local: dict[str, Any]) -> Iterator[ChatModels]:
    """The tiny model and its adapters."""
    models = ChatModels(Settings(**local))
    yield models
    models.close()


def test_there_is_what_is_configured_the_default_first(local: dict[str, Any]) -> None:
    adapted = ("local+plain", "local+正式")
    alone = {"local_model": local["local_model"]}
    cases: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({}, ("extractive",)),
        ({"openai_api_key": Secret("sk-x")}, ("openai", "extractive")),
        ({"provider": "ollama"}, ("openai", "extractive")),
        (SERVICE, ("openai", "extractive")),
        (alone, ("local", "extractive")),
        (local, ("local", *adapted, "extractive")),
        ({**SERVICE, **local}, ("openai", "local", *adapted, "extractive")),
        ({**SERVICE, **local, "model": "local"}, ("local", *adapted, "openai", "extractive")),
        (
            {**SERVICE, **local, "model": "local+正式"},
            ("local+正式", "local", "local+plain", "openai", "extractive"),
        ),
        ({**SERVICE, "model": "extractive"}, ("extractive", "openai")),
        ({"model": "openai"}, ("openai", "extractive")),
    ]
    for given, expected in cases:
        assert ChatModels(Settings(**given)).names() == expected, given


@pytest.mark.parametrize(
    ("name", "kind", "english", "chinese"),
    [
        ("gpt", UnknownModel, "no model 'gpt'", "没有名为“gpt”的模型"),
        ("", UnknownModel, "no model ''", "没有名为“”的模型"),
        ("openai+plain", UnknownModel, "no model 'openai+plain'", "没有名为“openai+plain”的模型"),
        ("extractive+", UnknownModel, "no model 'extractive+'", "没有名为“extractive+”的模型"),
        ("openai", ModelNotConfigured, "OPENAI_API_KEY", "OPENAI_API_KEY"),
        ("local", LocalModelNotConfigured, "QUORUM_LOCAL_MODEL", "QUORUM_LOCAL_MODEL"),
        ("local+plain", LocalModelNotConfigured, "QUORUM_LOCAL_MODEL", "QUORUM_LOCAL_MODEL"),
    ],
)
def test_what_is_not_there_is_refused_with_what_to_do(
    name: str, kind: type[ModelError], english: str, chinese: str
) -> None:
    models = ChatModels(Settings())
    for refused in (models.check, models.chat):
        with pytest.raises(ModelError) as caught:
            refused(name)
        assert type(caught.value) is kind
        assert english in f"{caught.value} {caught.value.hint}"
        assert chinese in " ".join(Translator("zh").error(caught.value))


def test_an_adapter_that_is_not_there_is_refused_with_those_that_are(opened: ChatModels) -> None:
    for name in ("local+legal", "local+../plain", "local+plain+正式", "local+"):
        with pytest.raises(UnknownModel, match="local, local\\+plain, local\\+正式"):
            opened.chat(name)


def test_the_documents_sentences_are_an_answer_but_no_chat_model(opened: ChatModels) -> None:
    opened.check("extractive")
    with pytest.raises(UnknownModel, match="openai, local"):
        opened.chat("extractive")


def test_a_model_is_made_once_and_has_its_name(opened: ChatModels) -> None:
    for name in ("local", "local+plain", "local+正式"):
        assert opened.chat(name).name == name
    assert opened.local is opened.local
    service = ChatModels(Settings(**SERVICE))
    assert service.chat("openai") is service.chat("openai")
    assert service.chat("openai").name == "openai"


def test_a_search_is_written_by_the_kind_that_answers(local: dict[str, Any]) -> None:
    both = ChatModels(Settings(**SERVICE, **local))
    assert both.writer("openai").name == "openai"
    assert both.writer("openai") is not both.chat("openai"), "it has less time"
    assert both.writer("local").name == "local"
    assert both.writer("local+正式").name == "local", "without an adapter"
    assert both.writer().name == "openai"
    assert both.writer("extractive").name == "openai"
    assert ChatModels(Settings(**local)).writer("extractive").name == "local"
    assert WRITING_DEADLINE_S <= 10
    with pytest.raises(LocalModelNotConfigured):
        ChatModels(Settings(model="extractive")).writer()


def test_only_a_local_default_is_loaded_before_it_is_asked(local: dict[str, Any]) -> None:
    for given in ({}, SERVICE, {**SERVICE, **local}, {**local, "model": "extractive"}):
        models = ChatModels(Settings(**given))
        models.load()
        assert models.is_ready("extractive")
        assert models.is_ready("openai")
        if "local_model" in given:
            assert not models.is_ready("local")
    for default in ("auto", "local", "local+plain"):
        models = ChatModels(Settings(**local, model=default))
        assert not models.is_ready("local+正式")
        models.load()
        assert models.is_ready("local+正式"), "the weights are the same"
        models.close()
        assert not models.is_ready("local")


def test_a_service_is_not_asked_before_there_is_a_question(openai_server: ServerProcess) -> None:
    models = ChatModels(Settings(openai_base_url=openai_server.url("answer-prepared")))
    models.load()
    *_, reply = models.chat("openai").stream(ASKED)
    assert reply.finish is Finish.COMPLETE
    models.close()
    assert len(openai_server.log("answer-prepared")) == 1


def test_a_default_that_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    missing: dict[str, Any] = {"local_model": str(tmp_path / "none")}
    for given in (missing, {"model": "local"}, {"model": "openai"}):
        with pytest.raises(ModelError):
            ChatModels(Settings(**given)).load()


def test_a_model_that_cannot_be_loaded_is_a_failed_reply(tmp_path: Path) -> None:
    model = ChatModels(Settings(local_model=str(tmp_path / "none"))).chat("local")
    assert model.window is None
    assert model.count_tokens("阀门") >= 2
    [reply] = model.stream(ASKED)
    assert (reply.text, reply.finish) == ("", Finish.FAILED)
    assert reply.trouble is Trouble.NOT_LOADED


def test_each_adapter_speaks_for_itself(opened: ChatModels) -> None:
    def said(name: str) -> str:
        *_, last = opened.chat(name).stream(ASKED)
        return last.text

    base, formal, plain = said("local"), said("local+正式"), said("local+plain")
    assert len({base, formal, plain}) == 3
    assert (said("local+正式"), said("local")) == (formal, base)
