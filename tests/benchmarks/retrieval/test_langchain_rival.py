from __future__ import annotations

import numpy as np

from benchmarks.retrieval.langchain_rival import KnownVectors, ensemble_retriever
from benchmarks.retrieval.rival_passages import Passages
from rag.words import content_words
from tests.fakes import WordEmbedder

TEXTS = [
    "the mill grinds rye on mondays",
    "the mill stands by the weir",
    "eels are smoked behind the weir",
    "磨坊 星期一 磨 黑麦",
    "黑麦面包配熏鳗鱼",
]


def some_passages() -> Passages:
    ids = [f"p{at}" for at in range(len(TEXTS))]
    return Passages(ids=ids, texts=TEXTS, vectors=WordEmbedder().embed_documents(TEXTS))


def test_both_halves_are_fused_by_rank_with_equal_weights() -> None:
    search = ensemble_retriever(some_passages(), WordEmbedder(), most=2)
    found = search("rye mondays")
    assert found[0] == "p0", "first in both halves"
    assert 2 <= len(found) <= 4
    assert len(set(found)) == len(found)


def test_its_words_are_what_stands_between_blanks() -> None:
    search = ensemble_retriever(some_passages(), WordEmbedder(), most=1)
    assert search("黑麦") == ["p3"], "where it stands between blanks"
    assert search("黑麦面包配熏鳗鱼") == ["p4"], "a whole passage is one word"


def test_it_can_be_handed_better_words() -> None:
    search = ensemble_retriever(some_passages(), WordEmbedder(), most=1, words=content_words)
    assert search("面包")[0] == "p4", "jieba finds it inside the passage"
    assert search("The Mondays")[0] == "p0"


def test_vectors_of_passages_are_those_kept() -> None:
    kept = {"a": np.array([0.6, 0.8], np.float32), "窑": np.array([1.0, 0.0], np.float32)}
    vectors = KnownVectors(WordEmbedder(dimension=2), kept)
    assert np.allclose(vectors.embed_documents(["窑", "a"]), [[1.0, 0.0], [0.6, 0.8]])
    assert len(vectors.embed_query("a")) == 2
