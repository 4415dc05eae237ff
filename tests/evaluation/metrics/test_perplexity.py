from __future__ import annotations

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest

from evaluation.metrics.perplexity import perplexity
from evaluation.results import Answered
from tests.evaluation.metrics.made import REFUSED, said, weights_repeat


def spoken(*logprobs: float) -> Answered:
    return replace(said("some words"), token_logprobs=logprobs)


def test_over_all_tokens_of_the_run() -> None:
    # Three tokens of probability 1/2 and one of 1/16: exp((3 ln 2 + 4 ln 2) / 4) = 2^(7/4).
    metric = perplexity([spoken(-log(2), -log(2)), REFUSED, spoken(-log(2), -log(16))])
    assert metric.value() == pytest.approx(2**1.75)
    assert not metric.higher_is_better
    assert (metric.low, metric.high) == (1.0, np.inf)


def test_certain_words_give_one() -> None:
    assert perplexity([spoken(0.0, 0.0)]).value() == 1.0
    assert perplexity([spoken(*[-0.5] * 7)]).value() == pytest.approx(exp(0.5))


def test_undefined_without_probabilities() -> None:
    assert np.isnan(perplexity([said("words"), REFUSED]).value())
    assert np.isnan(perplexity([]).value())


def test_weights_count_questions_repeatedly() -> None:
    results = [spoken(-1.0), spoken(-0.25, -2.0), spoken(-3.0, -0.1, -0.1), spoken(-0.5)]
    weights_repeat(lambda at: perplexity([results[i] for i in at]), 4)
