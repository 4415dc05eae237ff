"""The model of this process: one set of weights for all chats, one generation at a time."""

from __future__ import annotations

import gc
import math
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from rag.model_errors import LocalModelError
from rag.models.local.adapters import Adapters, adapter_names
from rag.models.local.batch import Batch
from rag.models.local.chat import LocalChat
from rag.models.local.chat_format import chat_prompt, encodable
from rag.models.local.checkpoint import Checkpoint, find_checkpoint
from rag.models.local.fitting import free_bytes
from rag.models.local.generating import (
    Generation,
    GrowingReply,
    broken,
    end_tokens,
    is_out_of_memory,
    speak,
)
from rag.models.local.loading import check_loadable, device_for, load_tokenizer, load_weights
from rag.replies import Message, Reply, Sample, Trouble
from rag.settings import Settings
from rag.tokens import token_bound

_TURN_POLL_S: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """What is in memory."""

    adapters: Adapters
    ends: frozenset[int]


class LocalModel:
    """A causal language model of transformers in this process, loaded at its first use.

    ``model`` is a folder, a GGUF file or a hub id on this machine. ``prompt_tokens`` is how long a
    prompt is expected at most when it is judged whether the model fits into memory.
    """

    def __init__(
        self,
        *,
        model: str,
        adapters: str = "",
        quantisation: str = "none",
        device: str = "auto",
        temperature: float = 0.0,
        reply_tokens: int = 512,
        prompt_tokens: int = 4000,
        deadline_s: float = 180.0,
        free_bytes: Callable[[str], int] = free_bytes,
    ) -> None:
        self._model = model
        self._adapters = adapters
        self._quantisation = quantisation
        self._device = device
        self._temperature = temperature
        self._reply_tokens = reply_tokens
        self._prompt_tokens = prompt_tokens
        self._deadline_s = deadline_s
        self._free_bytes = free_bytes
        self._reading = threading.Lock()
        self._turn = threading.Lock()
        self._checkpoint: Checkpoint | None = None
        self._tokenizer: Any = None
        self._weights: _Weights | None = None
        self._running: set[Generation] = set()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The model that the settings name."""
        return cls(
            model=settings.local_model,
            adapters=settings.local_adapters,
            quantisation=settings.local_quantisation,
            device=settings.local_device,
            temperature=settings.openai_temperature,
            reply_tokens=settings.reply_tokens,
            prompt_tokens=settings.context_tokens + settings.reply_tokens,
            deadline_s=settings.local_deadline_s,
        )

    def adapters(self) -> tuple[str, ...]:
        """The LoRA adapters there are, sorted; nothing is loaded."""
        return adapter_names(self._adapters)

    def chat(self, adapter: str | None = None, *, deadline_s: float = math.inf) -> LocalChat:
        """A chat with this model, or with its ``adapter``; nothing is loaded yet.

        ``deadline_s`` can only shorten that of the settings.
        """
        return LocalChat(
            self,
            adapter=adapter,
            temperature=self._temperature,
            deadline_s=min(deadline_s, self._deadline_s),
        )

    @property
    def loaded(self) -> bool:
        """Whether its weights are in memory."""
        return self._weights is not None

    @property
    def device(self) -> str:
        """Where it runs: ``cpu`` or ``cuda``. Raises DeviceMissing."""
        return device_for(self._device)

    @property
    def window(self) -> int | None:
        """Most tokens of prompt and reply together; None where that is not known."""
        try:
            return self._found().window
        except LocalModelError:
            return None

    def check(self) -> None:
        """Raise the LocalModelError that loading would end in, as far as headers tell."""
        checkpoint = self._found()
        check_loadable(checkpoint, **self._how(checkpoint))

    def load(self) -> None:
        """Load its weights now. Raises LocalModelError."""
        with self._turn:
            self._in_memory()

    def close(self) -> None:
        """End what it is saying and give its memory back; a later use loads it again."""
        for generation in tuple(self._running):
            generation.stop()
        with self._turn:
            self._weights = None
            _give_memory_back()

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text`` by its own tokenizer; counted high where that cannot be loaded."""
        try:
            with self._reading:
                encoded = self._words()(encodable(text), add_special_tokens=False, verbose=False)
        except LocalModelError:
            return token_bound(text)
        return len(encoded["input_ids"])

    def generate(
        self,
        messages: Sequence[Message],
        *,
        adapter: str | None,
        size: int,
        temperature: float,
        deadline_s: float,
        beat_s: float = math.inf,
        seed: int = 0,
    ) -> Generator[Sample]:
        """``size`` replies as they grow; see ``rag.protocols.ChatModel.sample``.

        A reply is given again where nothing new has come for ``beat_s``.
        """
        generation = Generation(size=size, deadline_s=deadline_s, beat_s=beat_s)
        self._running.add(generation)

        def make() -> None:
            self._make(generation, messages, adapter, temperature=temperature, seed=seed)

        try:
            yield from generation.samples(make)
        finally:
            self._running.discard(generation)

    def _make(
        self,
        generation: Generation,
        messages: Sequence[Message],
        adapter: str | None,
        *,
        temperature: float,
        seed: int,
    ) -> None:
        size = generation.size
        with self._reading:
            tokenizer = self._words()
            prompt = chat_prompt(tokenizer, messages)
        room = (self.window or math.inf) - len(prompt.ids)
        if room < 1:
            too_long = Reply(text="", prompt_tokens=len(prompt.ids))
            for number in range(size):
                generation.tell(number, broken(too_long, Trouble.TOO_LONG))
            return
        with self._in_turn(generation) as weights:
            if weights is None:
                return

            def decode(tokens: Sequence[int]) -> str:
                text: str = tokenizer.decode(
                    tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
                )
                return text

            longest = int(min(self._reply_tokens, room))
            replies = [
                GrowingReply(prompt, decode, ends=weights.ends, longest=longest)
                for _ in range(size)
            ]
            import torch

            with weights.adapters.active(adapter) as model, torch.inference_mode():
                batch = Batch(model, size=size, temperature=temperature, seed=seed)
                speak(batch, prompt, replies, generation)

    @contextmanager
    def _in_turn(self, generation: Generation) -> Generator[_Weights | None]:
        """The weights once it is this generation's turn; None where it is over before that."""
        while not self._turn.acquire(timeout=_TURN_POLL_S):
            if generation.is_over:
                yield None
                return
        try:
            yield None if generation.is_over else self._in_memory()
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                _give_memory_back()
            raise
        finally:
            self._turn.release()

    def _found(self) -> Checkpoint:
        if self._checkpoint is None:
            self._checkpoint = find_checkpoint(self._model)
        return self._checkpoint

    def _words(self) -> Any:
        if self._tokenizer is None:
            self._tokenizer = load_tokenizer(self._found())
        return self._tokenizer

    def _how(self, checkpoint: Checkpoint) -> dict[str, Any]:
        longest = self._prompt_tokens + self._reply_tokens
        return {
            "device": self.device,
            "quantisation": self._quantisation,
            "tokens": min(longest, checkpoint.window or longest),
            "free_bytes": self._free_bytes,
        }

    def _in_memory(self) -> _Weights:
        if self._weights is None or self._weights.adapters.spoiled:
            self._weights = None
            checkpoint = self._found()
            model = load_weights(checkpoint, **self._how(checkpoint))
            adapters = Adapters(model, folder=self._adapters, model_name=checkpoint.name)
            with self._reading:
                ends = end_tokens(model, self._words())
            self._weights = _Weights(adapters=adapters, ends=ends)
        return self._weights


def _give_memory_back() -> None:
    gc.collect()
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
