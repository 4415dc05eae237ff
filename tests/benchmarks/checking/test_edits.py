"""Edits: what they change, and that they say so where there is nothing to change."""

from __future__ import annotations

import random

import pytest

from benchmarks.checking.edits import FALSE, TRUE
from rag.checking import judged
from rag.claims import Verdict

EN = (
    "The mill near Lunz, built on May 4, 1921, has more than 12 km of pipes and 1,250 valves, "
    "and two men run it."
)
ZH = "伦茨附近的磨坊建于1921年5月4日，管道超过12公里，目前由张清海负责，是当地的骄傲。"
OTHERS = {EN: ["Oberlin"], ZH: ["张江河"]}


@pytest.mark.parametrize("sentence", [EN, ZH])
@pytest.mark.parametrize("kind", FALSE)
def test_a_false_edit_changes_the_sentence_and_is_seen(kind: str, sentence: str) -> None:
    claim = FALSE[kind](sentence, random.Random(1), OTHERS[sentence])
    assert claim is not None
    assert claim != sentence
    assert judged(claim, [sentence]).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize("sentence", [EN, ZH])
@pytest.mark.parametrize("kind", TRUE)
def test_a_true_edit_is_held(kind: str, sentence: str) -> None:
    for seed in range(6):
        claim = TRUE[kind](sentence, random.Random(seed), ())
        assert claim is not None
        assert judged(claim, [sentence]).verdict is Verdict.SUPPORTED, claim


@pytest.mark.parametrize("sentence", ["It hums", "嗡嗡响"])
def test_where_there_is_nothing_to_change_there_is_no_edit(sentence: str) -> None:
    for kind in ("number", "date", "unit", "name", "negation", "comparison"):
        assert FALSE[kind](sentence, random.Random(0), ()) is None
