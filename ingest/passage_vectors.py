"""Passages to vectors, each content once: what was embedded before is not embedded again.

A passage is known by all that its vectors depend on: the model, the text with its headings, and
where its sentences stand. So a changed document costs its changed passages, a copy costs nothing,
and a document that was broken off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rag.protocols import Embedder, Vectors
from rag.types import Chunk, Span
from vectorstore.embedded import Embedded
from vectorstore.wording import context_of

CONTEXT_TOKENS: Final = 48
"""Most tokens that title and headings may take of the embedding model's window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageVectors:
    """Vectors (n, d) of n passages, one matrix of sentence vectors each, and the keys they have.

    ``made`` of them were embedded for this; the others were known.
    """

    vectors: Vectors
    sentences: list[Vectors]
    keys: list[bytes]
    made: int


class PassageEmbedder:
    """Embeds the passages of documents; keeps what it has made as it goes."""

    def __init__(self, embedder: Embedder, embedded: Embedded) -> None:
        self._embedder = embedder
        self._embedded = embedded

    def vectors(
        self, title: str, chunks: Sequence[Chunk], on_progress: Callable[[int], None]
    ) -> PassageVectors:
        """The vectors of ``chunks``; ``on_progress`` is told how many are there.

        The longest are embedded first, so that texts of a length go together.
        """
        inputs = [embedding_input(title, chunk, self._embedder) for chunk in chunks]
        keys = [content_key(self._embedder.model_id, text, spans) for text, spans in inputs]
        known = self._embedded.known(keys, self._embedder.dimension)
        missing = list({key: at for at, key in enumerate(keys) if key not in known}.values())
        missing.sort(key=lambda at: -len(inputs[at][0]))
        on_progress(len(chunks) - len(missing))
        at_once = self._embedder.texts_at_once if missing else 1
        for first in range(0, len(missing), at_once):
            some = missing[first : first + at_once]
            made = self._embedder.embed_passages(
                [inputs[at][0] for at in some], [inputs[at][1] for at in some]
            )
            rows = {
                keys[at]: (vector, own)
                for at, vector, own in zip(some, made[0], made[1], strict=True)
            }
            self._embedded.keep(rows)
            known |= rows
            on_progress(len(chunks) - len(missing) + first + len(some))
        return PassageVectors(
            vectors=np.stack([known[key][0] for key in keys]),
            sentences=[known[key][1] for key in keys],
            keys=keys,
            made=len(missing),
        )


def content_key(model_id: str, text: str, sentences: Sequence[Span]) -> bytes:
    """What the vectors of a text and of its sentences are known by: 32 bytes."""
    told = [model_id, text, [[span.start, span.end] for span in sentences]]
    return hashlib.sha256(json.dumps(told).encode()).digest()


def embedding_input(title: str, chunk: Chunk, embedder: Embedder) -> tuple[str, list[Span]]:
    """The text that is embedded for a chunk (title and headings over it) and its sentences in it.

    Title and headings take at most CONTEXT_TOKENS.
    """
    context = context_of(title, chunk)
    while context and embedder.count_tokens(context) > CONTEXT_TOKENS:
        context = context[: len(context) * 3 // 4].rstrip()
    prefix = f"{context}\n" if context else ""
    shift = len(prefix) - chunk.start
    spans = [Span(start=span.start + shift, end=span.end + shift) for span in chunk.sentences]
    return prefix + chunk.text, spans
