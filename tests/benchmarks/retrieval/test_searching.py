from __future__ import annotations

import numpy as np
import pytest

from benchmarks.retrieval.filling import Built, Library
from benchmarks.retrieval.searching import EmbeddedBefore, search
from tests.fakes import WordEmbedder


def test_every_system_is_asked_every_question(built: tuple[Library, Built]) -> None:
    found = search(built[0], questions=8, rivals_up_to=1000, limit_s=30)
    assert found.questions == 8
    assert [one.name for one in found.systems] == [
        "Quorum (top 8)",
        "Chroma alone",
        "tantivy alone",
        "exact search",
        "numpy scan",
        "LangChain EnsembleRetriever",
    ]
    for one in found.systems:
        assert one.times is not None
        assert one.times.asked == 8
        assert 0 < one.times.p50_ms <= one.times.p95_ms
    assert found.embedding.asked == 8
    assert found.recall > 0.9, "HNSW over 300 vectors misses next to nothing"
    assert found.product.now_mb <= found.product.peak_mb
    names = [part.name for part in found.parts]
    assert {name.split(".")[0] for name in names} >= {"record", "dense", "lexical", "rest"}
    whole = found.systems[0].times
    assert whole is not None
    parts = sum(part.times.mean_ms for part in found.parts)
    assert parts == pytest.approx(whole.mean_ms, rel=0.05)


def test_rivals_that_are_too_large_are_told_not_to_have_run(
    built: tuple[Library, Built],
) -> None:
    found = search(built[0], questions=2, rivals_up_to=299, limit_s=30)
    assert found.systems[-1].times is None
    assert found.systems[-1].note.startswith("not run: above --rivals-up-to 299, for rank_bm25")


def test_a_question_is_embedded_once() -> None:
    vector = np.eye(1, 256, dtype=np.float32)[0]
    embedder = EmbeddedBefore(WordEmbedder(), {"泵有多重？": vector})
    assert embedder.embed_query("泵有多重？") is vector
    assert np.array_equal(embedder.embed_query("pump"), WordEmbedder().embed_query("pump"))
    assert embedder.model_id == "words@1"
    assert embedder.coverage("pump") == 1.0
