"""Logistic regression with a ridge, for targets that may be shares."""

from __future__ import annotations

from typing import Final

import numpy as np

from evaluation.metric import Floats

_RIDGE: Final = 1.0
_SAME: Final = 1e-9
"""A feature that varies less is the same everywhere."""


def logistic_regression(features: Floats, targets: Floats, weights: Floats) -> tuple[float, Floats]:
    """Bias and coefficients of the likeliest model of ``targets`` (n,), each 0..1.

    ``features`` are (n, k); each case counts ``weights`` (n,) times. The ridge (Hoerl and Kennard
    1970) is one half of the sum of squared coefficients of features in standard deviations; a
    feature that is the same everywhere gets 0.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    middle, spread = features.mean(axis=0), features.std(axis=0)
    differs = spread > _SAME
    scale = np.where(differs, spread, 1.0)
    x = np.where(differs, (features - middle) / scale, 0.0)

    def loss(at: Floats) -> tuple[float, Floats]:
        logit, slopes = x @ at[1:] + at[0], at[1:]
        each = weights * (np.logaddexp(0.0, logit) - targets * logit)
        gap = weights * (expit(logit) - targets)
        gradient = np.append(gap.sum(), x.T @ gap + _RIDGE * slopes)
        return float(each.sum() + _RIDGE / 2 * slopes @ slopes), gradient

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    slopes = np.where(differs, found[1:] / scale, 0.0)
    return float(found[0] - slopes @ middle), slopes
