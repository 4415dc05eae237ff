"""One table of settings, read once from a mapping; it also writes ``.env.example``.

Nothing here reads the environment by itself: ``app/wiring.py`` hands the mapping in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from rag.errors import SettingsError


class Secret:
    """A value that never shows itself: not in ``str``, ``repr``, a format or a comparison.

    Immutable and hashable; ``reveal()`` is the only way to the value.
    """

    __slots__ = ("__value",)
    __value: str

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_Secret__value", value)

    def reveal(self) -> str:
        """The value itself; hand it to the client that needs it and to nobody else."""
        return self.__value

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Secret cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Secret cannot be changed")

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __repr__(self) -> str:
        return "Secret('********')" if self.__value else "Secret('')"

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Secret is not written anywhere")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        try:
            value = int(raw)
        except ValueError:
            raise ValueError(f"expected a whole number from {low} to {high}") from None
        if not low <= value <= high:
            raise ValueError(f"expected a whole number from {low} to {high}")
        return value

    return parse


def _number(low: float, high: float) -> Callable[[str], float]:
    def parse(raw: str) -> float:
        try:
            value = float(raw)
        except ValueError:
            raise ValueError(f"expected a number from {low:g} to {high:g}") from None
        if not low <= value <= high:
            raise ValueError(f"expected a number from {low:g} to {high:g}")
        return value

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return raw

    return parse


def _yes_or_no(raw: str) -> bool:
    if raw not in {"yes", "no"}:
        raise ValueError("expected yes or no")
    return raw == "yes"


def _url(raw: str) -> str:
    if raw and not raw.startswith(("http://", "https://")):
        raise ValueError("expected an address that starts with http:// or https://")
    return raw.rstrip("/")


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
    port: int = _setting("8501", _whole(1, 65535), "QUORUM_PORT", "Port the app listens on.")
    model: str = _setting(
        "auto",
        _one_of("auto", "extractive", "openai"),
        "QUORUM_MODEL",
        "What answers: `extractive` (sentences of the documents, no model needed), `openai` (any "
        "OpenAI-compatible service) or `auto` (`openai` once it is configured).",
    )
    openai_api_key: Secret = _setting(
        "",
        Secret,
        "OPENAI_API_KEY",
        "Key of the OpenAI-compatible service; local servers need none.",
    )
    openai_base_url: str = _setting(
        "", _url, "OPENAI_BASE_URL", "Address of the service; empty means OpenAI's own."
    )
    openai_model: str = _setting(
        "gpt-4o-mini", str, "OPENAI_MODEL", "Name of the model at that service."
    )
    openai_temperature: float = _setting(
        "0", _number(0, 2), "QUORUM_TEMPERATURE", "Sampling temperature, 0 to 2."
    )
    openai_connect_timeout_s: float = _setting(
        "5", _number(0.1, 600), "QUORUM_CONNECT_TIMEOUT_S", "Seconds to wait for a connection."
    )
    openai_read_timeout_s: float = _setting(
        "20", _number(0.1, 600), "QUORUM_READ_TIMEOUT_S", "Seconds to wait for the next words."
    )
    openai_deadline_s: float = _setting(
        "60", _number(0.1, 3600), "QUORUM_DEADLINE_S", "Seconds a whole reply may take."
    )
    openai_logprobs: bool = _setting(
        "no",
        _yes_or_no,
        "QUORUM_LOGPROBS",
        "`yes` asks the service for the log-probability of every token, from which the workbench "
        "gets perplexity; a service that refuses is asked without.",
    )
    price_prompt: float = _setting(
        "0",
        _number(0, 1_000_000),
        "QUORUM_PRICE_PROMPT",
        "Price of a million prompt tokens, in a currency of your own; only the workbench uses it.",
    )
    price_completion: float = _setting(
        "0",
        _number(0, 1_000_000),
        "QUORUM_PRICE_COMPLETION",
        "Price of a million completion tokens, in the same currency.",
    )
    embedding_model: str = _setting(
        "",
        str,
        "QUORUM_EMBEDDING_MODEL",
        "Folder or hub id of a sentence-transformers model; empty means the all-MiniLM-L6-v2 "
        "weights that come along.",
    )
    embedding_backend: str = _setting(
        "auto",
        _one_of("auto", "onnx", "torch"),
        "QUORUM_EMBEDDING_BACKEND",
        "`onnx` (int8, CPU), `torch`, or `auto`: torch where there is a GPU.",
    )
    chunk_tokens: int = _setting(
        "200",
        _whole(32, 8192),
        "QUORUM_CHUNK_TOKENS",
        "Longest passage in the embedding model's tokens; its window limits it further.",
    )
    top_k: int = _setting("8", _whole(1, 100), "QUORUM_TOP_K", "Passages an answer may draw on.")
    context_tokens: int = _setting(
        "3000",
        _whole(256, 1_000_000),
        "QUORUM_CONTEXT_TOKENS",
        "Most tokens of passages in a prompt, counted high. Where the passages found leave room, "
        "those before and after them go in too.",
    )
    lexical_weight: float = _setting(
        "0.6",
        _number(0, 1),
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
    query_expansion: str = _setting(
        "none",
        _one_of("none", "multi_query", "hyde"),
        "QUORUM_QUERY_EXPANSION",
        "What the chat model adds to a search: `multi_query` (the question in other words), `hyde` "
        "(a passage that might answer it) or `none`.",
    )
    max_file_mb: int = _setting(
        "100", _whole(1, 10_000), "QUORUM_MAX_FILE_MB", "Largest file that is read, in megabytes."
    )
    max_question_chars: int = _setting(
        "2000", _whole(10, 100_000), "QUORUM_MAX_QUESTION_CHARS", "Longest question, in characters."
    )

    def __post_init__(self) -> None:
        """Raise SettingsError for values that do not go together."""
        if self.query_expansion != "none" and not self.openai_configured:
            raise SettingsError(
                name="QUORUM_QUERY_EXPANSION",
                value=self.query_expansion,
                expected="it needs a chat model, which OPENAI_API_KEY or OPENAI_BASE_URL gives",
            )

    @classmethod
    def from_mapping(cls, environ: Mapping[str, str]) -> Settings:
        """Read every setting from ``environ``; an absent or empty one takes its default.

        Raises SettingsError for a value that cannot be used and for an unknown QUORUM_ name, whose
        value is not shown: it may be a key.
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
                raise SettingsError(
                    name=row.metadata["name"], value=raw, expected=str(error)
                ) from None
        return cls(**values)

    @property
    def openai_configured(self) -> bool:
        """Whether the ``openai`` model has what it needs: a key, or an address of its own."""
        return bool(self.openai_api_key) or bool(self.openai_base_url)


def setting_rows() -> tuple[Field[Any], ...]:
    """The table itself: one dataclass field a setting, with name, default and help in metadata."""
    return fields(Settings)


_ENV_HEAD: Final = (
    "# Settings of Quorum. `make run` copies this file to .env once; .env is yours to edit.\n"
    "# An empty value means the default. Values in the environment win over this file.\n"
)


def env_example() -> str:
    """The text of ``.env.example``."""
    blocks = [_ENV_HEAD]
    for row in setting_rows():
        meta = row.metadata
        blocks.append(f"\n# {meta['help']}\n{meta['name']}={meta['default']}\n")
    return "".join(blocks)


def readme_table() -> str:
    """The settings table of the README, in Markdown."""
    lines = ["| setting | default | what it does |", "| --- | --- | --- |"]
    for row in setting_rows():
        meta = row.metadata
        default = f"`{meta['default']}`" if meta["default"] else "(empty)"
        lines.append(f"| `{meta['name']}` | {default} | {meta['help']} |")
    return "\n".join(lines)
