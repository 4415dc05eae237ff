"""Calibrations for tests."""

from __future__ import annotations

from rag.confidence import Calibration, Curve, Feature, Ground, Logistic


def a_calibration(
    *,
    embedder: str = "e@1",
    answerer: str = "extractive",
    right: float = 0.0,
    answerable: float = 0.0,
    floor: float = 0.5,
) -> Calibration:
    """One on every ground: chances of these log-odds plus the share of words found."""
    curve = Curve(
        right=Logistic(bias=right, weights={Feature.MOST_WORDS: 1.0}),
        answerable=Logistic(bias=answerable, weights={Feature.MOST_WORDS: 1.0}),
        floor=floor,
    )
    return Calibration(
        embedder=embedder, answerer=answerer, curves=dict.fromkeys(Ground, curve), source="made"
    )
