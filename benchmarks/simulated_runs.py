"""Runs of systems that do not exist, over questions that were never asked: their truth is known.

Whether an answer is right is decided by a normal number made of parts: one shared by the questions
of a document, one of the question itself, and noise. A second system, or a second run of one,
shares some of each part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from evaluation.metric import Floats

Labels = NDArray[np.intp]

_SHAPES: Final = (
    (100, 100, 0.0, 0.0),
    (100, 25, 0.1, 0.5),
    (100, 25, 0.3, 1.0),
    (300, 300, 0.0, 0.0),
    (300, 30, 0.1, 1.0),
    (300, 60, 0.3, 0.5),
    (1000, 100, 0.2, 1.0),
    (1000, 300, 0.1, 1.0),
)

_HALF_RIGHT: Final = 0.4
"""Share of the answers not wholly right that are right in part; see ``scores``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A set of questions.

    ``right`` is the share a system gets right, ``likeness`` the correlation between questions of
    one document, ``uneven`` the squared coefficient of variation of how many each document has.
    """

    questions: int
    documents: int
    likeness: float = 0.0
    uneven: float = 0.0
    right: float = 0.7

    def labels(self, rng: Generator) -> Labels:
        """For each question (questions,) the number of its document; each has at least one."""
        if self.documents == self.questions:
            return np.arange(self.questions)
        shares = np.full(self.documents, 1 / self.documents)
        if self.uneven:
            shares = rng.gamma(1 / self.uneven, size=self.documents)
        sizes = 1 + rng.multinomial(self.questions - self.documents, shares / shares.sum())
        return np.repeat(np.arange(self.documents), sizes)

    def likely(self, rng: Generator, labels: Labels) -> Floats:
        """0 or 1 a question, each document with a share of its own (beta-binomial)."""
        if not self.likeness:
            return np.asarray(rng.random(self.questions) < self.right, np.float64)
        scale = (1 - self.likeness) / self.likeness
        shares = rng.beta(self.right * scale, (1 - self.right) * scale, size=self.documents)
        return np.asarray(rng.random(self.questions) < shares[labels], np.float64)

    def latent(self, rng: Generator, labels: Labels) -> Floats:
        """Standard normal numbers (questions,), alike within a document."""
        shared = rng.standard_normal(self.documents)[labels]
        own = rng.standard_normal(self.questions)
        return np.asarray(
            np.sqrt(self.likeness) * shared + np.sqrt(1 - self.likeness) * own, np.float64
        )

    def reruns(
        self, rng: Generator, labels: Labels, *, runs: int = 2, agreement: float = 0.6
    ) -> list[Floats]:
        """Several ``latent`` numbers whose correlation is ``agreement``."""
        common = np.sqrt(agreement) * self.latent(rng, labels)
        return [common + np.sqrt(1 - agreement) * self.latent(rng, labels) for _ in range(runs)]


def designs(rights: tuple[float, ...]) -> Iterator[tuple[str, Design]]:
    """Sets of 100 to 1,000 questions over 25 documents or more, each with its name."""
    for (questions, documents, likeness, uneven), right in product(_SHAPES, rights):
        design = Design(
            questions=questions, documents=documents, likeness=likeness, uneven=uneven, right=right
        )
        yield f"n={questions} d={documents} r={likeness:g} u={uneven:g} p={right:g}", design


def hits(latent: Floats, right: float) -> Floats:
    """0 or 1 a question, 1 with probability ``right``."""
    return np.asarray(latent < NormalDist().inv_cdf(right), np.float64)


def scores(latent: Floats, right: float) -> Floats:
    """Values like F1: 1 with probability ``right``, else evenly between 0 and 1 or, mostly, 0."""
    from scipy.stats import norm

    rank = norm.sf(latent)
    between = _HALF_RIGHT * (1 - right)
    return np.asarray(np.clip((rank - (1 - right) + between) / between, 0.0, 1.0), np.float64)


def mean_score(right: float) -> float:
    """What ``scores`` are on average."""
    return right + _HALF_RIGHT * (1 - right) / 2
