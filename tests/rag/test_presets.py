"""What is usual at each provider, and how settings choose it."""

from __future__ import annotations

import dataclasses

import pytest

from rag.errors import SettingsError
from rag.presets import PRESETS
from rag.settings import Settings

LOCAL = ("ollama", "vllm", "llama_cpp", "transformers")


def settings(**environ: str) -> Settings:
    return Settings.from_mapping(environ)


@pytest.mark.parametrize(
    ("provider", "address", "model"),
    [
        ("openai", "", "gpt-4o-mini"),
        ("dashscope", "https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus"),
        ("deepseek", "https://api.deepseek.com", "deepseek-chat"),
        ("ollama", "http://127.0.0.1:11434/v1", "llama3.2"),
        ("vllm", "http://127.0.0.1:8000/v1", ""),
        ("llama_cpp", "http://127.0.0.1:8080/v1", ""),
        ("transformers", "http://127.0.0.1:8000/v1", ""),
    ],
)
def test_a_provider_sets_address_and_model(provider: str, address: str, model: str) -> None:
    chosen = settings(QUORUM_PROVIDER=provider)
    assert (chosen.chat_base_url, chosen.chat_model) == (address, model)


@pytest.mark.parametrize("provider", PRESETS)
def test_an_address_and_a_model_of_ones_own_win(provider: str) -> None:
    chosen = settings(
        QUORUM_PROVIDER=provider, OPENAI_BASE_URL="http://10.0.0.7:9000/v1/", OPENAI_MODEL="qwen3"
    )
    assert (chosen.chat_base_url, chosen.chat_model) == ("http://10.0.0.7:9000/v1", "qwen3")
    assert chosen.openai_configured


def test_azure_needs_an_address_and_is_told_what_it_looks_like() -> None:
    with pytest.raises(SettingsError) as caught:
        settings(QUORUM_PROVIDER="azure", OPENAI_API_KEY="sk-canary-77")
    assert "QUORUM_PROVIDER" in str(caught.value)
    assert "OPENAI_BASE_URL" in str(caught.value)
    assert "https://NAME.openai.azure.com/openai/v1" in str(caught.value)
    assert "canary" not in f"{caught.value} {caught.value.hint}"
    chosen = settings(
        QUORUM_PROVIDER="azure", OPENAI_BASE_URL="https://plant.openai.azure.com/openai/v1/"
    )
    assert chosen.chat_base_url == "https://plant.openai.azure.com/openai/v1"


@pytest.mark.parametrize("provider", LOCAL)
def test_a_server_on_this_machine_is_configured_without_a_key(provider: str) -> None:
    assert settings(QUORUM_PROVIDER=provider).openai_configured


@pytest.mark.parametrize("provider", ["openai", "dashscope", "deepseek"])
def test_a_service_elsewhere_is_configured_by_its_key(provider: str) -> None:
    assert not settings(QUORUM_PROVIDER=provider).openai_configured
    assert settings(QUORUM_PROVIDER=provider, OPENAI_API_KEY="sk-1").openai_configured


def test_a_server_that_holds_one_model_has_no_usual_one() -> None:
    for preset in PRESETS.values():
        assert bool(preset.model) is not preset.holds_one


def test_only_servers_on_this_machine_are_asked_without_encryption() -> None:
    for name, preset in PRESETS.items():
        assert preset.on_this_machine is (name in LOCAL)
        assert preset.base_url.startswith("http://127.0.0.1:") is preset.on_this_machine


def test_presets_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PRESETS["openai"].model = "x"  # type: ignore[misc]
