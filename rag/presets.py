"""Addresses and usual models of services that speak OpenAI's protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """What is usual at a provider.

    An empty ``base_url`` is OpenAI's own address or, where there is an ``example``, one that only
    its user knows. ``on_this_machine`` servers need no key; one that ``holds_one`` model serves
    that one, whatever its name.
    """

    base_url: str = ""
    model: str = ""
    example: str = ""
    on_this_machine: bool = False
    holds_one: bool = False


PRESETS: Final[Mapping[str, Preset]] = {
    "openai": Preset(model="gpt-4o-mini"),
    "azure": Preset(model="gpt-4o-mini", example="https://NAME.openai.azure.com/openai/v1"),
    "dashscope": Preset(
        base_url="https://dashscope.aliyuncs.com/compatible-mode/v1", model="qwen-plus"
    ),
    "deepseek": Preset(base_url="https://api.deepseek.com", model="deepseek-chat"),
    "ollama": Preset(base_url="http://127.0.0.1:11434/v1", model="llama3.2", on_this_machine=True),
    "vllm": Preset(base_url="http://127.0.0.1:8000/v1", on_this_machine=True, holds_one=True),
    "llama_cpp": Preset(base_url="http://127.0.0.1:8080/v1", on_this_machine=True, holds_one=True),
    "transformers": Preset(
        base_url="http://127.0.0.1:8000/v1", on_this_machine=True, holds_one=True
    ),
}
"""By the name that QUORUM_PROVIDER takes."""
