"""Logistic regression against known models."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import expit

from evaluation.statistics.logistic import logistic_regression


def test_the_model_behind_the_targets_is_found() -> None:
    features = np.random.default_rng(1).normal(size=(4000, 3))
    targets = expit(0.5 + features @ np.array([1.0, -2.0, 0.0]))
    bias, slopes = logistic_regression(features, targets, np.ones(4000))
    assert bias == pytest.approx(0.5, abs=0.02)
    assert slopes == pytest.approx([1.0, -2.0, 0.0], abs=0.02)


def test_a_feature_that_is_the_same_everywhere_gets_nothing() -> None:
    targets = np.array([0.0, 1.0, 1.0, 1.0])
    bias, slopes = logistic_regression(np.full((4, 2), 7.0), targets, np.ones(4))
    assert slopes.tolist() == [0.0, 0.0]
    assert bias == pytest.approx(math.log(3), abs=1e-3)  # three of four


def test_a_weight_counts_a_case_so_often() -> None:
    features = np.array([[0.0], [1.0], [0.0], [1.0]])
    targets = np.array([0.0, 1.0, 1.0, 1.0])
    counted = np.array([3.0, 2.0, 1.0, 1.0])
    repeated = np.repeat(np.arange(4), counted.astype(int))
    bias, slopes = logistic_regression(features, targets, counted)
    middle = np.ones(len(repeated))
    other_bias, other_slopes = logistic_regression(features[repeated], targets[repeated], middle)
    # The ridge goes by the spread of the rows, which repeating changes a little.
    assert bias == pytest.approx(other_bias, abs=0.1)
    assert slopes == pytest.approx(other_slopes, abs=0.1)


def test_separable_cases_give_finite_slopes() -> None:
    bias, slopes = logistic_regression(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), np.ones(2))
    assert np.isfinite([bias, *slopes]).all()
    assert slopes[0] > 0
