"""Guidance and prompt versions held in memory."""

from __future__ import annotations

from collections.abc import Collection

from rag.guidance import Guidance
from rag.prompt_version import PromptVersion


class ShelfOfGuidance:
    """A small real ``rag.prompt_version.PromptBook``; keeps what it was asked for."""

    def __init__(self, *guidance: Guidance) -> None:
        self.put = {one.collection: one for one in guidance}
        self.asked: list[set[str]] = []
        self.kept: dict[str, PromptVersion] = {}

    def guidance(self, collections: Collection[str]) -> list[Guidance]:
        """See ``rag.prompt_version.PromptBook``."""
        self.asked.append(set(collections))
        return [self.put[name] for name in sorted(self.put) if name in collections]

    def keep(self, version: PromptVersion) -> None:
        """See ``rag.prompt_version.PromptBook``."""
        self.kept[version.id] = version
