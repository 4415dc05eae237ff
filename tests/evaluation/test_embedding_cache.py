"""Vectors kept by content: the same as fresh ones, and never another's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evaluation.embedding_cache import CachedEmbedder
from rag.protocols import Vectors
from rag.types import Span
from tests.fakes import WordEmbedder
from vectorstore.passages import pack

TEXTS = ["The pump weighs 4 kg. It is new.", "水泵重四公斤。", "No sentences here"]
SPANS = [[Span(start=0, end=21), Span(start=22, end=32)], [Span(start=0, end=7)], []]


class Counting(WordEmbedder):
    """Counts the texts it embeds."""

    def __init__(self, model_id: str = "words@1") -> None:
        super().__init__(dimension=64)
        self.model_id = model_id
        self.embedded = 0

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        self.embedded += len(texts)
        return super().embed_passages(texts, sentences)


def packed(result: tuple[Vectors, list[Vectors]]) -> list[bytes]:
    return [pack(result[0]), *map(pack, result[1])]


def test_cached_vectors_are_kept_as_fresh_ones_would_be(tmp_path: Path) -> None:
    inner = Counting()
    cached = CachedEmbedder(inner, tmp_path / "cache.sqlite3", backend="auto")
    fresh = cached.embed_passages(TEXTS, SPANS)
    again = cached.embed_passages(TEXTS, SPANS)
    cached.close()
    assert inner.embedded == 3
    assert (
        packed(fresh)
        == packed(again)
        == packed(WordEmbedder(dimension=64).embed_passages(TEXTS, SPANS))
    )
    assert [rows.shape for rows in again[1]] == [(2, 64), (1, 64), (0, 64)]
    assert again[0].dtype == np.float32


def test_only_what_is_missing_is_embedded(tmp_path: Path) -> None:
    inner = Counting()
    cached = CachedEmbedder(inner, tmp_path / "cache.sqlite3", backend="auto")
    cached.embed_passages(TEXTS[:1], SPANS[:1])
    mixed = cached.embed_passages(TEXTS[::-1], SPANS[::-1])
    assert inner.embedded == 3
    assert packed(mixed) == packed(inner.embed_passages(TEXTS[::-1], SPANS[::-1]))
    before = inner.embedded
    cached.embed_passages(TEXTS[:1], [[Span(start=0, end=3)]])
    assert inner.embedded == before + 1, "other sentences are another entry"
    assert cached.embed_passages([], [])[0].shape == (0, 64)
    cached.close()


def test_another_model_or_backend_does_not_find_them(tmp_path: Path) -> None:
    file = tmp_path / "cache.sqlite3"
    first = CachedEmbedder(Counting(), file, backend="onnx")
    first.embed_passages(TEXTS, SPANS)
    first.close()
    for model, backend, expected in (
        ("words@1", "onnx", 0),
        ("words@2", "onnx", 3),
        ("words@1", "torch", 3),
    ):
        inner = Counting(model)
        reopened = CachedEmbedder(inner, file, backend=backend)
        reopened.embed_passages(TEXTS, SPANS)
        reopened.close()
        assert inner.embedded == expected


def test_a_question_is_embedded_once_and_comes_back_exactly(tmp_path: Path) -> None:
    inner = Counting()
    cached = CachedEmbedder(inner, tmp_path / "cache.sqlite3", backend="auto")
    expected = WordEmbedder(dimension=64).embed_query("the pump")
    vectors = [cached.embed_query("the pump") for _ in range(2)]
    assert inner.embedded == 1
    assert all(np.array_equal(vector, expected) for vector in vectors)
    assert all(vector.dtype == np.float32 for vector in vectors)
    cached.embed_passages(["the pump"], [[]])
    assert inner.embedded == 2, "a passage of the same words is another entry"
    cached.close()


def test_everything_else_is_the_embedder_s_own(tmp_path: Path) -> None:
    inner = Counting()
    cached = CachedEmbedder(inner, tmp_path / "cache.sqlite3", backend="auto")
    assert cached.coverage("pump") == inner.coverage("pump")
    assert cached.count_tokens("the pump") == 2
    assert (cached.dimension, cached.max_tokens) == (64, inner.max_tokens)
    assert np.array_equal(cached.embed_documents(TEXTS), inner.embed_documents(TEXTS))
    cached.close()
