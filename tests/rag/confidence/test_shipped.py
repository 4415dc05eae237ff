"""The table that comes with the product."""

from __future__ import annotations

import pytest

from rag.confidence import Feature, Ground, shipped

BEST = dict.fromkeys((Feature.LEAD, Feature.PASSAGE_WORDS, Feature.NAMES, Feature.MOST_WORDS), 1.0)
NOTHING = dict.fromkeys(BEST, 0.0)


def test_it_is_for_the_extractive_answer_over_the_built_in_model() -> None:
    assert shipped().answerer == "extractive"
    assert shipped().embedder.startswith("all-MiniLM-L6-v2@")
    assert shipped().source


@pytest.mark.parametrize("ground", [Ground.ENGLISH_VECTORS, *map(Ground.without_vectors, Ground)])
def test_all_there_is_given_and_nothing_is_refused(ground: Ground) -> None:
    curve = shipped().curves[ground]
    near = {**BEST, Feature.NEAREST: 0.8}
    assert curve.answerable.chance(near) > 0.6 > curve.floor
    assert curve.right.chance(near) > 0.5
    assert curve.answerable.chance(NOTHING) < curve.floor
    assert curve.right.chance(NOTHING) < 0.1
