"""One table of settings, read once from a mapping; ``settings_documents`` writes it down.

Nothing here reads the environment by itself: ``app/wiring.py`` hands the mapping in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from rag.errors import SettingsError
from rag.presets import PRESETS, Preset
from rag.setting_values import Secret, model_name, number, one_of, url, whole, yes_or_no
from rag.strategies.names import StrategyName

MOST_SAMPLES: Final = 40
"""Most samples of one answer."""


def _setting(default: str, parse: Callable[[str], Any], name: str, description: str) -> Any:
    return field(
        default_factory=lambda: parse(default),
        metadata={"name": name, "default": default, "parse": parse, "help": description},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of the product. Units stand in the names."""

    data_dir: Path = _setting(
        "data", Path, "QUORUM_DATA_DIR", "Folder of the record, the indexes and the cached model."
    )
    host: str = _setting("127.0.0.1", str, "QUORUM_HOST", "Address the app listens on.")
    port: int = _setting("8501", whole(1, 65535), "QUORUM_PORT", "Port the app listens on.")
    model: str = _setting(
        "auto",
        model_name,
        "QUORUM_MODEL",
        "What answers: `extractive` (sentences of the documents, no model needed), `openai` (any "
        "OpenAI-compatible service), `local` (a model on this machine), `local+ADAPTER` (with a "
        "LoRA adapter), or `auto`: `openai` or `local` once it is configured.",
    )
    provider: str = _setting(
        "openai",
        one_of(*PRESETS),
        "QUORUM_PROVIDER",
        "Who runs the OpenAI-compatible service: " + ", ".join(f"`{one}`" for one in PRESETS) + ". "
        "It sets the address and the model's name where those are empty.",
    )
    openai_api_key: Secret = _setting(
        "",
        Secret,
        "OPENAI_API_KEY",
        "Key of the OpenAI-compatible service; local servers need none.",
    )
    openai_base_url: str = _setting(
        "", url, "OPENAI_BASE_URL", "Address of the service; empty means the provider's usual one."
    )
    openai_model: str = _setting(
        "",
        str,
        "OPENAI_MODEL",
        "Name of the model at that service; empty means the provider's usual one, at a server that "
        "holds one model that one.",
    )
    openai_temperature: float = _setting(
        "0", number(0, 2), "QUORUM_TEMPERATURE", "Sampling temperature, 0 to 2."
    )
    openai_connect_timeout_s: float = _setting(
        "5", number(0.1, 600), "QUORUM_CONNECT_TIMEOUT_S", "Seconds to wait for a connection."
    )
    openai_read_timeout_s: float = _setting(
        "20", number(0.1, 600), "QUORUM_READ_TIMEOUT_S", "Seconds to wait for the next words."
    )
    openai_deadline_s: float = _setting(
        "60", number(0.1, 3600), "QUORUM_DEADLINE_S", "Seconds a whole reply may take."
    )
    openai_logprobs: bool = _setting(
        "no",
        yes_or_no,
        "QUORUM_LOGPROBS",
        "`yes` asks the service for the log-probability of every token, from which the workbench "
        "gets perplexity; a service that refuses is asked without.",
    )
    strategy: str = _setting(
        "self_consistency",
        one_of(*StrategyName),
        "QUORUM_STRATEGY",
        "How a chat model is asked: `direct` (once), `chain_of_thought` (once, thinking first), "
        "`self_consistency` (several samples that vote) or `progressive_hint` (again and again "
        "with its own answer as a hint, until two in a row agree).",
    )
    samples: int = _setting(
        "5",
        whole(1, MOST_SAMPLES),
        "QUORUM_SAMPLES",
        "Most samples of an answer that are asked to vote.",
    )
    sample_temperature: float = _setting(
        "0.7", number(0, 2), "QUORUM_SAMPLE_TEMPERATURE", "Temperature of samples that vote."
    )
    reply_tokens: int = _setting(
        "512", whole(16, 100_000), "QUORUM_REPLY_TOKENS", "Longest reply of a model, in its tokens."
    )
    window_tokens: int = _setting(
        "0",
        whole(0, 10_000_000),
        "QUORUM_WINDOW_TOKENS",
        "Most tokens of prompt and reply together that the model at the service takes; 0: unknown.",
    )
    local_model: str = _setting(
        "",
        str,
        "QUORUM_LOCAL_MODEL",
        "Folder, GGUF file or hub id, on this machine, of a causal language model of transformers.",
    )
    local_adapters: str = _setting(
        "",
        str,
        "QUORUM_LOCAL_ADAPTERS",
        "Folder with the LoRA adapters of that model, each in a folder of its own.",
    )
    local_quantisation: str = _setting(
        "none",
        one_of("none", "8bit", "4bit"),
        "QUORUM_LOCAL_QUANTISATION",
        "`8bit` or `4bit` loads that model smaller; it needs requirements-quantisation.txt.",
    )
    local_device: str = _setting(
        "auto",
        one_of("auto", "cpu", "cuda"),
        "QUORUM_LOCAL_DEVICE",
        "Where that model runs; `auto` is a GPU where there is one.",
    )
    local_deadline_s: float = _setting(
        "180", number(0.1, 3600), "QUORUM_LOCAL_DEADLINE_S", "Seconds its whole reply may take."
    )
    price_prompt: float = _setting(
        "0",
        number(0, 1_000_000),
        "QUORUM_PRICE_PROMPT",
        "Price of a million prompt tokens, in a currency of your own; only the workbench uses it.",
    )
    price_completion: float = _setting(
        "0",
        number(0, 1_000_000),
        "QUORUM_PRICE_COMPLETION",
        "Price of a million completion tokens, in the same currency.",
    )
    embedding_model: str = _setting(
        "",
        str,
        "QUORUM_EMBEDDING_MODEL",
        "Folder or hub id of the sentence-transformers model that a data folder begins with; empty "
        "means the all-MiniLM-L6-v2 that comes along. `python -m ingest move-to` moves to another.",
    )
    embedding_backend: str = _setting(
        "auto",
        one_of("auto", "onnx", "torch"),
        "QUORUM_EMBEDDING_BACKEND",
        "`onnx` (int8, CPU), `torch`, or `auto`: torch where there is a GPU.",
    )
    chunk_tokens: int = _setting(
        "200",
        whole(32, 8192),
        "QUORUM_CHUNK_TOKENS",
        "Longest passage in the embedding model's tokens; its window limits it further.",
    )
    top_k: int = _setting("8", whole(1, 100), "QUORUM_TOP_K", "Passages an answer may draw on.")
    context_tokens: int = _setting(
        "3000",
        whole(256, 1_000_000),
        "QUORUM_CONTEXT_TOKENS",
        "Most tokens of passages in a prompt, counted high. Where the passages found leave room, "
        "those before and after them go in too.",
    )
    lexical_weight: float = _setting(
        "0.6",
        number(0, 1),
        "QUORUM_LEXICAL_WEIGHT",
        "Weight of the words in the search, 0 to 1; the rest is that of the vectors. The workbench "
        "tells what a change does.",
    )
    reranker: str = _setting(
        "",
        str,
        "QUORUM_RERANKER",
        "Folder or hub id, on this machine, of a sentence-transformers cross-encoder that orders "
        "the best passages anew; empty means none.",
    )
    entailment_model: str = _setting(
        "",
        str,
        "QUORUM_ENTAILMENT_MODEL",
        "Folder or hub id, on this machine, of a sentence-transformers cross-encoder with the "
        "labels entailment, neutral and contradiction, which joins the check of every answer; "
        "empty means none.",
    )
    query_expansion: str = _setting(
        "none",
        one_of("none", "multi_query", "hyde"),
        "QUORUM_QUERY_EXPANSION",
        "What the chat model adds to a search: `multi_query` (the question in other words), `hyde` "
        "(a passage that might answer it) or `none`.",
    )
    max_file_mb: int = _setting(
        "100", whole(1, 10_000), "QUORUM_MAX_FILE_MB", "Largest file that is read, in megabytes."
    )
    read_deadline_s: int = _setting(
        "60",
        whole(1, 86_400),
        "QUORUM_READ_DEADLINE_S",
        "Most processor time for reading a file, in seconds; scans have four times as much.",
    )
    max_question_chars: int = _setting(
        "2000", whole(10, 100_000), "QUORUM_MAX_QUESTION_CHARS", "Longest question, in characters."
    )

    def __post_init__(self) -> None:
        """Raise SettingsError for values that do not go together."""
        if self.query_expansion != "none" and not (self.openai_configured or self.local_model):
            raise SettingsError(
                name="QUORUM_QUERY_EXPANSION",
                value=self.query_expansion,
                expected="it needs a chat model, which OPENAI_API_KEY, OPENAI_BASE_URL or "
                "QUORUM_LOCAL_MODEL gives",
            )
        if self.provider != "openai" and not self.chat_base_url:
            raise SettingsError(
                name="QUORUM_PROVIDER",
                value=self.provider,
                expected="it needs an address of your own in OPENAI_BASE_URL, such as "
                f"{self.preset.example}",
            )
        if 0 < self.window_tokens <= self.reply_tokens:
            raise SettingsError(
                name="QUORUM_WINDOW_TOKENS",
                value=str(self.window_tokens),
                expected=f"expected more than QUORUM_REPLY_TOKENS={self.reply_tokens}",
            )

    @classmethod
    def from_mapping(cls, environ: Mapping[str, str]) -> Settings:
        """Read every setting from ``environ``; an absent or empty one takes its default.

        Raises SettingsError for a value that cannot be used and for an unknown QUORUM_ name. What
        may hold a key is not shown: the value of an unknown name, and one with an ``@``.
        """
        known = {row.metadata["name"] for row in fields(cls)}
        for name in environ:
            if name.startswith("QUORUM_") and name not in known:
                raise SettingsError(
                    name=name, value=Secret(environ[name]), expected="there is no such setting"
                )
        values: dict[str, Any] = {}
        for row in fields(cls):
            raw = environ.get(row.metadata["name"], "").strip()
            if not raw:
                continue
            try:
                values[row.name] = row.metadata["parse"](raw)
            except ValueError as error:
                shown = Secret(raw) if "@" in raw else raw
                raise SettingsError(
                    name=row.metadata["name"], value=shown, expected=str(error)
                ) from None
        return cls(**values)

    @property
    def preset(self) -> Preset:
        """What is usual at the provider."""
        return PRESETS[self.provider]

    @property
    def chat_base_url(self) -> str:
        """Address of the OpenAI-compatible service; empty for OpenAI's own."""
        return self.openai_base_url or self.preset.base_url

    @property
    def chat_model(self) -> str:
        """Name of the model there; empty where the one that the server holds is meant."""
        return self.openai_model or ("" if self.preset.holds_one else self.preset.model)

    @property
    def openai_configured(self) -> bool:
        """Whether ``openai`` has what it needs: a key, an address of its own, or a local server."""
        return bool(self.openai_api_key or self.openai_base_url) or self.preset.on_this_machine


def setting_rows() -> tuple[Field[Any], ...]:
    """The table itself: one dataclass field a setting, with name, default and help in metadata."""
    return fields(Settings)
