"""A question's words in passages: hand-worked shares, and the same from plain sets of words."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Chunk, Span
from rag.words import content_words
from tests.fakes import a_chunk
from vectorstore.spelling import LexicalQuery
from vectorstore.wording import PassageWords, WordMatches, context_of, match_words

WORDS = ["pump", "valve", "motor", "red", "heavy", "水泵", "保修", "2024"]


def compared(question: str, *texts: str, title: str = "", **rarity: float) -> WordMatches:
    asked = LexicalQuery(sequence=tuple(content_words(question)))
    weights = {term: rarity.get(term, 1.0) for term in asked.terms}
    packed = [PassageWords.of(title, a_chunk(text)).packed() for text in texts]
    return match_words(asked, weights, packed)


def test_shares_are_of_the_words_weight() -> None:
    """Of pump (2), red (1), heavy (1): the sentences hold 2/4 and 2/4, together 3/4."""
    found = compared(
        "pump red heavy", "The pump works. A red pump stops.", "Valves are heavy.", pump=2.0
    )
    assert found.coverage.tolist() == [0.75, 0.25]
    assert [own.tolist() for own in found.sentences] == [[0.5, 0.75], [0.25]]
    assert found.best_sentence.tolist() == [0.75, 0.25]


def test_title_and_headings_count_for_every_sentence() -> None:
    found = compared("pump red", "It is red. It is new.", title="The pump")
    assert found.sentences[0].tolist() == [1.0, 0.5]
    assert found.coverage.tolist() == [1.0]


def test_what_is_between_sentences_counts_for_the_passage_only() -> None:
    text = "Pumps\nThey are red."
    chunk = Chunk(
        sequence=0,
        page=1,
        start=10,
        end=10 + len(text),
        text=text,
        sentences=(Span(start=16, end=29),),
    )
    words = PassageWords.of("", chunk)
    assert (words.parts, words.quoted) == ((("pump",), ("red",)), (False, True))
    asked = LexicalQuery(sequence=("pump", "red"))
    found = match_words(asked, {"pump": 1.0, "red": 1.0}, [words.packed()])
    assert found.sentences[0].tolist() == [0.5]
    assert (found.coverage.tolist(), found.phrases.tolist()) == ([1.0], [1.0])


def test_phrases_are_neighbours_in_one_passage() -> None:
    """Pairs of "red pump valve": (red, pump) and (pump, valve), each half."""
    found = compared(
        "red pump valve", "A red pump. Motor.", "The red pump. Valve.", "It is red.", "Pump red."
    )
    assert found.phrases.tolist() == [0.5, 1.0, 0.0, 0.0]


def test_a_heavier_pair_weighs_more() -> None:
    """(red, pump) weighs (3 + 1) / 2 = 2, (pump, valve) 1: two of three."""
    found = compared("red pump valve", "A red pump.", red=3.0)
    assert found.phrases[0] == pytest.approx(2 / 3)


def test_chinese_is_compared_alike() -> None:
    found = compared("水泵保修", "水泵的保修期是两年。电机很重。")
    assert found.sentences[0][0] == found.coverage[0] == pytest.approx(1.0)
    assert found.sentences[0][1] == 0.0


def test_a_misspelt_word_is_held_where_what_it_is_read_as_is() -> None:
    asked = LexicalQuery(sequence=("pumb", "red"), read_as={"pumb": ("pump", "plumb")})
    packed = [PassageWords.of("", a_chunk(text)).packed() for text in ("A red pump.", "A plum.")]
    found = match_words(asked, {"pumb": 1.0, "red": 1.0}, packed)
    assert found.coverage.tolist() == [1.0, 0.0]


def test_nothing_known_of_a_passage_is_nothing_held() -> None:
    asked = LexicalQuery(sequence=("pump",))
    found = match_words(asked, {"pump": 1.0}, [b"", PassageWords.of("", a_chunk("Pump.")).packed()])
    assert found.coverage.tolist() == [0.0, 1.0]
    assert [len(own) for own in found.sentences] == [0, 1]
    assert found.best_sentence.tolist() == [0.0, 1.0]


def test_a_question_without_words_is_held_by_nothing() -> None:
    found = compared("the of", "A red pump.")
    assert found.coverage.tolist() == [0.0]
    assert found.phrases.tolist() == [0.0]
    assert compared("pump").coverage.shape == (0,)


def test_context_is_the_title_and_the_headings_each_once() -> None:
    chunk = Chunk(sequence=0, page=1, start=0, end=1, text="x", heading_path=("Title", "Care"))
    assert context_of("Title", chunk) == "Title\nCare"
    in_a_table = replace(chunk, header="Part | Price")
    assert context_of("Title", in_a_table) == "Title\nCare\nPart | Price"


@given(
    st.lists(st.sampled_from(WORDS), max_size=6),
    st.lists(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), max_size=3)),
)
def test_it_agrees_with_sets_of_words(question: list[str], passages: list[list[list[str]]]) -> None:
    asked = LexicalQuery(sequence=tuple(question))
    weights = {term: 1.0 + at for at, term in enumerate(asked.terms)}
    made = [
        PassageWords(
            context=("pump",),
            parts=tuple(tuple(own) for own in passage),
            quoted=(True,) * len(passage),
        )
        for passage in passages
    ]
    found = match_words(asked, weights, [one.packed() for one in made])
    total = sum(weights.values()) or 1.0
    pairs = list(dict.fromkeys(pairwise(question)))
    worth = {(a, b): (weights[a] + weights[b]) / 2 for a, b in pairs}
    for at, passage in enumerate(passages):
        held = {"pump", *(word for own in passage for word in own)} & weights.keys()
        assert found.coverage[at] == pytest.approx(sum(weights[w] for w in held) / total)
        for own, share in zip(passage, found.sentences[at], strict=True):
            within = {"pump", *own} & weights.keys()
            assert share == pytest.approx(sum(weights[w] for w in within) / total)
        near = set(pairwise(["pump", *(word for own in passage for word in own)]))
        expected = sum(worth[pair] for pair in pairs if pair in near) / (sum(worth.values()) or 1.0)
        assert found.phrases[at] == pytest.approx(expected)
    assert np.isfinite(found.coverage).all()
