"""Errors of what reads texts: they name the model, or the file, and what to do."""

from __future__ import annotations

import pytest

from rag.encoder_errors import (
    CalibrationUnreadable,
    CrossEncoderError,
    EmbeddingModelError,
    EntailmentModelError,
    RerankerError,
)
from rag.errors import QuorumError


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (EmbeddingModelError, "QUORUM_EMBEDDING_MODEL"),
        (RerankerError, "QUORUM_RERANKER"),
        (EntailmentModelError, "QUORUM_ENTAILMENT_MODEL"),
    ],
)
def test_the_model_and_its_setting_are_named(kind: type[QuorumError], setting: str) -> None:
    error = kind(model="/模型/a", detail="no such folder")
    assert "'/模型/a'" in str(error)
    assert "no such folder" in str(error)
    assert setting in error.hint


def test_both_cross_encoders_are_caught_as_one() -> None:
    assert issubclass(RerankerError, CrossEncoderError)
    assert issubclass(EntailmentModelError, CrossEncoderError)


def test_calibrations_can_be_deleted_or_fitted_again() -> None:
    error = CalibrationUnreadable(path="/d/calibrations.json", detail="not JSON")
    assert "/d/calibrations.json" in str(error)
    assert "python -m evaluation calibrate" in error.hint
