from __future__ import annotations

import numpy as np
from llama_index.core.schema import QueryBundle, TextNode

from benchmarks.retrieval.llama_index_rival import OurEmbedding, WordRetriever, fusion_retriever
from benchmarks.retrieval.rival_passages import Passages
from tests.fakes import WordEmbedder

TEXTS = [
    "The mill grinds rye on Mondays.",
    "The mill stands by the weir.",
    "Eels are smoked behind the weir.",
    "磨坊星期一磨黑麦。",
]


def nodes() -> list[TextNode]:
    return [TextNode(id_=f"p{at}", text=text) for at, text in enumerate(TEXTS)]


def test_words_are_stemmed_and_stop_words_left_out() -> None:
    words = WordRetriever(nodes(), most=4)
    found = words.retrieve(QueryBundle("grinding by the mills"))
    assert found[0].node.node_id == "p0", "two words of the question"
    assert found[1].node.node_id == "p1", "one"
    assert [one.score for one in found[2:]] == [0.0, 0.0]
    whole = words.retrieve(QueryBundle("磨坊星期一磨黑麦"))
    assert whole[0].node.node_id == "p3"
    assert (whole[0].score or 0) > 0
    assert words.retrieve(QueryBundle("黑麦"))[0].score == 0.0, "a run of Han characters is a word"


def test_the_better_half_s_own_score_decides() -> None:
    vectors = WordEmbedder().embed_documents(TEXTS)
    passages = Passages(ids=[f"p{at}" for at in range(4)], texts=TEXTS, vectors=vectors)
    search = fusion_retriever(passages, WordEmbedder(), most=3)
    found = search("smoked eels")
    assert found[0] == "p2"
    assert len(found) == len(set(found)) == 3


def test_fewer_passages_than_asked_for_are_all_given() -> None:
    vectors = WordEmbedder().embed_documents(TEXTS[:2])
    passages = Passages(ids=["p0", "p1"], texts=TEXTS[:2], vectors=vectors)
    assert sorted(fusion_retriever(passages, WordEmbedder(), most=50)("weir")) == ["p0", "p1"]


def test_the_embedder_is_ours() -> None:
    ours = OurEmbedding(WordEmbedder())
    expected = WordEmbedder().embed_query("rye 黑麦")
    assert np.allclose(ours.get_query_embedding("rye 黑麦"), expected)
    assert np.allclose(ours.get_text_embedding("rye 黑麦"), expected)
    assert ours.model_name == "words@1"
