"""One table of settings: defaults, refusals by name, files made from it, secrets kept."""

from __future__ import annotations

import copy
import io
import logging
import pickle
import re
import traceback
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.setting_values import Secret
from rag.settings import Settings, setting_rows

KEY = "sk-canary-1234567890"
UNITS = ("_s", "_mb", "_chars", "_tokens")
WITHOUT_UNIT = {
    *("port", "top_k", "openai_temperature", "samples", "sample_temperature"),
    *("lexical_weight", "price_prompt", "price_completion"),
}


def test_no_environment_gives_the_defaults() -> None:
    settings = Settings.from_mapping({})
    assert settings == Settings()
    assert (settings.data_dir, settings.model, settings.top_k) == (Path("data"), "auto", 8)
    assert not settings.openai_configured
    assert (settings.openai_logprobs, settings.lexical_weight) == (False, 0.6)
    assert (settings.price_prompt, settings.price_completion) == (0.0, 0.0)
    assert (settings.provider, settings.reply_tokens, settings.window_tokens) == ("openai", 512, 0)
    assert (settings.local_model, settings.local_adapters) == ("", "")
    assert (settings.reranker, settings.entailment_model) == ("", "")
    assert (settings.local_quantisation, settings.local_device) == ("none", "auto")
    assert settings.local_deadline_s == 180
    assert (settings.strategy, settings.samples) == ("self_consistency", 5)
    assert settings.sample_temperature == 0.7


def test_values_are_parsed_and_blanks_trimmed() -> None:
    settings = Settings.from_mapping(
        {
            "QUORUM_DATA_DIR": " /srv/quorum ",
            "QUORUM_TOP_K": "12",
            "QUORUM_TEMPERATURE": "0.5",
            "OPENAI_BASE_URL": "http://localhost:8000/v1/",
            "QUORUM_PORT": "  ",
            "QUORUM_LOGPROBS": "yes",
            "QUORUM_PRICE_COMPLETION": "0.6",
            "QUORUM_LEXICAL_WEIGHT": "1",
            "PATH": "/bin",
        }
    )
    assert settings.data_dir == Path("/srv/quorum")
    assert (settings.top_k, settings.openai_temperature) == (12, 0.5)
    assert settings.openai_base_url == "http://localhost:8000/v1"
    assert settings.port == Settings().port
    assert settings.openai_logprobs is True
    assert (settings.price_completion, settings.lexical_weight) == (0.6, 1.0)
    assert settings.openai_configured


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUORUM_TOP_K", "0"),
        ("QUORUM_TOP_K", "-1"),
        ("QUORUM_TOP_K", "1000000"),
        ("QUORUM_TOP_K", "eight"),
        ("QUORUM_TOP_K", "8.5"),
        ("QUORUM_PORT", "70000"),
        ("QUORUM_TEMPERATURE", "nan"),
        ("QUORUM_TEMPERATURE", "inf"),
        ("QUORUM_TEMPERATURE", "warm"),
        ("QUORUM_DEADLINE_S", "0"),
        ("QUORUM_MODEL", "gpt"),
        ("QUORUM_LOGPROBS", "maybe"),
        ("QUORUM_PRICE_PROMPT", "-1"),
        ("QUORUM_PRICE_COMPLETION", "cheap"),
        ("QUORUM_LEXICAL_WEIGHT", "1.1"),
        ("QUORUM_EMBEDDING_BACKEND", "tpu"),
        ("QUORUM_PROVIDER", "bedrock"),
        ("QUORUM_MODEL", "local+"),
        ("QUORUM_REPLY_TOKENS", "15"),
        ("QUORUM_REPLY_TOKENS", "all"),
        ("QUORUM_WINDOW_TOKENS", "-1"),
        ("QUORUM_WINDOW_TOKENS", "512"),
        ("QUORUM_LOCAL_QUANTISATION", "2bit"),
        ("QUORUM_LOCAL_DEVICE", "tpu"),
        ("QUORUM_LOCAL_DEADLINE_S", "0"),
        ("OPENAI_BASE_URL", "localhost:8000"),
        ("OPENAI_BASE_URL", "file:///etc/passwd"),
        ("OPENAI_BASE_URL", "http://:8000/v1"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:port/v1"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({name: value})
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)
    assert "expected" in str(caught.value)
    assert name in caught.value.hint


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "模型.example"])
def test_an_address_with_a_password_is_refused_and_not_shown(host: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL") as caught:
        Settings.from_mapping({"OPENAI_BASE_URL": f"http://me:{KEY}@{host}/v1"})
    assert "without a name and password" in str(caught.value)
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.hint} {caught.value.values}"


def test_a_window_holds_the_longest_reply_and_a_prompt() -> None:
    told = {"QUORUM_WINDOW_TOKENS": "600", "QUORUM_REPLY_TOKENS": "600"}
    with pytest.raises(SettingsError, match="QUORUM_REPLY_TOKENS=600"):
        Settings.from_mapping(told)
    assert Settings.from_mapping({**told, "QUORUM_REPLY_TOKENS": "599"}).window_tokens == 600


@pytest.mark.parametrize(
    "told",
    [
        {"OPENAI_API_KEY": "sk-1"},
        {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"},
        {"QUORUM_PROVIDER": "ollama"},
        {"QUORUM_LOCAL_MODEL": "/models/qwen"},
    ],
)
def test_query_expansion_needs_a_chat_model(told: dict[str, str]) -> None:
    wanted = {"QUORUM_QUERY_EXPANSION": "hyde"}
    with pytest.raises(SettingsError, match="it needs a chat model"):
        Settings.from_mapping(wanted)
    assert Settings.from_mapping({**wanted, **told}).query_expansion == "hyde"


def test_an_unknown_name_of_ours_is_refused_and_its_value_not_shown() -> None:
    with pytest.raises(SettingsError, match="QUORUM_OPENAI_API_KEY") as caught:
        Settings.from_mapping({"QUORUM_OPENAI_API_KEY": KEY})
    assert "no such setting" in str(caught.value)
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.hint} {caught.value.values}"


def test_settings_are_frozen() -> None:
    settings = Settings()
    with pytest.raises(FrozenInstanceError):
        settings.top_k = 3  # type: ignore[misc]


def test_numbers_carry_their_unit_in_the_name() -> None:
    numbers = {row.name for row in fields(Settings) if row.type in ("int", "float")}
    assert {name for name in numbers if not name.endswith(UNITS)} == WITHOUT_UNIT
    named = {row.name: row.metadata["name"].lower() for row in setting_rows()}
    for name in numbers - WITHOUT_UNIT:
        assert named[name].endswith(UNITS), name


def test_every_setting_is_explained() -> None:
    for row in setting_rows():
        assert row.metadata["help"].endswith((".", ")"))
        assert re.fullmatch(r"(QUORUM|OPENAI)_[A-Z_]+", row.metadata["name"])


def shown_everywhere(value: object) -> str:
    """``value`` in every form in which it could come to light."""
    stream = io.StringIO()
    logger = logging.getLogger("quorum.test")
    logger.propagate = False
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.warning("%s %r %s", value, value, [value])
    logger.removeHandler(handler)
    forms = [str(value), repr(value), f"{value}", f"{value!s} {value!r}", "%s" % (value,)]  # noqa: UP031
    forms += ["{}".format(value), repr({"key": value}), str(dir(value)), stream.getvalue()]  # noqa: UP032
    try:
        raise RuntimeError(value)
    except RuntimeError:
        forms.append(traceback.format_exc())
    return "\n".join(forms)


def test_a_secret_never_shows() -> None:
    settings = Settings.from_mapping({"OPENAI_API_KEY": KEY})
    assert settings.openai_api_key.reveal() == KEY
    assert KEY not in shown_everywhere(settings.openai_api_key)
    assert KEY not in shown_everywhere(settings)
    assert "canary" not in shown_everywhere(settings)


def test_a_secret_is_not_formatted_pickled_or_copied_out() -> None:
    secret = Secret(KEY)
    with pytest.raises(TypeError) as caught:
        f"{secret:>40}"
    assert KEY not in str(caught.value)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError) as caught:
            pickle.dumps(secret, protocol)
        assert KEY not in str(caught.value)
    with pytest.raises(TypeError):
        copy.deepcopy(Settings(openai_api_key=secret))


def test_a_secret_cannot_be_changed() -> None:
    secret = Secret(KEY)
    for name in ("value", "_Secret__value"):
        with pytest.raises(AttributeError):
            setattr(secret, name, "x")
        with pytest.raises(AttributeError):
            delattr(secret, name)
    assert secret.reveal() == KEY
    assert not hasattr(secret, "__dict__")


def test_secrets_compare_by_value_and_only_with_secrets() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert hash(Secret(KEY)) == hash(Secret(KEY))
    assert Secret(KEY) != Secret("other")
    assert Secret(KEY) != KEY
    assert bool(Secret(KEY))
    assert not Secret("")
