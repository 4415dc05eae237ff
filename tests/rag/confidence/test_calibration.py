"""Chances, grounds and the way through JSON."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from rag.answer import Answer
from rag.confidence import (
    Calibration,
    Curve,
    Feature,
    Ground,
    Logistic,
    answerer_of,
    ground_of,
)
from tests.fakes import a_hit
from tests.rag.confidence.made import a_calibration


def test_a_chance_is_the_logistic_of_the_weighted_sum() -> None:
    logistic = Logistic(bias=-1.0, weights={Feature.NEAREST: 2.0, Feature.NAMES: 1.0})
    # -1 + 2 * 0.25 + 1 * 0.5 = 0
    assert logistic.chance({Feature.NEAREST: 0.25, Feature.NAMES: 0.5}) == 0.5
    assert logistic.chance({Feature.NEAREST: 1.0}) == pytest.approx(1 / (1 + math.exp(-1)))
    assert Logistic(bias=1e9, weights={}).chance({}) <= 1.0
    assert Logistic(bias=-1e9, weights={}).chance({}) >= 0.0


@pytest.mark.parametrize(
    ("question", "vote", "ground", "by_words"),
    [
        ("How heavy is it?", 0.5, Ground.ENGLISH_VECTORS, Ground.ENGLISH_WORDS),
        ("How heavy is it?", 0.0, Ground.ENGLISH_WORDS, Ground.ENGLISH_WORDS),
        ("它有多重？", 0.5, Ground.CHINESE_VECTORS, Ground.CHINESE_WORDS),
        ("它有多重？", 0.0, Ground.CHINESE_WORDS, Ground.CHINESE_WORDS),
    ],
)
def test_the_ground_is_language_and_vote(
    question: str, vote: float, ground: Ground, by_words: Ground
) -> None:
    hits = [a_hit("One."), replace(a_hit("Two.", start=50), dense_vote=vote)]
    assert ground_of(question, hits) is ground
    assert ground.without_vectors() is by_words


def test_nothing_found_is_judged_by_words() -> None:
    assert ground_of("水泵？", []) is Ground.CHINESE_WORDS


def test_an_answerer_is_a_model_and_its_way() -> None:
    answer = Answer(question="q", model="extractive")
    assert answerer_of(answer) == "extractive"
    assert answerer_of(replace(answer, model="qwen", strategy="direct")) == "qwen direct"


def test_a_calibration_goes_through_json_unchanged() -> None:
    calibration = a_calibration()
    assert Calibration.from_json(calibration.as_json()) == calibration


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"embedder": "e", "answerer": "a"},
        {"embedder": "e", "answerer": "a", "curves": []},
        {"embedder": "e", "answerer": "a", "curves": {"fr_words": {}}},
        {"embedder": "e", "answerer": "a", "curves": {"zh_words": {"floor": 1}}},
        {
            "embedder": "e",
            "answerer": "a",
            "curves": {
                "zh_words": {
                    "right": {"bias": "nan", "weights": {}},
                    "answerable": {"bias": 0, "weights": {}},
                    "floor": 0,
                }
            },
        },
    ],
)
def test_what_is_no_calibration_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        Calibration.from_json(broken)


def test_a_curve_has_two_chances_and_a_floor() -> None:
    flat = Logistic(bias=0.0, weights={})
    assert Curve(right=flat, answerable=flat, floor=0.2).floor == 0.2
