"""Several continuations of one prompt, a token of each at a time.

The prompt is read once, whatever the number of continuations; from then on all of them share each
pass through the weights, which is what a pass costs most of its time for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

_STRETCH_TOKENS: Final = 512
"""Tokens of a prompt that are read at once; in between, reading can be given up."""

_FIRST_SEED: Final = 20_240_101


class NotFinite(RuntimeError):
    """The model's numbers have overflowed: there is no distribution to draw from."""


class Batch:
    """``size`` continuations of a prompt by ``model``, each drawn by itself.

    At temperature 0 the likeliest token is taken; otherwise a token is drawn from the whole
    distribution at that temperature, without top-k or top-p, so that the share of an answer among
    the samples estimates its probability. The same prompt draws the same samples by the same
    ``seed``.
    """

    def __init__(self, model: Any, *, size: int, temperature: float, seed: int = 0) -> None:
        import torch

        self._model = model
        self._size = size
        self._temperature = temperature
        self._random = torch.Generator(device=model.device).manual_seed(_FIRST_SEED + seed)
        self._cache: Any = None
        self._logits: Any = None
        self._tokens: Any = None

    def read(self, prompt: Sequence[int], is_over: Callable[[], bool]) -> bool:
        """Read the prompt; false where it was given up because ``is_over``."""
        import torch

        for start in range(0, len(prompt), _STRETCH_TOKENS):
            if is_over():
                return False
            stretch = torch.tensor([prompt[start : start + _STRETCH_TOKENS]])
            self._forward(stretch.to(self._model.device))
        self._logits = self._logits.expand(self._size, -1)
        if self._size > 1:
            self._cache.batch_repeat_interleave(self._size)
        return True

    def choose(self) -> list[tuple[int, float]]:
        """The next token of every continuation, with the natural logarithm of its probability.

        It is the model's own probability, at temperature 1. Raises NotFinite.
        """
        logprobs = self._logits.float().log_softmax(-1)
        if self._temperature == 0:
            tokens = logprobs.argmax(-1, keepdim=True)
        else:
            shares = (self._logits.float() / self._temperature).softmax(-1)
            noise = shares.new_empty(shares.shape).exponential_(generator=self._random)
            tokens = (shares / noise).argmax(-1, keepdim=True)
        self._tokens = tokens
        chosen = logprobs.gather(-1, tokens)[:, 0].tolist()
        if not all(-float("inf") < one <= 0 for one in chosen):
            raise NotFinite
        return list(zip(tokens[:, 0].tolist(), chosen, strict=True))

    def go_on(self, keep: Sequence[int]) -> None:
        """Read the tokens just chosen; of all continuations only those at ``keep`` go on."""
        import torch

        if len(keep) < len(self._tokens):
            rows = torch.tensor(list(keep), device=self._tokens.device)
            self._cache.batch_select_indices(rows)
            self._tokens = self._tokens[rows]
        self._forward(self._tokens)

    def _forward(self, tokens: Any) -> None:
        done = self._model(
            input_ids=tokens, past_key_values=self._cache, use_cache=True, logits_to_keep=1
        )
        self._cache = done.past_key_values
        self._logits = done.logits[:, -1]
