"""ChatGLM-6B by the code that comes with its checkpoint.

That code is run (``trust_remote_code``): serve only a checkpoint you trust. Nothing is fetched
over the network.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from chatglm_server.completions import CompletionRequest, Message, Said, cut_at_stop


class Speaker(Protocol):
    """What the HTTP part needs of a model."""

    @property
    def window(self) -> int:
        """Most tokens of prompt and reply together."""

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The token ids of the prompt."""

    def speak(self, ids: Sequence[int], request: CompletionRequest) -> Generator[Said]:
        """What each choice says as it grows; of each choice the last has a ``finish``.

        Closing the iterator ends the generation.
        """


class ChatGLM:
    """The model and tokenizer of a checkpoint; one request speaks at a time."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._turn = threading.Lock()

    @classmethod
    def load(cls, folder: Path) -> ChatGLM:
        """Load from ``folder``: in half precision on a GPU, in single on a CPU."""
        import torch
        from transformers import AutoModel, AutoTokenizer

        own_code: Any = {"trust_remote_code": True, "local_files_only": True}
        tokenizer = AutoTokenizer.from_pretrained(folder, **own_code)
        loaded: Any = AutoModel.from_pretrained(folder, **own_code)
        model = loaded.half().cuda() if torch.cuda.is_available() else loaded.float()
        return cls(model.eval(), tokenizer)

    @property
    def window(self) -> int:
        """See ``Speaker``."""
        return int(self._model.config.max_sequence_length)

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """See ``Speaker``."""
        ids: list[int] = self._tokenizer([prompt_of(messages)])["input_ids"][0]
        return ids

    def speak(self, ids: Sequence[int], request: CompletionRequest) -> Generator[Said]:
        """See ``Speaker``. All choices are one batch."""
        import torch

        limit = min(request.max_tokens or self.window, self.window - len(ids))
        with self._turn:
            if request.seed is not None:
                torch.manual_seed(request.seed)
            steps = self._steps(ids, request, limit)
            try:
                yield from self._watch(steps, request, limit)
            finally:
                steps.close()

    def _steps(self, ids: Sequence[int], request: CompletionRequest, limit: int) -> Any:
        """The checkpoint's own generator: after each step, the ids of every choice."""
        import torch

        sampling: dict[str, Any] = {
            "do_sample": request.temperature > 0,
            "remove_invalid_values": True,  # half precision may overflow
        }
        if request.temperature > 0:
            sampling |= {"temperature": request.temperature, "top_p": request.top_p}
        rows = torch.tensor([list(ids)] * request.choices, device=self._model.device)
        # the step that reaches max_length is the one that its generator does not show
        return self._model.stream_generate(rows, max_length=len(ids) + limit + 1, **sampling)

    def _watch(self, steps: Any, request: CompletionRequest, limit: int) -> Iterator[Said]:
        end_id = self._model.config.eos_token_id
        latest = {
            number: Said(choice=number, text="", tokens=0) for number in range(request.choices)
        }
        start: int | None = None
        for rows in steps:
            start = rows.shape[1] - 1 if start is None else start
            for number, row in enumerate(rows[:, start:].tolist()):
                if latest[number].finish is None:
                    latest[number] = self._said(number, row, end_id, request, limit)
                    yield latest[number]
            if all(said.finish for said in latest.values()):
                return
        for said in latest.values():
            if said.finish is None:  # its generator hides the step in which the last choice ended
                yield Said(choice=said.choice, text=said.text, tokens=said.tokens, finish="stop")

    def _said(
        self, number: int, row: list[int], end_id: int, request: CompletionRequest, limit: int
    ) -> Said:
        ended = row[-1] == end_id
        tokens = len(row) - ended
        text = self._tokenizer.decode(row[:tokens]).lstrip() if tokens else ""
        text, stopped = cut_at_stop(text, request.stop)
        finish = "stop" if ended or stopped else ("length" if tokens >= limit else None)
        return Said(choice=number, text=text, tokens=tokens, finish=finish)


def prompt_of(messages: Sequence[Message]) -> str:
    """The conversation as ChatGLM-6B reads it: a question alone, or numbered rounds.

    A system message is put before the first question; the format has no place for it.
    """
    before = [message.content for message in messages if message.role == "system"]
    rounds: list[tuple[str, str]] = []
    question = ""
    for message in messages:
        if message.role == "user":
            question = f"{question}\n{message.content}" if question else message.content
        elif message.role == "assistant":
            rounds.append((question, message.content))
            question = ""
    if not rounds:
        return "\n\n".join([*before, question])
    rounds[0] = ("\n\n".join([*before, rounds[0][0]]), rounds[0][1])
    earlier = "".join(
        f"[Round {number}]\n问：{asked}\n答：{answer}\n"
        for number, (asked, answer) in enumerate(rounds)
    )
    return f"{earlier}[Round {len(rounds)}]\n问：{question}\n答："
