"""Score fusion: never worse than words where vectors are blind; every part accounted for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Hit
from rag.words import content_words
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


def score_of(hit: Hit, best_bm25: float) -> float:
    """The formula, worked out from what a hit tells of itself."""
    parts = hit.parts
    words = 0.35 * parts["lexical"] / best_bm25 + 0.4 * parts["words"] + 0.25 * parts["phrases"]
    return (1 - hit.dense_vote) * words + hit.dense_vote * parts["sentence"] / 0.6


@pytest.mark.parametrize("reads", [0.0, 1.0])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_score_is_the_sum_of_what_the_hit_tells(
    shelf: Shelf, question: str, reads: float
) -> None:
    hits = fused_over(shelf, reads=reads).search(question, collections=["c"], top_k=40)
    best = max(hit.parts["lexical"] for hit in hits)
    for hit in hits:
        assert hit.score == pytest.approx(score_of(hit, best))
    assert {hit.dense_vote for hit in hits} == {0.4 if reads else 0.0}


def test_a_hit_tells_its_place_in_each_half(shelf: Shelf) -> None:
    fused = fused_over(shelf)
    hits = fused.search("pump weight", collections=["c"], top_k=40)
    dense = ExactIndex(shelf.record, WordEmbedder()).search(
        "pump weight", collections=["c"], top_k=40
    )
    by_meaning = {hit.passage.chunk_id: place for place, hit in enumerate(dense, start=1)}
    assert {hit.passage.chunk_id: hit.ranks["dense"] for hit in hits} == by_meaning
    by_words = sorted((hit for hit in hits if "lexical" in hit.ranks), key=_by_words)
    assert [hit.ranks["lexical"] for hit in by_words] == list(range(1, len(by_words) + 1))
    assert 0 < len(by_words) < len(hits)


def _by_words(hit: Hit) -> tuple[float, str]:
    return -hit.parts["lexical"], hit.passage.chunk_id


def test_neighbouring_words_that_stay_neighbours_come_first(shelf: Shelf) -> None:
    lexical = shelf.lexical()
    versions = [
        shelf.add("c", "apart.txt", "The pump is red and its price is on the spare list."),
        shelf.add("c", "together.txt", "A spare pump is on the list and its price is red."),
    ]
    lexical.add(shelf.collection("c").id, shelf.entries(*versions))
    blind = WordEmbedder(reads=0.0)
    index = FusedIndex(shelf.record, blind, ExactIndex(shelf.record, blind), lexical)
    first, second = index.search("spare pump", collections=["c"], top_k=5)
    assert names([first]) == ["together.txt"]
    assert (first.parts["phrases"], second.parts["phrases"]) == (1.0, 0.0)
    assert first.parts["words"] == second.parts["words"] == 1.0


def test_what_stands_around_a_passage_decides_between_equals(shelf: Shelf) -> None:
    """Of three passages that say the same, the one on the page about valves is meant."""
    same = "Tighten it by hand."
    parts = ["Motors run hot.", "Valves leak when they are old.", "Cables fray."]
    versions = [shelf.add_page("c", f"{n}.txt", other, same) for n, other in enumerate(parts)]
    lexical = shelf.lexical()
    lexical.add(shelf.collection("c").id, shelf.entries(*versions))
    blind = WordEmbedder(reads=0.0)
    index = FusedIndex(shelf.record, blind, ExactIndex(shelf.record, blind), lexical)
    hits = index.search("How do I tighten a valve by hand?", collections=["c"], top_k=9)
    tight = [hit for hit in hits if hit.passage.chunk.text == same]
    assert names(tight[:1]) == ["1.txt"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_part_of_a_score_is_told(shelf: Shelf, question: str) -> None:
    index = fused_over(shelf)
    embedder = WordEmbedder()
    for hit in index.search(question, collections=["c"], top_k=10):
        chunk = hit.passage.chunk
        assert set(hit.parts) == {"dense", "sentence", "lexical", "words", "phrases"}
        cosine = float(embedder.embed_query(chunk.text) @ embedder.embed_query(question))
        assert hit.parts["dense"] == pytest.approx(cosine, abs=2e-3)
        assert len(hit.sentence_scores) == len(hit.sentence_coverages) == len(chunk.sentences)
        assert max(hit.sentence_coverages) <= hit.term_coverage + 1e-9
        assert max(hit.sentence_scores) == pytest.approx(hit.parts["sentence"], abs=6e-3)
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
    called: list[list[str]] = []
    dense = ExactIndex(shelf.record, shelf.embedder)
    index = FusedIndex(
        shelf.record,
        shelf.embedder,
        dense,
        shelf.lexical(),
        before_search=lambda collections: called.append([one.name for one in collections]),
    )
    shelf.collection("c")
    assert index.search("pump", collections=["c"], top_k=5) == []
    assert called == [["c"]]
    assert index.search("pump", collections=[], top_k=5) == []
    assert called == [["c"]]


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


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_one_half_with_all_the_weight_makes_the_order(shelf: Shelf, weight: float) -> None:
    for question in QUESTIONS:
        index = fused_over(shelf, lexical_weight=weight)
        hits = index.search(question, collections=["c"], top_k=40)
        assert {hit.dense_vote for hit in hits} == {1.0 - weight}
        if weight == 0.0:
            nearest = [hit.parts["sentence"] for hit in hits]
            assert nearest == sorted(nearest, reverse=True)


def test_what_the_word_index_has_lost_is_found_by_its_vector(shelf: Shelf) -> None:
    version = shelf.add("c", "a.txt", "The pump is red.", "Cables fray.")
    embedder = WordEmbedder()
    empty = shelf.lexical()
    index = FusedIndex(shelf.record, embedder, ExactIndex(shelf.record, embedder), empty)
    first, second = index.search("a red pump", collections=["c"], top_k=5)
    assert first.passage.chunk_id == shelf.ids(version)[0]
    assert first.parts["sentence"] == pytest.approx(first.parts["dense"], abs=2e-3)
    assert (first.parts["lexical"], first.term_coverage) == (0.0, 0.0)
    assert first.sentence_coverages == second.sentence_coverages == (0.0,)


def test_what_the_record_has_lost_leaves_its_place_to_the_next(shelf: Shelf) -> None:
    index = fused_over(shelf)
    before = index.search("pump price", collections=["c"], top_k=40)
    for hit in before[:25]:
        shelf.versions.begin_delete(shelf.collection("c"), hit.passage.document)
    after = index.search("pump price", collections=["c"], top_k=8)
    assert names(after) == names(before[25:33])


def test_a_flood_of_copies_gives_way(shelf: Shelf) -> None:
    """A hundred copies with other dates leave six of the first eight to what differs."""
    flood = [f"Printed on 2026-01-{n % 28 + 1:02d}.\nThe pump price is high." for n in range(100)]
    others = [f"The pump in hall {n} has a price tag of its own kind." for n in range(9)]
    lexical = shelf.lexical()
    versions = [shelf.add("c", f"{n:03d}.txt", text) for n, text in enumerate([*flood, *others])]
    lexical.add(shelf.collection("c").id, shelf.entries(*versions))
    embedder = WordEmbedder()
    index = FusedIndex(shelf.record, embedder, ExactIndex(shelf.record, embedder), lexical)
    hits = index.search("pump price", collections=["c"], top_k=8)
    copies = [hit for hit in hits if "Printed" in hit.passage.chunk.text]
    assert len(hits) == 8
    assert len(copies) == 2


def test_a_typing_error_finds_the_word_it_is_near_to(shelf: Shelf) -> None:
    hits = fused_over(shelf, reads=0.0).search("vavle", collections=["c"], top_k=3)
    assert hits
    assert all("valve" in hit.passage.chunk.text for hit in hits)
    assert {hit.term_coverage for hit in hits} == {1.0}
