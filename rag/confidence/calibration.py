"""What was fitted, for whom, and how it becomes a chance. Frozen values; they go through JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from rag.answer import Answer
from rag.confidence.features import Feature, Features
from rag.language import language_of
from rag.types import Hit


class Ground(StrEnum):
    """What an answer's features rest on: the question's language, and whether vectors had a vote.

    They have none where the embedding model cannot read the question.
    """

    ENGLISH_VECTORS = "en_vectors"
    ENGLISH_WORDS = "en_words"
    CHINESE_VECTORS = "zh_vectors"
    CHINESE_WORDS = "zh_words"

    def without_vectors(self) -> Ground:
        """The same language, by words alone."""
        chinese = self in (Ground.CHINESE_VECTORS, Ground.CHINESE_WORDS)
        return Ground.CHINESE_WORDS if chinese else Ground.ENGLISH_WORDS


def ground_of(question: str, hits: Sequence[Hit]) -> Ground:
    """What the features of ``question`` over ``hits`` rest on."""
    chinese = language_of(question) == "zh"
    if any(hit.dense_vote > 0 for hit in hits):
        return Ground.CHINESE_VECTORS if chinese else Ground.ENGLISH_VECTORS
    return Ground.CHINESE_WORDS if chinese else Ground.ENGLISH_WORDS


def answerer_of(answer: Answer) -> str:
    """The kind of answerer that a calibration is kept under: who answered, and by which way."""
    return f"{answer.model} {answer.strategy}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """The chance ``1 / (1 + exp(-(bias + Σ weight · feature)))``; features not named weigh 0."""

    bias: float
    weights: Mapping[Feature, float]

    def chance(self, features: Features) -> float:
        """The chance (0..1) for ``features``; one that is not known counts as 0."""
        logit = self.bias + sum(
            weight * features.get(feature, 0.0) for feature, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Chances on one ground.

    ``right`` is the chance that the answer is right, ``answerable`` that the documents answer the
    question at all; below ``floor`` (a value of ``answerable``) it is better to refuse.
    """

    right: Logistic
    answerable: Logistic
    floor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The curves fitted for answers of ``answerer`` over vectors of ``embedder`` (its model id).

    ``source`` says on what they were fitted.
    """

    embedder: str
    answerer: str
    curves: Mapping[Ground, Curve]
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        """As JSON values; ``from_json`` is the way back."""
        return {
            "embedder": self.embedder,
            "answerer": self.answerer,
            "source": self.source,
            "curves": {
                ground.value: {
                    "right": _logistic_as_json(curve.right),
                    "answerable": _logistic_as_json(curve.answerable),
                    "floor": curve.floor,
                }
                for ground, curve in self.curves.items()
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError, ValueError and AttributeError for what is none."""
        return cls(
            embedder=str(stored["embedder"]),
            answerer=str(stored["answerer"]),
            source=str(stored.get("source", "")),
            curves={
                Ground(name): Curve(
                    right=_logistic_from_json(curve["right"]),
                    answerable=_logistic_from_json(curve["answerable"]),
                    floor=_number(curve["floor"]),
                )
                for name, curve in stored["curves"].items()
            },
        )


def _logistic_as_json(logistic: Logistic) -> dict[str, Any]:
    weights = {feature.value: weight for feature, weight in logistic.weights.items()}
    return {"bias": logistic.bias, "weights": weights}


def _logistic_from_json(stored: Mapping[str, Any]) -> Logistic:
    weights = {Feature(name): _number(weight) for name, weight in stored["weights"].items()}
    return Logistic(bias=_number(stored["bias"]), weights=weights)


def _number(stored: Any) -> float:
    number = float(stored)
    if not math.isfinite(number):
        raise ValueError(f"{stored} is not a finite number")
    return number
