"""The models that the settings name: which there are, and each made at its first use.

With ``app/wiring.py`` and ``app/storage.py`` the only file that names concrete classes.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from app.made_once import made_once
from rag.model_errors import LocalModelNotConfigured, ModelNotConfigured, UnknownModel
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.models.local import LocalModel
    from rag.models.openai import OpenAIChat
    from rag.protocols import ChatModel

EXTRACTIVE: Final = "extractive"
OPENAI: Final = "openai"
LOCAL: Final = "local"
KINDS: Final = (EXTRACTIVE, OPENAI, LOCAL)

WRITING_DEADLINE_S: Final = 10.0
"""How long a search waits at most for the chat model to write what it searches with."""


class ChatModels:
    """The models by name: ``extractive``, ``openai``, ``local``, and ``local+NAME`` an adapter."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.making = threading.RLock()

    def names(self) -> tuple[str, ...]:
        """Models that can answer with these settings, the default first; loads nothing.

        A model with adapters and these stand together.
        """
        usable = [OPENAI] if self._settings.openai_configured else []
        if self._settings.local_model:
            usable += [LOCAL, *(f"{LOCAL}+{one}" for one in self.local.adapters())]
        usable.append(EXTRACTIVE)
        default = usable[0] if self._settings.model == "auto" else self._settings.model
        kin = [one for one in usable if _kind(one) == _kind(default) and one != default]
        others = [one for one in usable if _kind(one) != _kind(default)]
        return (default, *kin, *others)

    def check(self, name: str) -> None:
        """Raise UnknownModel or ModelNotConfigured for a model that cannot answer.

        Loads nothing: whether a model works shows at its first question.
        """
        kind, _, adapter = name.partition("+")
        if kind not in KINDS or kind not in (name, LOCAL):
            raise UnknownModel(name=name, known=", ".join(KINDS))
        if kind == OPENAI and not self._settings.openai_configured:
            raise ModelNotConfigured(name=name)
        if kind == LOCAL and not self._settings.local_model:
            raise LocalModelNotConfigured(name=name)
        if name != kind and adapter not in self.local.adapters():
            known = [LOCAL, *(f"{LOCAL}+{one}" for one in self.local.adapters())]
            raise UnknownModel(name=name, known=", ".join(known))

    def chat(self, name: str) -> ChatModel:
        """The chat model of this name. Raises UnknownModel and ModelNotConfigured."""
        if name == EXTRACTIVE:
            raise UnknownModel(name=name, known=", ".join((OPENAI, LOCAL)))
        self.check(name)
        kind, _, adapter = name.partition("+")
        return self.local.chat(adapter or None) if kind == LOCAL else self.openai

    def writer(self, name: str | None = None) -> ChatModel:
        """The chat model for what a search waits for where ``name`` (or the default) answers.

        It is of the same kind, so that nothing leaves the machine for a local model, without an
        adapter, and has at most ``WRITING_DEADLINE_S``.
        """
        name = name or self.names()[0]
        if name == EXTRACTIVE:
            name = OPENAI if self._settings.openai_configured else LOCAL
        self.check(name)
        if name == OPENAI:
            return self._openai_writer
        return self.local.chat(deadline_s=WRITING_DEADLINE_S)

    def is_ready(self, name: str) -> bool:
        """Whether this model can begin at once: a local one may have to be loaded first."""
        return not name.startswith(LOCAL) or self.local.loaded

    def load(self) -> None:
        """Load what the default model's first answer would wait for; asks no service.

        Raises ModelError.
        """
        name = self.names()[0]
        self.check(name)
        if name == OPENAI:
            self.openai.prepare()
        elif name != EXTRACTIVE:
            self.local.load()

    def close(self) -> None:
        """Give connections and memory back; weights still being loaded are not waited for."""
        for name in ("openai", "_openai_writer"):
            if name in self.__dict__:
                self.__dict__[name].close()
        if "local" in self.__dict__ and self.local.loaded:
            self.local.close()

    @made_once
    def openai(self) -> OpenAIChat:
        """The model at an OpenAI-compatible service."""
        from rag.models.openai import OpenAIChat

        return OpenAIChat.of(self._settings)

    @made_once
    def local(self) -> LocalModel:
        """The model in this process, whichever adapter it answers with."""
        from rag.models.local import LocalModel

        return LocalModel.of(self._settings)

    @made_once
    def _openai_writer(self) -> OpenAIChat:
        from rag.models.openai import OpenAIChat

        return OpenAIChat.of(self._settings, deadline_s=WRITING_DEADLINE_S)


def _kind(name: str) -> str:
    return name.partition("+")[0]
