"""A sentence-transformers model that is given tokens instead of texts, for its pool's processes.

Imports torch: to be imported where a pool starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from sentence_transformers import SentenceTransformer

from vectorstore.child_process import end_with_parent


class TokenRows(torch.nn.Module):
    """The first module of a model, its tokeniser left out: it pads rows of token ids."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.module = module

    def preprocess(self, inputs: Sequence[str], **_: Any) -> dict[str, torch.Tensor]:
        """Ids (b, t) and their mask for b rows of ids as ``spelled``; t is the longest."""
        rows = [torch.tensor([int(one) for one in row.split()]) for row in inputs]
        pad = torch.nn.utils.rnn.pad_sequence
        return {
            "input_ids": pad(rows, batch_first=True),
            "attention_mask": pad([torch.ones_like(row) for row in rows], batch_first=True),
        }

    def forward(self, features: dict[str, Any], **arguments: Any) -> dict[str, Any]:
        """See ``sentence_transformers``: token vectors are added to ``features``."""
        made: dict[str, Any] = self.module(features, **arguments)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to a process of the pool, it ties that process to this one."""
        return _arrived, (os.getpid(), self.module)


def _arrived(parent: int, module: torch.nn.Module) -> TokenRows:
    end_with_parent(parent)
    return TokenRows(module)


def spelled(row: Iterable[int]) -> str:
    """Token ids as the model's input: it takes text, while numbers would be a sound to it."""
    return " ".join(map(str, row))


def reading_rows(model: SentenceTransformer) -> SentenceTransformer:
    """``model`` over rows of token ids."""
    first, *rest = model
    return SentenceTransformer(modules=[TokenRows(first), *rest], device="cpu")
