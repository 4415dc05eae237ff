"""Score fusion: never worse than words where vectors are blind; every part accounted for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language import content_words
from tests.fakes import WordEmbedder
from tests.vectorstore.shelf import Shelf, names
from vectorstore.exact import ExactIndex
from vectorstore.fused import LEXICAL_WEIGHT, FusedIndex, dense_vote

WORD_LIST = "pump valve motor housing cable 水泵 保修 年假 price weight colour order spare"
WORDS = WORD_LIST.split()
QUESTIONS = ("pump weight", "保修 年假", "spare order price", "cable", "水泵 motor unknownword")


def fused_over(
    shelf: Shelf, *, reads: float = 1.0, lexical_weight: float = LEXICAL_WEIGHT
) -> FusedIndex:
    embedder = WordEmbedder(reads=reads)
    lexical = shelf.lexical()
    if not lexical.count(shelf.collection("c").id):
        random = np.random.default_rng(11)
        texts = [" ".join(random.choice(WORDS, size=9)) + f" n{n}." for n in range(40)]
        versions = [shelf.add("c", f"{n:02d}.txt", text) for n, text in enumerate(texts)]
        lexical.add(shelf.collection("c").id, shelf.entries(*versions))
    return FusedIndex(
        shelf.record,
        embedder,
        ExactIndex(shelf.record, embedder),
        lexical,
        lexical_weight=lexical_weight,
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_with_blind_vectors_the_order_is_that_of_the_words(shelf: Shelf, question: str) -> None:
    index = fused_over(shelf, reads=0.0)
    hits = index.search(question, collections=["c"], top_k=10)
    best = shelf.lexical().best(content_words(question), [shelf.collection("c")], 10)
    assert best
    assert [hit.passage.chunk_id for hit in hits][: len(best)] == [one for one, _ in best]
    assert {hit.dense_vote for hit in hits} == {0.0}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_part_of_a_score_is_told(shelf: Shelf, question: str) -> None:
    index = fused_over(shelf)
    embedder = WordEmbedder()
    for hit in index.search(question, collections=["c"], top_k=10):
        chunk = hit.passage.chunk
        assert set(hit.parts) == {"dense", "sentence", "lexical"}
        cosine = float(embedder.embed_query(chunk.text) @ embedder.embed_query(question))
        assert hit.parts["dense"] == pytest.approx(cosine, abs=2e-3)
        assert len(hit.sentence_scores) == len(hit.sentence_coverages) == len(chunk.sentences)
        assert max(hit.sentence_coverages) <= hit.term_coverage + 1e-9
        assert max(hit.sentence_scores) == pytest.approx(hit.parts["sentence"], abs=1e-6)
        assert 0.0 <= hit.term_coverage <= 1.0
        assert 0.0 < hit.dense_vote < 1.0
        own = set(content_words(f"{hit.passage.title} {chunk.text}"))
        asked = set(content_words(question))
        assert (hit.term_coverage > 0) == bool(own & asked)
        assert hit.term_coverage == pytest.approx(1.0) or asked - own


def test_hits_come_best_first_and_only_so_many(shelf: Shelf) -> None:
    index = fused_over(shelf)
    ten = index.search("pump price", collections=["c"], top_k=10)
    assert len(ten) == 10
    assert [hit.score for hit in ten] == sorted((hit.score for hit in ten), reverse=True)
    three = index.search("pump price", collections=["c"], top_k=3)
    assert names(three) == names(ten)[:3]


def test_the_same_question_gives_the_same_answer(shelf: Shelf) -> None:
    index = fused_over(shelf)
    again = [index.search("pump price", collections=["c"], top_k=10) for _ in range(3)]
    assert again[0] == again[1] == again[2]


def test_a_question_without_words_in_common_still_ranks_by_vectors(shelf: Shelf) -> None:
    hits = fused_over(shelf).search("the of and", collections=["c"], top_k=5)
    assert len(hits) == 5
    assert all(np.isfinite(hit.score) for hit in hits)
    assert {hit.term_coverage for hit in hits} == {0.0}


def test_a_single_passage_has_a_finite_score(shelf: Shelf) -> None:
    lexical = shelf.lexical()
    lexical.add(shelf.collection("one").id, shelf.entries(shelf.add("one", "a.txt", "pump")))
    dense = ExactIndex(shelf.record, shelf.embedder)
    index = FusedIndex(shelf.record, shelf.embedder, dense, lexical)
    (hit,) = index.search("pump", collections=["one"], top_k=5)
    assert np.isfinite(hit.score)
    assert hit.score > 0


def test_what_must_happen_before_a_search_happens(shelf: Shelf) -> None:
    called = []
    dense = ExactIndex(shelf.record, shelf.embedder)
    index = FusedIndex(
        shelf.record,
        shelf.embedder,
        dense,
        shelf.lexical(),
        before_search=lambda: called.append(True),
    )
    shelf.collection("c")
    assert index.search("pump", collections=["c"], top_k=5) == []
    assert called == [True]
    assert index.search("pump", collections=[], top_k=5) == []
    assert called == [True]


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_dense_vote_grows_with_what_can_be_read(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= dense_vote(low) <= dense_vote(high) < 1.0
    assert dense_vote(0.0) == 0.0
    assert dense_vote(1.0) > 0.0


def test_the_weight_of_the_words_is_what_vectors_do_not_get() -> None:
    assert dense_vote(1.0, 0.3) == pytest.approx(0.7)
    assert (dense_vote(1.0, 0.0), dense_vote(1.0, 1.0)) == (1.0, 0.0)
    # coverage 0.8 is half-way from the floor 0.6 to 1: (1 - 0.2) / 2
    assert dense_vote(0.8, 0.2) == pytest.approx(0.4)


@pytest.mark.parametrize(("weight", "part"), [(1.0, "lexical"), (0.0, "sentence")])
def test_one_half_with_all_the_weight_makes_the_order(
    shelf: Shelf, weight: float, part: str
) -> None:
    for question in QUESTIONS:
        hits = fused_over(shelf, lexical_weight=weight).search(
            question, collections=["c"], top_k=10
        )
        parts = [hit.parts[part] for hit in hits]
        assert parts == sorted(parts, reverse=True)
        assert {hit.dense_vote for hit in hits} == {1.0 - weight}
