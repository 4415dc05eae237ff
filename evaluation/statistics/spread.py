"""How much a metric would vary from one set of questions to another, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from evaluation.metric import Floats
from evaluation.statistics.resampling import Clustering

_NOTHING: Final = 1e-12
"""Spreads up to this, relative to the value, are rounding."""

_LEAST_FREEDOM: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A standard error with the degrees of freedom that its t distribution has.

    ``error`` is 0 where nothing varies, and NaN with ``freedom`` where there are fewer than two
    clusters.
    """

    error: float
    freedom: float

    def quantile(self, share: float) -> float:
        """The ``share`` (0..1) quantile of the t distribution."""
        from scipy.stats import t

        return float(t.ppf(share, self.freedom))

    def above(self, distance: float) -> float:
        """The chance that an estimate lies ``distance`` or more above what it estimates."""
        from scipy.stats import t

        return float(t.sf(distance / self.error, self.freedom))


def spread_of(drawn: Floats, clustering: Clustering, moved: Floats | None) -> Spread:
    """The spread that resamples ``drawn`` (resamples,) of clusters show.

    A bootstrap finds a variance that is too small by one part in the number of clusters, so it is
    made larger by ``E / (E - 1)`` for E effective clusters; their t distribution has ``E - 1``
    degrees of freedom (Hesterberg 2015, section 5.3, with E for the sample size).

    ``moved`` (questions,) are the ``deviations`` of a mean. Where questions share clusters, the
    standard error itself is uncertain when few clusters make up most of the variance: with k the
    kurtosis of the clusters' deviations, the degrees of freedom are at most ``2 C / (k - 1)``, from
    the variance of a variance of C values (Satterthwaite 1946), or 4 where that is less: a kurtosis
    itself is not known well enough to tell.
    """
    effective = clustering.effective
    if clustering.count < 2 or not len(drawn):
        return Spread(error=np.nan, freedom=np.nan)
    error = float(drawn.std() * np.sqrt(effective / (effective - 1)))
    if error <= _NOTHING * max(1.0, float(np.abs(drawn).max())):
        return Spread(error=0.0, freedom=effective - 1)
    freedom = effective - 1
    if moved is not None and not clustering.single:
        freedom = min(freedom, _freedom_of(clustering.sums(moved)))
    return Spread(error=error, freedom=freedom)


def _freedom_of(sums: Floats) -> float:
    """Degrees of freedom of the sum of squares of ``sums`` (clusters,)."""
    kurtosis = len(sums) * float((sums**4).sum()) / float((sums**2).sum()) ** 2
    return max(_LEAST_FREEDOM, 2 * len(sums) / (kurtosis - 1)) if kurtosis > 1 else np.inf
