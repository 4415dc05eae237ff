"""``python -m rag models``: what can answer, what it is, and why one cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from app.cli.ingest import app as ingest_app
from app.cli.rag import app
from tests.app.cli.conftest import Command
from tests.openai_server import ServerProcess
from tests.tiny_models import tiny_adapter, tiny_llama

KEY = "sk-canary-9d1f77"


@pytest.fixture
def rag(command: Callable[[typer.Typer], Command]) -> Command:
    return command(app)


def test_without_settings_the_documents_answer_and_the_rest_says_what_it_needs(
    rag: Command,
) -> None:
    extractive, openai, local = rag.json("models")
    assert (extractive["name"], extractive["default"], extractive["usable"]) == (
        "extractive",
        True,
        True,
    )
    assert (openai["name"], openai["usable"]) == ("openai", False)
    assert "OPENAI_API_KEY" in openai["hint"]
    assert (local["name"], local["usable"]) == ("local", False)
    assert "QUORUM_LOCAL_MODEL" in local["hint"]
    text = rag("models").stdout
    assert text.startswith("extractive (default)\n")
    assert "cannot be used: The model 'local' is not configured" in text


def test_a_service_is_listed_without_asking_it_or_telling_its_key(
    rag: Command, openai_server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = openai_server.url("answer-listed")
    monkeypatch.setenv("OPENAI_BASE_URL", f"{address}?api-key={KEY}")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_MODEL", "tiny-chat")
    monkeypatch.setenv("QUORUM_WINDOW_TOKENS", "4096")
    result = rag("models", "--json")
    assert result.exit_code == 0
    assert KEY not in result.output
    assert KEY not in rag("models").output
    first = rag.json("models")[0]
    assert (first["name"], first["default"], first["model"]) == ("openai", True, "tiny-chat")
    assert first["runs_on"] == address
    assert first["answers"] is None
    assert openai_server.log("answer-listed") == []


@pytest.mark.parametrize(
    ("provider", "address"),
    [("ollama", "http://127.0.0.1:11434/v1"), ("llama_cpp", "http://127.0.0.1:8080/v1")],
)
def test_a_provider_brings_its_address(
    rag: Command, monkeypatch: pytest.MonkeyPatch, provider: str, address: str
) -> None:
    monkeypatch.setenv("QUORUM_PROVIDER", provider)
    first = rag.json("models")[0]
    assert (first["name"], first["runs_on"]) == ("openai", address)


def test_a_check_asks_each_for_a_few_words(
    rag: Command, openai_server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.url("answer-checked"))
    openai, extractive = rag.json("models", "--check")
    assert (openai["name"], openai["answers"], openai["trouble"]) == ("openai", True, None)
    assert openai["first_words_s"] >= 0
    assert (extractive["name"], extractive["answers"]) == ("extractive", True)
    assert len(openai_server.log("answer-checked")) == 1
    assert "answers: first words after" in rag("models", "--check").stdout


@pytest.mark.parametrize(("mode", "trouble"), [("unauthorised", "key_refused"), ("empty", "empty")])
def test_a_check_says_why_one_does_not_answer_and_fails(
    rag: Command,
    openai_server: ServerProcess,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    trouble: str,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.url(f"{mode}-checked"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    openai, _ = rag.json("models", "--check", exit_code=1)
    assert (openai["answers"], openai["trouble"]) == (False, trouble)
    result = rag("models", "--check")
    assert f"does not answer: {trouble}" in result.stdout
    assert KEY[-8:] not in result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama in ``tiny-llama`` and two adapters for it in ``adapters``."""
    folder = tmp_path_factory.mktemp("local")
    model = tiny_llama(folder / "tiny-llama", max_position_embeddings=16_384)
    for seed, name in enumerate(("合同", "terse"), start=1):
        tiny_adapter(model, folder / "adapters" / name, seed)
    return folder


@pytest.fixture
def local(rag: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Commands with the tiny model and its adapters."""
    monkeypatch.setenv("QUORUM_LOCAL_MODEL", str(folder / "tiny-llama"))
    monkeypatch.setenv("QUORUM_LOCAL_ADAPTERS", str(folder / "adapters"))
    monkeypatch.setenv("QUORUM_LOCAL_DEVICE", "cpu")
    monkeypatch.setenv("QUORUM_REPLY_TOKENS", "16")
    return rag


def test_a_local_model_and_its_adapters_are_listed_from_their_files(
    local: Command, folder: Path
) -> None:
    listed = {one["name"]: one for one in local.json("models")}
    assert {"local", "local+terse", "local+合同", "extractive", "openai"} == set(listed)
    assert [name for name, one in listed.items() if one["default"]] == ["local"]
    for name in ("local", "local+合同"):
        one = listed[name]
        assert one["usable"], one
        assert (one["model"], one["runs_on"]) == (str(folder / "tiny-llama"), "cpu")
        assert (one["window"], one["quantisation"], one["answers"]) == (16_384, "none", None)
    assert "local+合同\n" in local("models").stdout


def test_a_check_loads_the_local_model_and_has_every_adapter_speak(local: Command) -> None:
    checked = local.json("models", "--check")
    assert {one["name"] for one in checked if one["answers"]} == {
        "local",
        "local+terse",
        "local+合同",
        "extractive",
    }


def test_a_local_model_that_is_not_there_is_told_with_what_to_do(
    local: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUORUM_LOCAL_MODEL", str(tmp_path / "没有"))
    monkeypatch.setenv("QUORUM_LOCAL_ADAPTERS", "")
    listed = {one["name"]: one for one in local.json("models")}
    assert not listed["local"]["usable"]
    assert "没有" in listed["local"]["problem"]
    assert listed["local"]["hint"]
    text = local("models", "--check")
    assert text.exit_code == 1
    assert "cannot be used: " in text.stdout


def test_an_adapter_can_be_asked_by_its_name(local: Command, tmp_path: Path) -> None:
    def asked(model: str) -> str:
        answer = local.json("ask", "How heavy is the valve? 阀门有多重？", "-m", model)
        assert answer["model"] == model
        return str(answer["answer"])

    document = tmp_path / "valve.txt"
    document.write_text("The valve weighs 4 kg. 阀门重 4 公斤。", "utf-8")
    assert Command(ingest_app)("add", document, "-c", "c").exit_code == 0
    said = [asked(model) for model in ("local", "local+terse", "local+合同", "local")]
    assert said[0] == said[3]
    assert len(set(said)) == 3
    unknown = local("ask", "hello", "-m", "local+gone")
    assert unknown.exit_code == 1
    assert "local+terse" in unknown.stderr
