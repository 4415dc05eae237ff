"""Pairs: a sentence gives a pair of every kind that takes hold of it, drawn by a seed."""

from __future__ import annotations

from benchmarks.checking.pairs import make_pairs, sentences_of

TEXTS = [
    "The mill has 12 km of pipes. It hums. The old bridge near Lunz was built in May 1921.",
    "磨坊的管道超过12公里，是当地的骄傲。嗡嗡响。",
]


def test_sentences_say_something_and_come_once() -> None:
    assert sentences_of([*TEXTS, TEXTS[1]]) == [
        "The old bridge near Lunz was built in May 1921.",
        "磨坊的管道超过12公里，是当地的骄傲。",
    ]


def test_pairs_are_drawn_by_a_seed() -> None:
    sentences = sentences_of(TEXTS)
    made = list(make_pairs(sentences, each=2, seed=3))
    assert made == list(make_pairs(sentences, each=2, seed=3))
    assert {one.kind for one in made if not one.holds} >= {"date", "number", "comparison"}
    assert {one.language for one in made} == {"en", "zh"}
    assert all(one.quote in sentences for one in made)
    assert all((one.claim == one.quote) <= one.holds for one in made)
    assert all(len([p for p in made if p.kind == one.kind]) <= 2 for one in made)
